import type { Secret } from '../../secret/secret.ts'
import { createLabels, type Labels } from './labels.ts'
import { hidePersonalData } from './personal-data.ts'
import { createSecretFinder, type SecretFinder, type SecretHit } from './secret-finder.ts'
import { createNameKind, type NameKind } from './secret-names.ts'
import { hideShapes } from './shapes.ts'
import { withoutEscapes } from './unescape.ts'

/** What all parts of masking work with. */
export type Hiding = {
  readonly labels: Labels
  readonly finder: SecretFinder
  readonly kindOfName: NameKind
  /** Secrets by their text, for values that are a secret as a whole: also those too short to be searched. */
  readonly whole: ReadonlyMap<string, Secret>
  /** Hosts of the target, which are no personal data. */
  readonly hosts: ReadonlySet<string>
}

/** What masking must know. */
export type HidingOptions = {
  readonly secrets: readonly Secret[]
  readonly extraNames: readonly string[]
  readonly hosts: readonly string[]
}

/** Prepares masking for one run. */
export function createHiding({ secrets, extraNames, hosts }: HidingOptions): Hiding {
  return {
    labels: createLabels(),
    finder: createSecretFinder(secrets),
    kindOfName: createNameKind(extraNames),
    whole: new Map(secrets.map(secret => [secret.reveal(), secret])),
    hosts: new Set(hosts),
  }
}

/** Hides what must not be read in a free text: known secrets, credentials by their shape, personal data by its form. */
export function hideText(text: string, hiding: Hiding): string {
  const { labels, hosts } = hiding
  return hidePersonalData(hideShapes(hideParameters(hideSecrets(text, hiding), hiding), labels), labels, hosts)
}

const escape = /%[0-9a-f]{2}|&(?:#|amp;|lt;|gt;|quot;|apos;)|\\u[0-9a-f]{4}/i

/** Hides whatever holds a secret once its escapes are undone, however often it was escaped. */
function hideEscaped(text: string, { finder, labels }: Pick<Hiding, 'finder' | 'labels'>): string {
  const hide = (run: string) => {
    const found = escape.test(run) ? finder.find(withoutEscapes(run))[0] : undefined
    return found === undefined ? run : labels.label(found.secret.kind, found.secret.reveal())
  }
  if (!escape.test(text)) return text
  const words = text.replaceAll(/[^\s"'<>,(){}[\]]{6,}/g, hide)
  // a secret may have blanks and marks of its own: then what holds it goes, a tag or the text between two, at worst all
  return hide(words) === words ? words : hide(words.replaceAll(/<[^<>]*>|[^<>]+/g, hide))
}

// URLs stand in sentences, scripts and JSON as well
function hideParameters(text: string, hiding: Hiding): string {
  return text.replaceAll(
    /([?&#])([\w.-]{1,64})=([^\s&#"'<>`[\]]+)/g,
    (whole, mark: string, name: string, value: string) => {
      const kind = hiding.kindOfName(name, 'parameter')
      return kind === undefined ? whole : `${mark}${name}=${hideValue(value, hiding, kind)}`
    },
  )
}

/** Hides one value as a whole where it is a secret or `kind` says so; otherwise what stands in it. */
export function hideValue(text: string, hiding: Hiding, kind?: string): string {
  if (text.trim() === '') return text
  const secret = hiding.whole.get(text)
  if (secret !== undefined) return hiding.labels.label(secret.kind, text)
  if (kind === undefined) return hideText(text, hiding)
  const inside = hiding.finder.find(text)[0]
  return hiding.labels.label(inside?.secret.kind ?? kind, text)
}

/** Hides the secrets that the run knows, in any spelling. */
export function hideSecrets(text: string, hiding: Pick<Hiding, 'finder' | 'labels'>): string {
  return hideEscaped(hideSpelled(text, hiding), hiding)
}

function hideSpelled(text: string, { finder, labels }: Pick<Hiding, 'finder' | 'labels'>): string {
  const hits = finder.find(text)
  if (hits.length === 0) return text
  let shown = ''
  let from = 0
  for (const hit of hits) {
    const { start, end } = wholeOf(hit, text)
    if (start < from) continue
    shown += text.slice(from, start) + labels.label(hit.secret.kind, hit.secret.reveal())
    from = end
  }
  return shown + text.slice(from)
}

// what stands beside a secret in base64 belongs to the same credential, and half of it would tell the rest
function wholeOf({ start, end, form }: SecretHit, text: string): { readonly start: number; readonly end: number } {
  if (form !== 'base64' && form !== 'base64url' && form !== 'base64 twice') return { start, end }
  let first = start
  while (first > 0 && isBase64(text.charAt(first - 1))) first -= 1
  let behind = end
  while (behind < text.length && isBase64(text.charAt(behind))) behind += 1
  return { start: first, end: behind }
}

function isBase64(character: string): boolean {
  return /[\w+/=-]/.test(character)
}
