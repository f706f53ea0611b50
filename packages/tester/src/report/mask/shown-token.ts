// RFC 7515 §7.1; RFC 7519 §7.2
import type { HeaderField } from '../../wire/exchange.ts'
import { hideJson } from './hide-json.ts'
import type { Hiding } from './hide-text.ts'
import { unknownSchema } from './schema-kinds.ts'

/** What a JSON Web Token of a request says, without what makes it valid. */
export type ShownToken = {
  /** What it is called in the request: `[access token 1]`. */
  readonly label: string
  /** JSON, masked as everything is. */
  readonly header: string
  readonly claims: string
}

/** Longer ones say nothing by what they hold. */
const longest = 16_384

/** Reads the tokens in the fields of a request, as loosely as they may be written: forged ones as well. */
export function tokensIn(headers: readonly HeaderField[], hiding: Hiding): readonly ShownToken[] {
  const values = headers
    .filter(([name]) => /^(?:authorization|dpop)$/i.test(name))
    .map(([, value]) => value.slice(value.lastIndexOf(' ') + 1))
  return [...new Set(values)].flatMap(value => shown(value, hiding) ?? [])
}

function shown(value: string, hiding: Hiding): ShownToken | undefined {
  if (value.length > longest) return undefined
  const [first, second] = value.split('.')
  const header = readPart(first)
  if (header === undefined) return undefined
  const secret = hiding.whole.get(value)
  const text = (part: unknown) => JSON.stringify(hideJson(part, unknownSchema, hiding), undefined, 2)
  return {
    label: hiding.labels.label(secret?.kind ?? 'token', value),
    header: text(header),
    claims: text(readPart(second) ?? 'not readable'),
  }
}

function readPart(part = ''): unknown {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), each => each.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
