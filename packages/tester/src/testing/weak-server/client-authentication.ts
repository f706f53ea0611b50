// RFC 6749 §2.3, §5.2; RFC 7523 §3; RFC 8705 §2.2
import { splitJws } from '../../node/forge-jws.ts'
import { fieldValue, type ReceivedResponse } from '../../wire/exchange.ts'
import { isSignedBy, splitToken } from '../planted-api/verify-signature.ts'
import { refusal, type WeakRequest } from './message.ts'
import type { WeakClient, WeakWorld } from './world.ts'

/** Who asks, or the answer to whoever it was. */
export type Authenticated = { readonly client: WeakClient } | { readonly response: ReceivedResponse }

/** Finds out which client asks, by the one method that it is registered with. @spec RFC 6749 §2.3 */
export function authenticate(request: WeakRequest, world: WeakWorld): Authenticated {
  const { form, sent } = request
  const repeated = [...new Set(form.keys())].find(
    name => name !== 'resource' && name !== 'audience' && form.getAll(name).length > 1,
  )
  if (repeated !== undefined) return { response: refusal('invalid_request', `\`${repeated}\` comes twice`) }
  const authorization = fieldValue(sent.headers, 'authorization')
  const shown = [authorization !== undefined, form.has('client_secret'), form.has('client_assertion')]
  if (shown.filter(Boolean).length > 1)
    return { response: refusal('invalid_request', 'one way to authenticate is wanted, and not several') }
  if (authorization !== undefined) return byBasic(authorization, request, world)
  if (form.has('client_assertion')) return byAssertion(request, world)
  const client = world.state.clients.get(form.get('client_id') ?? '')
  if (client === undefined) return unknown(false)
  if (client.method === 'none') return form.has('client_secret') ? unknown(false) : { client }
  if (client.method === 'client_secret_post') return bySecret(client, form.get('client_secret'), world, false)
  if (client.method === 'self_signed_tls_client_auth' && sent.certificate?.certificate === client.certificate)
    return { client }
  return unknown(false)
}

function byBasic(authorization: string, { form }: WeakRequest, world: WeakWorld): Authenticated {
  const [, text = ''] = /^basic +(\S+)$/i.exec(authorization) ?? []
  const [id = '', ...secret] = Buffer.from(text, 'base64').toString().split(':')
  const clientId = formDecode(id)
  const client = world.state.clients.get(clientId)
  if (client?.method !== 'client_secret_basic') return unknown(true)
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
  { state, now }: WeakWorld,
  isHeader: boolean,
): Authenticated {
  if (secret !== null && secret === client.secret) return { client }
  const key = `secret of ${client.clientId}`
  const before = state.failures.get(key)
  const failures = before !== undefined && now() - before.since < 60_000 ? before : { count: 0, since: now() }
  failures.count += 1
  state.failures.set(key, failures)
  if (failures.count > mostFailures)
    return {
      response: refusal('invalid_client', 'too many wrong secrets', { status: 429, headers: [['retry-after', '60']] }),
    }
  return unknown(isHeader)
}

/** @spec RFC 7523 §3 */
function byAssertion({ form }: WeakRequest, { state, issuer, now }: WeakWorld): Authenticated {
  const text = form.get('client_assertion') ?? ''
  const jws = splitToken(text)
  const claims = splitJws(text)?.payload ?? {}
  const client = state.clients.get(String(claims['sub']))
  const isJwt = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  if (!isJwt || jws === undefined || client?.publicJwk === undefined) return unknown(false)
  if (form.has('client_id') && form.get('client_id') !== client.clientId) return unknown(false)
  if (jws.header['kid'] !== undefined && jws.header['kid'] !== keyIdOf(client.publicJwk)) return unknown(false)
  if (jws.header['alg'] !== 'ES256' || !isSignedBy(client.publicJwk, 'ES256', jws)) return unknown(false)
  const { iss, aud, exp, jti } = claims
  if (iss !== client.clientId || aud !== issuer) return unknown(false)
  if (typeof exp !== 'number' || exp <= now() / 1000) return unknown(false)
  if (typeof jti !== 'string' || state.seen.has(`assertion ${jti}`)) return unknown(false)
  state.seen.add(`assertion ${jti}`)
  return { client }
}

function keyIdOf(jwk: JsonWebKey): unknown {
  return 'kid' in jwk ? jwk.kid : undefined
}

/** @spec RFC 6749 §5.2 */
function unknown(isHeader: boolean): Authenticated {
  const headers = isHeader ? ([['www-authenticate', 'Basic realm="weak"']] as const) : []
  return { response: refusal('invalid_client', 'the client is not who it says', { status: 401, headers }) }
}
