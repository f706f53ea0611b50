// RFC 8259
import { type Hiding, hideText, hideValue } from './hide-text.ts'
import { isCardNumber } from './personal-data.ts'
import type { SchemaView } from './schema-kinds.ts'
import { privateKeyMembers } from './secret-names.ts'

/** Deeper than this nothing is shown. */
const deepest = 64

/** Hides in a JSON value by schema, by name, by shape and by what is known; numbers and strings become strings, the rest stays. */
export function hideJson(value: unknown, view: SchemaView, hiding: Hiding): unknown {
  return hideInside({ value, view, depth: 0 }, hiding)
}

type Place = {
  readonly value: unknown
  readonly view: SchemaView
  readonly depth: number
  /** What the name of the value says. */
  readonly kind?: string | undefined
}

function hideInside({ value, view, depth, kind = view.kind }: Place, hiding: Hiding): unknown {
  if (typeof value === 'string') return hideValue(value, hiding, kind)
  if (typeof value === 'number') return hideNumber(value, hiding, kind)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '[too deep to be shown]'
  if (Array.isArray(value))
    return value.map(each => hideInside({ value: each, view: view.inside(), depth: depth + 1, kind }, hiding))
  return hideMembers({ value, view, depth }, hiding)
}

function hideMembers({ value, view, depth }: Place & { readonly value: object }, hiding: Hiding): unknown {
  const isKey = 'kty' in value
  const entries = Object.entries(value).map(([name, member]: readonly [string, unknown]) => {
    const kind = isKey && privateKeyMembers.has(name) ? 'private key' : hiding.kindOfName(name, 'member')
    const inside = { value: member, view: view.inside(name), depth: depth + 1 }
    return [hideText(name, hiding), hideInside(kind === undefined ? inside : { ...inside, kind }, hiding)] as const
  })
  return Object.fromEntries(entries)
}

function hideNumber(value: number, hiding: Hiding, kind: string | undefined): unknown {
  const text = String(value)
  const isHidden = kind !== undefined || hiding.whole.has(text) || isCardNumber(text)
  return isHidden ? hideValue(text, hiding, kind ?? 'card number') : value
}
