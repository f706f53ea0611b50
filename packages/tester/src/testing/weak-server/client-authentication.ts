// RFC 6749 §2.3, §5.2; RFC 7523 §3; RFC 8705 §2.2
import { splitJws } from '../../node/forge-jws.ts'
import { fieldValue, type ReceivedResponse, type SentRequest } from '../../wire/exchange.ts'
import { isSignedBy, splitToken } from '../planted-api/verify-signature.ts'
import { refusal, type WeakRequest } from './message.ts'
import type { WeakClient, WeakWorld } from './world.ts'

/** Who asks, or the answer to whoever it was. */
export type Authenticated = { readonly client: WeakClient } | { readonly response: ReceivedResponse }

/** Finds out which client asks, by the one method that it is registered with. @spec RFC 6749 §2.3 */
export function authenticate(request: WeakRequest, world: WeakWorld): Authenticated {
  const { form, sent } = request
  const repeated = [...new Set(form.keys())].find(name => !mayComeTwice(name, world) && form.getAll(name).length > 1)
  if (repeated !== undefined) return { response: refusal('invalid_request', `\`${repeated}\` comes twice`) }
  const authorization = fieldValue(sent.headers, 'authorization')
  const shown = [authorization !== undefined, form.has('client_secret'), form.has('client_assertion')]
  if (shown.filter(Boolean).length > 1 && !world.has('two-methods'))
    return { response: refusal('invalid_request', 'one way to authenticate is wanted, and not several') }
  if (authorization !== undefined) return byBasic(authorization, request, world)
  if (form.has('client_assertion')) return byAssertion(request, world)
  const client = world.state.clients.get(form.get('client_id') ?? '')
  if (client === undefined) return unknown(false)
  if (client.method === 'none') return form.has('client_secret') ? unknown(false) : { client }
  if (isWaved(client, form, world)) return { client }
  if (client.method === 'client_secret_post') return bySecret(client, form.get('client_secret'), world, false)
  if (client.method === 'self_signed_tls_client_auth' && isShown(client, sent, world)) return { client }
  return unknown(false)
}

/** What a careless server lets pass. */
function isWaved(client: WeakClient, form: URLSearchParams, { has }: WeakWorld): boolean {
  if (client.secret !== undefined) return has('secret-optional') && !form.has('client_secret')
  return has('method-downgrade') && client.method === 'private_key_jwt' && form.has('client_secret')
}

/** @spec RFC 8705 §2.2 */
function isShown(client: WeakClient, sent: SentRequest, { has }: WeakWorld): boolean {
  const header = fieldValue(sent.headers, 'x-client-cert')
  if (has('certificate-in-header') && header !== undefined) return decodeURIComponent(header) === client.certificate
  return (
    sent.certificate !== undefined && (has('certificate-any') || sent.certificate.certificate === client.certificate)
  )
}

function byBasic(authorization: string, { form }: WeakRequest, world: WeakWorld): Authenticated {
  const [, text = ''] = /^basic +(\S+)$/i.exec(authorization) ?? []
  const [id = '', ...secret] = Buffer.from(text, 'base64').toString().split(':')
  const clientId = formDecode(id)
  const client = world.state.clients.get(clientId)
  if (client?.secret === undefined || client.method === 'client_secret_post') return unknown(true)
  if (form.has('client_id') && form.get('client_id') !== clientId) return unknown(true)
  return bySecret(client, formDecode(secret.join(':')), world, true)
}

function formDecode(text: string): string {
  return [...new URLSearchParams(`=${text}`).values()][0] ?? ''
}

/** Failures that one client may have within a minute. */
const mostFailures = 10

/** Wrong secrets are counted; the right one is good however many there were. @spec RFC 6749 §2.3.1 */
function bySecret(
  client: WeakClient,
  secret: string | null,
  { state, now, has }: WeakWorld,
  isHeader: boolean,
): Authenticated {
  const key = `secret of ${client.clientId}`
  const isLocked = has('secret-lockout') && (state.failures.get(key)?.count ?? 0) > mostFailures
  if (secret !== null && (secret === client.secret || has('secret-ignored')) && !isLocked) return { client }
  const before = state.failures.get(key)
  const failures = before !== undefined && now() - before.since < 60_000 ? before : { count: 0, since: now() }
  failures.count += 1
  state.failures.set(key, failures)
  if (failures.count > mostFailures && !has('secret-unlimited') && !has('secret-lockout'))
    return {
      response: refusal('invalid_client', 'too many wrong secrets', { status: 429, headers: [['retry-after', '60']] }),
    }
  return unknown(isHeader)
}

/** @spec RFC 7523 §3 */
function byAssertion({ form }: WeakRequest, world: WeakWorld): Authenticated {
  const { state, has } = world
  const text = form.get('client_assertion') ?? ''
  const claims = splitJws(text)?.payload ?? {}
  const client = state.clients.get(String(claims['sub']))
  const isJwt = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  if (!isJwt || client?.publicJwk === undefined) return unknown(false)
  if (form.has('client_id') && form.get('client_id') !== client.clientId) return unknown(false)
  if (!has('assertion-unsigned') && !isSignedByClient(text, client.publicJwk)) return unknown(false)
  const jti = claims['jti']
  if (!areGood(claims, client, world) || typeof jti !== 'string') return unknown(false)
  if (state.seen.has(`assertion ${jti}`) && !has('assertion-replayed')) return unknown(false)
  state.seen.add(`assertion ${jti}`)
  return { client }
}

function isSignedByClient(text: string, publicJwk: JsonWebKey): boolean {
  const jws = splitToken(text)
  if (jws === undefined || jws.header['alg'] !== 'ES256') return false
  if (jws.header['kid'] !== undefined && 'kid' in publicJwk && jws.header['kid'] !== publicJwk.kid) return false
  return isSignedBy(publicJwk, 'ES256', jws)
}

function areGood(
  { iss, aud, exp }: Readonly<Record<string, unknown>>,
  client: WeakClient,
  { issuer, has, now }: WeakWorld,
): boolean {
  const addresses = [issuer, `${issuer}/token`, `${issuer}/par`]
  const isForUs = has('assertion-for-address')
    ? [aud].flat().some(each => addresses.some(address => address === each))
    : aud === issuer || has('assertion-anywhere')
  const isOwn = iss === client.clientId || has('assertion-of-anybody')
  const isInTime = has('assertion-expired') || (typeof exp === 'number' && exp > now() / 1000)
  return isForUs && isOwn && isInTime
}

/** @spec RFC 6749 §5.2 */
function unknown(isHeader: boolean): Authenticated {
  const headers = isHeader ? ([['www-authenticate', 'Basic realm="weak"']] as const) : []
  return { response: refusal('invalid_client', 'the client is not who it says', { status: 401, headers }) }
}

/** @spec RFC 8707 §2, RFC 8693 §2.1 */
function mayComeTwice(name: string, { has }: WeakWorld): boolean {
  if (name === 'redirect_uri') return has('redirect-first-wins') || has('redirect-last-wins')
  return name === 'resource' || name === 'audience'
}
