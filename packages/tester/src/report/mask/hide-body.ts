// RFC 8259; WHATWG URL §5
import { hideJson } from './hide-json.ts'
import { type Hiding, hideText, hideValue } from './hide-text.ts'
import type { SchemaView } from './schema-kinds.ts'

/** A body and how it is to be read. */
export type BodyToHide = { readonly text: string; readonly mediaType: string | undefined; readonly view: SchemaView }

/** Hides in a body: JSON stays JSON (set out over lines), a form stays a form, anything else stays text. */
export function hideBody({ text, mediaType = '', view }: BodyToHide, hiding: Hiding): string {
  if (text === '') return text
  if (/^application\/x-www-form-urlencoded\b/i.test(mediaType)) return hidePairs(text, hiding)
  const parsed = /json/i.test(mediaType) || /^\s*[[{"]/.test(text) ? readJson(text) : undefined
  if (parsed !== undefined) return JSON.stringify(hideJson(parsed.value, view, hiding), undefined, 2)
  return hideText(hideMarkedUp(hideCutJson(text, hiding), hiding), hiding)
}

/** Hides in the pairs of a query or form; names and order stay. */
export function hidePairs(text: string, hiding: Hiding): string {
  return text
    .split('&')
    .map(pair => {
      const at = pair.indexOf('=')
      if (at < 0) return hideEncoded(pair, hiding)
      const name = decoded(pair.slice(0, at))
      return `${hideText(pair.slice(0, at), hiding)}=${hideEncoded(pair.slice(at + 1), hiding, hiding.kindOfName(name, 'parameter'))}`
    })
    .join('&')
}

/** Hides in a part of a URL; what needs no hiding stays exactly as it was sent. */
export function hideEncoded(text: string, hiding: Hiding, kind?: string): string {
  const plain = decoded(text)
  const hidden = hideValue(plain, hiding, kind)
  return hidden === plain ? hideText(text, hiding) : hidden
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

// JSON that was cut off, or stands in other text, is read member by member
function hideCutJson(text: string, hiding: Hiding): string {
  return text.replaceAll(
    /"((?:[^"\\\n]|\\.){1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)("|$)/g,
    (whole: string, ...groups: readonly string[]) => {
      const [name = '', between = '', value = '', end = ''] = groups
      const kind = hiding.kindOfName(name, 'member')
      return kind === undefined ? whole : `"${name}"${between}"${hideValue(value, hiding, kind)}${end}`
    },
  )
}

function hideMarkedUp(text: string, hiding: Hiding): string {
  return text.replaceAll(/<([\w:.-]{1,64})>([^<>]+)(?=<)/g, (whole, name: string, value: string) => {
    const kind = hiding.kindOfName(name, 'member')
    return kind === undefined ? whole : `<${name}>${hideValue(value, hiding, kind)}`
  })
}
