// RFC 7523 §3, RFC 7521 §5.2, RFC 8725 §3.11
import { after, confirms, isSigningAlgorithm, type Refusal, refuse, seconds, signingAlgorithms } from '@ambit/protocol'
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import { findClientKeys } from '../../client/client-keys.ts'
import type { ServerContext } from '../../context.ts'
import type { TokenRequest } from '../../grants/grant.ts'
import { type AssertedClaims, parseAssertedClaims } from './asserted-claims.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'

/** The grant type of assertions. @spec RFC 7523 §2.1 */
export const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** How far clocks may differ. */
export const assertionSkew = seconds(30)
const usualLifetime = seconds(300)

/** An assertion that a trusted issuer signed, for us, that is good now. */
export type VerifiedAssertion<I extends TrustedIssuer = TrustedIssuer> = {
  readonly issuer: I
  readonly claims: AssertedClaims & Required<Pick<AssertedClaims, 'sub' | 'jti' | 'exp'>>
}

/** Which assertions are taken: of whom, of which `typ`, and to whom they must be addressed. */
export type AcceptedAssertions<I extends TrustedIssuer> = {
  readonly issuers: readonly I[]
  readonly types: readonly (string | undefined)[]
  readonly audiences: (issuer: I) => readonly string[]
}

/** What the header says of the kind of JWT, before anything is verified. @spec RFC 7515 §4.1.9 */
export function claimedType(assertion: string | undefined): string | undefined {
  return assertion === undefined ? undefined : readClaimed(assertion)?.typ
}

/**
 * Verifies an assertion: signed by an issuer that is trusted, of the right type, for this server, and good now.
 * @spec RFC 7523 §3, RFC 7521 §5.2
 * @errors invalid_request: none; invalid_grant: whatever else is wrong with it; unauthorized_client: this client may not bring it
 */
export async function verifyAssertion<I extends TrustedIssuer>(
  context: ServerContext,
  request: TokenRequest,
  accepted: AcceptedAssertions<I>,
): Promise<VerifiedAssertion<I> | Refusal<'invalid_request' | 'invalid_grant' | 'unauthorized_client'>> {
  const assertion = request.form.get('assertion')
  if (assertion === undefined) return refuse('invalid_request', '`assertion` is missing')
  const claimed = readClaimed(assertion)
  if (claimed === undefined) return refuse('invalid_grant', '`assertion` is not a JWT')
  const issuer = accepted.issuers.find(each => each.issuer === claimed.iss)
  if (issuer === undefined) return refuse('invalid_grant', untrusted, 'the issuer of the assertion is not trusted')
  if (!accepted.types.includes(claimed.typ))
    return refuse('invalid_grant', '`typ` of the assertion is not the right one')
  const claims = await verifySignature(context, issuer, { assertion, ...claimed })
  if (claims === undefined) return refuse('invalid_grant', untrusted, 'no key of the issuer signed the assertion')
  if (!issuer.clients.includes(request.client.clientId))
    return refuse('unauthorized_client', 'this client may not bring assertions of this issuer')
  const { sub, jti, exp } = claims
  if (sub === undefined) return refuse('invalid_grant', 'the assertion has no `sub`')
  if (jti === undefined) return refuse('invalid_grant', 'the assertion has no `jti`')
  if (exp === undefined) return refuse('invalid_grant', 'the assertion has no `exp`')
  const refusal =
    refuseAudience(claims, accepted.audiences(issuer)) ??
    refuseTime(request, { ...claims, exp }, issuer) ??
    refuseUnproven(request, claims)
  return refusal ?? { issuer, claims: { ...claims, sub, jti, exp } }
}

const untrusted = 'no issuer that is trusted here has signed the assertion'

type Claimed = { readonly iss: string; readonly alg: string; readonly kid?: string; readonly typ?: string }

function readClaimed(assertion: string): Claimed | undefined {
  try {
    const { alg = '', kid, typ } = decodeProtectedHeader(assertion)
    const { iss = '' } = decodeJwt(assertion)
    return { iss, alg, ...(kid !== undefined && { kid }), ...(typ !== undefined && { typ }) }
  } catch {
    return undefined
  }
}

/** @spec RFC 7523 §3 (9), RFC 8725 §3.1 */
async function verifySignature(
  context: ServerContext,
  { issuer, jwks, jwksUri, algorithms = signingAlgorithms }: TrustedIssuer,
  { assertion, alg, kid }: Claimed & { readonly assertion: string },
): Promise<AssertedClaims | undefined> {
  if (!isSigningAlgorithm(alg) || !algorithms.includes(alg)) return undefined
  const holder = { clientId: issuer, ...(jwks && { jwks }), ...(jwksUri !== undefined && { jwksUri }) }
  const [key, other] = await findClientKeys(context, holder, { use: 'sig', alg, ...(kid !== undefined && { kid }) })
  if (key === undefined || other !== undefined) return undefined
  try {
    const { payload } = await compactVerify(assertion, key, { algorithms: [alg] })
    return parseAssertedClaims(new TextDecoder().decode(payload))
  } catch {
    return undefined
  }
}

/** @spec RFC 7523 §3 (3) */
function refuseAudience({ aud }: AssertedClaims, audiences: readonly string[]): Refusal<'invalid_grant'> | undefined {
  if (aud !== undefined && audiences.includes(aud)) return undefined
  return refuse('invalid_grant', '`aud` of the assertion must be this server, and nobody else')
}

/** @spec RFC 7523 §3 (4) to (6) */
function refuseTime(
  { now }: TokenRequest,
  { exp, nbf, iat }: AssertedClaims & { readonly exp: number },
  { lifetime = usualLifetime }: TrustedIssuer,
): Refusal<'invalid_grant'> | undefined {
  const latest = after(now, assertionSkew)
  if (exp + assertionSkew <= now) return refuse('invalid_grant', 'the assertion has expired')
  if (exp > latest + lifetime)
    return refuse('invalid_grant', `\`exp\` of the assertion is more than ${lifetime} s ahead`)
  if (nbf !== undefined && nbf > latest) return refuse('invalid_grant', 'the assertion is not yet good')
  if (iat !== undefined && iat > latest) return refuse('invalid_grant', 'the assertion was issued in the future')
  return undefined
}

/** @spec RFC 7800 §3.1, ID-JAG §8.6.1 */
function refuseUnproven(
  { confirmation: proved }: TokenRequest,
  { confirmation }: AssertedClaims,
): Refusal<'invalid_grant'> | undefined {
  if (confirmation === undefined) return undefined
  if (confirmation === 'unknown')
    return refuse('invalid_grant', 'the assertion is bound in a way that is not known here')
  if (!confirms(proved, confirmation))
    return refuse('invalid_grant', 'the assertion is bound to a key that the request does not prove')
  return undefined
}
