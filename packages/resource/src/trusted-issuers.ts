// RFC 9068 §4, RFC 8725 §3.8
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import { sha256 } from './digest.ts'
import { freezeDeep } from './freeze.ts'
import { longestToken, parseStrictJws } from './strict-jws.ts'
import { badToken, type TrustedIssuer, type Unavailable, type Verified, type VerifyToken } from './verification.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** A verified token and the issuer whose word that is. */
export type VerifiedFrom = Verified & { readonly issuer: string }

/** Finds whose token it is, and has it verified. */
export type VerifyAccessToken = (token: string) => Promise<VerifiedFrom | Refusal<'invalid_token'> | Unavailable>

/** How verified tokens are remembered. */
export type VerifierOptions = {
  /** How many verified tokens are remembered, each no longer than its verification holds; 10,000 where it is left out, 0 for none. */
  readonly rememberedTokens?: number
  /** SHA-256, under which tokens are remembered: their text is not kept. */
  readonly hash?: (text: string) => string | Promise<string>
}

const defaultRemembered = 10_000

/**
 * Chooses the issuer that a token is shown to: a JWT to the one that it names, any other token to the one that is asked
 * about such. So a key of one issuer never vouches for the subjects of another. What was verified is remembered for as long
 * as its verification holds, and cannot be changed by who is given it.
 * @spec RFC 8725 §3.8
 * @throws {RangeError} for no issuer, one that is named twice, one without a verifier, or several for tokens that are no JWTs
 * @errors invalid_token: too long, of no trusted issuer, or refused by its verifier
 */
export function verifierOf(
  issuers: readonly TrustedIssuer[],
  audience: string,
  options: VerifierOptions = {},
): VerifyAccessToken {
  const { hash = sha256, rememberedTokens = defaultRemembered } = options
  checkIssuers(issuers)
  const choose = chooserOf(issuers)
  const remembered = new VerifiedTokens(rememberedTokens)
  return async token => {
    if (token.length > longestToken)
      return refuse('invalid_token', badToken, `the token is longer than ${longestToken} characters`)
    const hashing = hash(token)
    const key = typeof hashing === 'string' ? hashing : await hashing
    const known = remembered.get(key)
    if (known) return known
    const chosen = choose(token)
    if (chosen === undefined) return refuse('invalid_token', badToken, 'the token is of no trusted issuer')
    const { issuer, verify } = chosen
    const verification = await verify(token, { issuer, audience })
    if (verification.kind !== 'verified') return verification
    const verified = freezeDeep({ ...verification, issuer })
    remembered.set(key, verified)
    return verified
  }
}

function checkIssuers(issuers: readonly TrustedIssuer[]): void {
  if (issuers.length === 0) throw new RangeError('`issuers` is empty; at least one trusted issuer is wanted')
  const names = issuers.map(({ issuer }) => issuer)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new RangeError(`\`issuers\` names \`${twice}\` twice`)
  const idle = issuers.find(({ jwt, opaque }) => jwt === undefined && opaque === undefined)
  if (idle) throw new RangeError(`\`${idle.issuer}\` has no verifier; \`jwt\`, \`opaque\` or both are wanted`)
  const asked = issuers.filter(({ opaque }) => opaque !== undefined)
  if (asked.length > 1) throw new RangeError('several issuers have `opaque`; a token is shown to one of them only')
}

type Chosen = { readonly issuer: string; readonly verify: VerifyToken }

/** Chooses by what the token says of itself, unverified: that only decides whose keys decide. */
function chooserOf(issuers: readonly TrustedIssuer[]): (token: string) => Chosen | undefined {
  const byName = new Map(issuers.flatMap(({ issuer, jwt }) => (jwt ? [[issuer, { issuer, verify: jwt }]] : [])))
  const [asked] = issuers.flatMap(({ issuer, opaque }) => (opaque ? [{ issuer, verify: opaque }] : []))
  const [only, ...others] = byName.values()
  // with one choice there is nothing to look for, and its verifier says what is wrong
  if (only !== undefined && others.length === 0 && asked === undefined) return () => only
  return token => {
    const named = issuerNamedBy(token)
    // a stranger's token is shown to nobody: only what names no issuer, or the one that is asked, is
    return named === undefined || named === asked?.issuer ? (byName.get(named ?? '') ?? asked) : byName.get(named)
  }
}

function issuerNamedBy(token: string): string | undefined {
  const jws = parseStrictJws(token)
  if (isRefusal(jws)) return undefined
  const issuer = jws.claims['iss']
  return typeof issuer === 'string' ? issuer : undefined
}
