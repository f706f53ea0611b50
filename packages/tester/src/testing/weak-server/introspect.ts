// RFC 7662 §2, RFC 7009 §2, OpenID Connect Core §5.3
import { splitJws } from '../../node/forge-jws.ts'
import { fieldValue, type ReceivedResponse } from '../../wire/exchange.ts'
import { authenticate } from './client-authentication.ts'
import { revokeGrant } from './grant-rules.ts'
import { empty, json, refusal, type WeakRequest } from './message.ts'
import type { TokenRecord, WeakClient, WeakWorld } from './world.ts'

/** Whether a token is good now. */
function isActive({ grant, isRevoked, isSpent, expiresAt }: TokenRecord, { now }: WeakWorld): boolean {
  return !grant.isRevoked && !isRevoked && !isSpent && expiresAt > now()
}

/** The introspection endpoint. @spec RFC 7662 §2 */
export function introspect(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  if (request.method !== 'POST') return refusal('invalid_request', 'POST is wanted', { status: 405 })
  const { has } = world
  const who = has('introspection-open') ? undefined : authenticate(request, world)
  if (who !== undefined && 'response' in who) return who.response
  const text = request.form.get('token')
  if (text === null) return refusal('invalid_request', '`token` is wanted')
  const record = world.state.tokens.get(text)
  const mayAsk = who === undefined || mayAskAbout(record, who.client, world)
  const isAlive = record !== undefined && (isActive(record, world) || isOnlyOld(record, world))
  if (record === undefined || !mayAsk || !isAlive)
    return json({ active: false, ...(has('introspection-tells') && { client_id: record?.grant.clientId ?? 'nobody' }) })
  const { grant, scope, audience, issuedAt, expiresAt, jkt } = record
  return json({
    active: true,
    iss: world.issuer,
    sub: grant.sub ?? grant.clientId,
    client_id: grant.clientId,
    scope: scope.join(' '),
    aud: audience,
    iat: Math.floor(issuedAt / 1000),
    ...(has('refresh-endless') && record.kind === 'refresh' ? {} : { exp: Math.floor(expiresAt / 1000) }),
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    jti: splitJws(text)?.payload['jti'],
    ...(jkt !== undefined && { cnf: { jkt } }),
  })
}

function mayAskAbout(record: TokenRecord | undefined, client: WeakClient, { has }: WeakWorld): boolean {
  if (has('introspection-of-others') || (has('public-introspection') && client.method === 'none')) return true
  return client.mayIntrospect || record?.grant.clientId === client.clientId
}

function isOnlyOld({ grant, isRevoked, isSpent }: TokenRecord, { has }: WeakWorld): boolean {
  return has('introspection-of-the-dead') && !grant.isRevoked && !isRevoked && !isSpent
}

/** The revocation endpoint. @spec RFC 7009 §2 */
export function revoke(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  if (request.method !== 'POST') return refusal('invalid_request', 'POST is wanted', { status: 405 })
  const who = authenticate(request, world)
  if ('response' in who) return who.response
  const text = request.form.get('token')
  if (text === null) return refusal('invalid_request', '`token` is wanted')
  const record = world.state.tokens.get(text)
  const { has } = world
  if (record === undefined)
    return has('revoke-unknown-refused') ? refusal('invalid_request', 'the token is not known') : empty(200)
  if (record.grant.clientId !== who.client.clientId && !has('revoke-of-anybody'))
    return refusal('invalid_grant', 'the token is of another client')
  if (has('revoke-nothing')) return empty(200)
  record.isRevoked = true
  if (record.kind === 'refresh' && !has('revoke-alone')) revokeGrant(record.grant)
  return empty(200)
}

/** The user info endpoint. @spec OpenID Connect Core §5.3 */
export function userinfo({ sent }: WeakRequest, world: WeakWorld): ReceivedResponse {
  const [, text = ''] = /^bearer +(\S+)$/i.exec(fieldValue(sent.headers, 'authorization') ?? '') ?? []
  const record = world.state.tokens.get(text)
  const challenge = (error: string) => [['www-authenticate', `Bearer error="${error}"`] as const]
  if (record?.kind !== 'access' || !isActive(record, world) || record.jkt !== undefined)
    return empty(401, challenge('invalid_token'))
  if (!record.scope.includes('openid')) return empty(403, challenge('insufficient_scope'))
  return json({ sub: record.grant.sub })
}
