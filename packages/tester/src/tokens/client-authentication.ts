// RFC 6749 §2.3.1, RFC 7523 §2.2, RFC 8705 §2, OpenID Connect Core §9
import { signJws } from '../node/forge-jws.ts'
import { canSign, naturalAlg } from '../node/signing-key.ts'
import type { SecretLedger } from '../secret/secret.ts'
import type { ClientCredential, KeyPair, ServerTarget, TestClient } from '../target/target.ts'
import type { HeaderField, SentRequest } from '../wire/exchange.ts'
import { type Pair, postForm } from './endpoint-request.ts'
import { textIn, textsIn } from './json-object.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import { endpointOf, randomText, type ServerAccess, toBase64 } from './server-access.ts'

/** What an authentication is made from. */
export type AuthenticationParts = Pick<ServerAccess, 'server' | 'secrets' | 'now'>

/** How a client shows who it is. */
type Method = ClientCredential['method']

/** Seconds for which an assertion is good. */
const assertionTtl = 60

/**
 * A form for an endpoint, by its name in the metadata or by its address, with the client's authentication.
 * @throws {TypeError} where the server has no such endpoint
 */
export function clientRequest(
  endpoint: string,
  pairs: readonly Pair[],
  client: TestClient,
  parts: AuthenticationParts,
): SentRequest {
  const url = URL.canParse(endpoint) ? endpoint : endpointOf(parts.server, endpoint, client)
  if (url === undefined) throw new TypeError(`the server's metadata has no \`${endpoint}\``)
  const { parameters = [], headers = [] } = authenticationOf(client, parts)
  const request = postForm(url, [...pairs, ...parameters], headers)
  return 'certificate' in client.credential ? { ...request, certificate: client.credential.certificate } : request
}

/**
 * The method by which a client authenticates: its registered one, or where the server does not know that, the first of the
 * server's that the same credential can do. @spec RFC 8414 §2
 */
export function methodOf({ credential }: TestClient, { metadata }: ServerTarget): Method {
  const supported = textsIn(metadata, 'token_endpoint_auth_methods_supported')
  if (supported === undefined || supported.includes(credential.method)) return credential.method
  return alternatives(credential).find(method => supported.includes(method)) ?? credential.method
}

function alternatives(credential: ClientCredential): readonly Method[] {
  if ('secret' in credential) return ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']
  if ('certificate' in credential) return ['tls_client_auth', 'self_signed_tls_client_auth']
  return [credential.method]
}

type Authentication = { readonly parameters?: readonly Pair[]; readonly headers?: readonly HeaderField[] }

function authenticationOf(client: TestClient, parts: AuthenticationParts): Authentication {
  const { credential, clientId } = client
  const byId: Pair = ['client_id', clientId]
  if ('key' in credential) return { parameters: [byId, ...assertionPairs(client, credential.key, parts)] }
  if (!('secret' in credential)) return { parameters: [byId] }
  const method = methodOf(client, parts.server)
  if (method === 'client_secret_basic') return { headers: [basic(clientId, credential.secret.reveal(), parts.secrets)] }
  if (method === 'client_secret_jwt')
    return { parameters: [byId, ...assertionPairs(client, { secret: credential.secret.reveal() }, parts)] }
  return { parameters: [byId, ['client_secret', credential.secret.reveal()]] }
}

/** Both parts are form-encoded first, so that a colon in an identifier is no separator. @spec RFC 6749 §2.3.1 */
function basic(clientId: string, secret: string, secrets: SecretLedger): HeaderField {
  const text = `${formEncode(clientId)}:${formEncode(secret)}`
  const credentials = secrets.secret('basic credentials', toBase64(new TextEncoder().encode(text)))
  return ['authorization', `Basic ${credentials.reveal()}`]
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/** @spec RFC 7523 §2.2, §3 */
function assertionPairs(
  { clientId }: TestClient,
  key: KeyPair | { readonly secret: string },
  { server, secrets, now }: AuthenticationParts,
): readonly Pair[] {
  const issuedAt = Math.floor(now() / 1000)
  const claims: Readonly<Record<string, unknown>> = {
    iss: clientId,
    sub: clientId,
    aud: audienceOf(server),
    jti: randomText(),
    iat: issuedAt,
    exp: issuedAt + assertionTtl,
  }
  const assertion = signJws({ header: { typ: 'JWT', ...headerFor(key, server) }, payload: claims, key })
  return [
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', secrets.secret('client assertion', assertion).reveal()],
  ]
}

function audienceOf(server: ServerTarget): string {
  const { assertionAudience } = peculiaritiesOf(server.provider)
  const endpoint = textIn(server.metadata, 'token_endpoint')
  return assertionAudience === 'token_endpoint' && endpoint !== undefined ? endpoint : server.issuer
}

function headerFor(key: KeyPair | { readonly secret: string }, { metadata }: ServerTarget): Record<string, unknown> {
  if ('secret' in key) return { alg: 'HS256' }
  const { publicJwk } = key
  const kid = 'kid' in publicJwk ? { kid: publicJwk.kid } : {}
  const supported = textsIn(metadata, 'token_endpoint_auth_signing_alg_values_supported')
  const own = naturalAlg(publicJwk)
  // only RSA keys can do several algorithms
  const other = publicJwk.kty === 'RSA' ? supported?.find(alg => canSign(publicJwk.kty, alg)) : undefined
  return { alg: supported === undefined || supported.includes(own) ? own : (other ?? own), ...kid }
}
