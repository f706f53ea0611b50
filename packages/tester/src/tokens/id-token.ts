// OpenID Connect Core §3.1.3.7
import { splitJws } from '../node/forge-jws.ts'
import type { Secret } from '../secret/secret.ts'
import type { TestClient } from '../target/target.ts'
import { getDocument } from './endpoint-request.ts'
import { isJsonObject, type JsonObject, numberIn, parseJsonObject, textIn } from './json-object.ts'
import { isSignedByOneOf } from './jws-signature.ts'
import { endpointOf, type ServerAccess, toBase64Url } from './server-access.ts'

/** What an ID token must agree with. */
export type Expected = { readonly client: TestClient; readonly nonce?: string }

/** Seconds by which clocks may differ. */
const skew = 60

/**
 * What is wrong with an ID token that was received for a client; `undefined` where it is good.
 * @spec OpenID Connect Core §3.1.3.7
 */
export async function problemOfIdToken(
  idToken: Secret,
  expected: Expected,
  access: ServerAccess,
): Promise<string | undefined> {
  const text = idToken.reveal()
  const parts = splitJws(text)
  if (parts === undefined) return 'the ID token is no signed JWT'
  const problem = problemOfClaims(parts.payload, expected, access)
  if (problem !== undefined) return problem
  const keys = await keysFor(parts.header, expected.client, access)
  if (typeof keys === 'string') return keys
  if (!(await isSignedByOneOf(text, parts.header, keys)))
    return 'the ID token’s signature does not fit any key of the server'
  return undefined
}

function problemOfClaims(claims: JsonObject, { client, nonce }: Expected, access: ServerAccess): string | undefined {
  const { issuer } = access.server
  const now = Math.floor(access.now() / 1000)
  if (claims['iss'] !== issuer) return `the ID token is from another issuer than \`${issuer}\``
  const audience = [claims['aud']].flat()
  if (!audience.includes(client.clientId)) return `the ID token is not for the client \`${client.clientId}\``
  if (audience.length > 1 && claims['azp'] !== client.clientId)
    return `the ID token is for several clients, and \`azp\` does not name \`${client.clientId}\``
  const expiresAt = numberIn(claims, 'exp')
  if (expiresAt === undefined) return 'the ID token has no `exp`'
  if (expiresAt + skew <= now) return 'the ID token has expired'
  if (numberIn(claims, 'iat') === undefined) return 'the ID token has no `iat`'
  if (textIn(claims, 'sub') === undefined) return 'the ID token has no `sub`'
  if (nonce !== undefined && claims['nonce'] !== nonce) return 'the ID token’s `nonce` is not the one that was sent'
  return undefined
}

/** The keys of the server, or the client's secret where the signature is an HMAC. @spec OpenID Connect Core §10.1 */
async function keysFor(
  header: JsonObject,
  { credential }: TestClient,
  access: ServerAccess,
): Promise<readonly JsonObject[] | string> {
  if (textIn(header, 'alg')?.startsWith('HS') === true) {
    if (!('secret' in credential)) return 'the ID token has an HMAC, and the client has no secret'
    return [{ kty: 'oct', k: toBase64Url(new TextEncoder().encode(credential.secret.reveal())), kid: header['kid'] }]
  }
  const url = endpointOf(access.server, 'jwks_uri')
  if (url === undefined) return 'the ID token cannot be verified: the server has no `jwks_uri`'
  const exchange = await access.send(getDocument(url))
  const body = exchange.kind === 'answered' && exchange.response.status === 200 ? exchange.response.body : ''
  const keys = parseJsonObject(body)?.['keys']
  return Array.isArray(keys)
    ? keys.filter(isJsonObject)
    : 'the ID token cannot be verified: the server’s keys did not come'
}
