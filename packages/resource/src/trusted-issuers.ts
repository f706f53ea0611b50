// RFC 9068 §4, RFC 8725 §3.8
import { isCompactJws, type Refusal, refuse } from '@ambit/protocol'
import { badToken } from './access.ts'
import type { TrustedIssuer, Unavailable, Verified } from './verification.ts'

/** A verified token and the issuer whose word that is. */
export type VerifiedFrom = Verified & { readonly issuer: string }

/** Finds whose token it is, and has it verified. */
export type VerifyAccessToken = (token: string) => Promise<VerifiedFrom | Refusal<'invalid_token'> | Unavailable>

/**
 * Chooses the issuer that a token is shown to: a JWT to the one that it names, any other token to the one that is asked
 * about such. So a key of one issuer never vouches for the subjects of another.
 * @spec RFC 8725 §3.8
 * @throws {RangeError} for no issuer, one that is named twice, one without a verifier, or several for tokens that are no JWTs
 * @errors invalid_token: of no trusted issuer, or refused by its verifier
 */
export function verifierOf(issuers: readonly TrustedIssuer[], audience: string): VerifyAccessToken {
  checkIssuers(issuers)
  const byName = new Map(issuers.map(trusted => [trusted.issuer, trusted]))
  const asked = issuers.find(({ opaque }) => opaque !== undefined)
  return async token => {
    const named = isCompactJws(token) ? byName.get(issuerNamedBy(token) ?? '') : undefined
    const trusted = named?.jwt === undefined ? asked : named
    const verify = trusted === named ? (named?.jwt ?? named?.opaque) : asked?.opaque
    if (trusted === undefined || verify === undefined)
      return refuse('invalid_token', badToken, 'the token is of no trusted issuer')
    const { issuer } = trusted
    const verification = await verify(token, { issuer, audience })
    return verification.kind === 'verified' ? { ...verification, issuer } : verification
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

// unverified: it only chooses whose keys decide
function issuerNamedBy(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
    const isNamed = typeof payload === 'object' && payload !== null && 'iss' in payload
    return isNamed && typeof payload.iss === 'string' ? payload.iss : undefined
  } catch {
    return undefined
  }
}
