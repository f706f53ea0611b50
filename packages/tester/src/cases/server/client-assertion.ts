// RFC 7523 §2.2, §3
import { signJws } from '../../node/forge-jws.ts'
import { naturalAlg, type SigningKey } from '../../node/signing-key.ts'
import type { KeyPair, TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { peculiaritiesOf } from '../../tokens/peculiarities.ts'
import { randomText } from '../../tokens/server-access.ts'
import type { ServerContext } from './server-trial.ts'
import { serverOf } from './token-grant.ts'

/** What differs from a good assertion; a member set to `undefined` is left out. */
export type AssertionChange = {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
}

/** The key of a client that signs who it is. @throws {TypeError} where it has none */
export function keyOf({ credential, name }: TestClient): KeyPair {
  if (!('key' in credential)) throw new TypeError(`the client \`${name}\` has no key`)
  return credential.key
}

/** Whom a good assertion is for. */
export function goodAudience(context: ServerContext): string {
  const { provider, issuer } = serverOf(context)
  const endpoint = context.server.endpoint('token_endpoint')
  return peculiaritiesOf(provider).assertionAudience === 'token_endpoint' && endpoint !== undefined ? endpoint : issuer
}

/** The parameters that show who a client is by a signed statement, good but for the change. @spec RFC 7523 §2.2, §3 */
export function assertionPairs(
  context: ServerContext,
  client: TestClient,
  { header = {}, claims = {}, key = keyOf(client) }: AssertionChange = {},
): readonly Pair[] {
  const { publicJwk } = keyOf(client)
  const issuedAt = Math.floor(context.now() / 1000)
  const payload: Readonly<Record<string, unknown>> = {
    iss: client.clientId,
    sub: client.clientId,
    aud: goodAudience(context),
    jti: randomText(),
    iat: issuedAt,
    exp: issuedAt + 60,
    ...claims,
  }
  const named = 'kid' in publicJwk ? { kid: publicJwk.kid } : {}
  const assertion = signJws({ header: { typ: 'JWT', alg: naturalAlg(publicJwk), ...named, ...header }, payload, key })
  return [
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', context.secrets.secret('client assertion', assertion).reveal()],
  ]
}

/** The client, whose requests come without a proof of a key. */
export function unbound(client: TestClient): TestClient {
  const { binding, ...rest } = client
  return binding === undefined ? client : rest
}

/** The client, without anything that shows who it is but its name. */
export function bare(client: TestClient): TestClient {
  return { ...client, credential: { method: 'none' } }
}
