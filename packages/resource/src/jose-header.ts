// RFC 7515 §4, RFC 8725 §3
import { type Refusal, refuse } from '@ambit/protocol'
import { isSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithms.ts'
import type { WantedKey } from './signature-keys.ts'
import { type JsonObject, quoteJson } from './strict-json.ts'
import { badToken } from './verification.ts'

/** What a header must say. */
export type HeaderRules = {
  readonly algorithms: ReadonlySet<SignatureAlgorithm>
  /** Whether this is the type of token that is wanted here, in small letters and without `application/`. */
  readonly isType: (typ: string | undefined) => boolean
}

const longestKid = 512
/** Members that change how a JWS is to be read; none of them is understood here. */
const refusedMembers = ['crit', 'b64', 'zip', 'enc']

/**
 * Judges a JOSE header, of which only `alg`, `kid` and `typ` are used: a key that comes with a token vouches for nothing.
 * @spec RFC 7515 §4.1.1, §4.1.9, §4.1.11, RFC 8725 §3.1, §3.10, §3.11
 * @errors invalid_token: an algorithm or type that is not wanted here, an extension, a `kid` that is none
 */
export function judgeHeader(
  header: JsonObject,
  { algorithms, isType }: HeaderRules,
): WantedKey | Refusal<'invalid_token'> {
  const { alg, kid, typ } = header
  if (!isSignatureAlgorithm(alg) || !algorithms.has(alg))
    return refuse(
      'invalid_token',
      badToken,
      `\`alg\` is ${quoteJson(alg)}; one of ${[...algorithms].join(', ')} is wanted`,
    )
  if (typ !== undefined && typeof typ !== 'string') return refuse('invalid_token', badToken, '`typ` is no text')
  if (!isType(typ && subtypeOf(typ)))
    return refuse('invalid_token', badToken, `\`typ\` is ${quoteJson(typ)}, which is another type of token`)
  const refused = refusedMembers.find(member => Object.hasOwn(header, member))
  if (refused !== undefined)
    return refuse('invalid_token', badToken, `the header has \`${refused}\`, which is not understood`)
  if (kid === undefined) return { alg }
  if (typeof kid !== 'string' || kid.length > longestKid)
    return refuse('invalid_token', badToken, `\`kid\` is no text of at most ${longestKid} characters`)
  return { alg, kid }
}

/** Media types are case-insensitive, and `application/` may be left out. @spec RFC 7515 §4.1.9 */
function subtypeOf(typ: string): string {
  return typ.toLowerCase().replace(/^application\/(?!.*\/)/, '')
}
