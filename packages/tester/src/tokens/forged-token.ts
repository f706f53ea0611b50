// RFC 9068 §2.2, RFC 9449 §6.1, RFC 8705 §3.1
import { thumbprintOf } from '../node/dpop-proof.ts'
import { makeKeyPair, splitJws } from '../node/forge-jws.ts'
import { forgeToken } from '../node/forge-token.ts'
import type { SecretLedger } from '../secret/secret.ts'
import type { Target } from '../target/target.ts'
import { numberIn } from './json-object.ts'
import { toBase64Url } from './server-access.ts'
import type { HeldToken, TokenOutcome, TokenWish } from './token.ts'

/** What a forger needs. */
type Forge = { readonly target: Target; readonly secrets: SecretLedger; readonly now: () => number }

/** Makes the wished token with the test issuer's key, where there is one. */
export async function forgeHeldToken(wish: TokenWish, { target, secrets, now }: Forge): Promise<TokenOutcome> {
  const { testIssuer } = target
  const { holder = { kind: 'user', user: 'first' }, scope, resource, binding, alsoWants = [] } = wish
  if (testIssuer === undefined) return unavailable('no test issuer is configured')
  const [also] = alsoWants
  if (also !== undefined) return unavailable(`a test issuer makes no ${also.replace('_', ' ')}`)
  const dpopKey = binding === 'dpop' ? makeKeyPair('ES256', secrets) : undefined
  const thumbprint = binding === 'mtls' ? await certificateThumbprint(target) : undefined
  if (binding === 'mtls' && thumbprint === undefined) return unavailable('no client with a certificate is configured')
  const cnf = {
    ...(dpopKey && { jkt: thumbprintOf(dpopKey.publicJwk) }),
    ...(thumbprint !== undefined && { 'x5t#S256': thumbprint }),
  }
  const change = { holder, scope, ...(binding !== undefined && { claims: { cnf } }) }
  const accessToken = forgeToken({ testIssuer, secrets, now }, resource === undefined ? {} : { resource }, change)
  const token: HeldToken = {
    accessToken,
    tokenType: dpopKey === undefined ? 'Bearer' : 'DPoP',
    scope,
    holder,
    expiresAt: (numberIn(splitJws(accessToken.reveal())?.payload ?? {}, 'exp') ?? 0) * 1000,
    from: 'test_issuer',
    ...(resource !== undefined && { resource }),
    ...(dpopKey !== undefined && { dpopKey }),
  }
  return { kind: 'token', token }
}

/** @spec RFC 8705 §3.1 */
async function certificateThumbprint({ server }: Target): Promise<string | undefined> {
  const credential = server?.clients.map(client => client.credential).find(each => 'certificate' in each)
  if (credential === undefined) return undefined
  const body = credential.certificate.certificate.replaceAll(/-----[^-]+-----|\s/g, '')
  const bytes = Uint8Array.from(atob(body), char => char.charCodeAt(0))
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

function unavailable(reason: string): TokenOutcome {
  return { kind: 'unavailable', reason }
}
