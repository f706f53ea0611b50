// RFC 6749 §3.2, §4.1.3, §4.4, §5.2, §6; RFC 7636 §4.6; RFC 9449 §5
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { authenticate } from './client-authentication.ts'
import { redeemCode } from './grant-code.ts'
import { redeemDeviceCode } from './grant-device.ts'
import { exchangeToken } from './grant-exchange.ts'
import { refresh } from './grant-refresh.ts'
import { issueTokens } from './issue.ts'
import { json, refusal, type WeakRequest } from './message.ts'
import { verifyProof } from './proof.ts'
import { bank, shop } from './setting.ts'
import { type Grant, scopeOf, unguessable, type WeakClient, type WeakWorld } from './world.ts'

/** What a grant works with. */
export type Asking = {
  readonly client: WeakClient
  readonly form: URLSearchParams
  /** The key that the request proves. */
  readonly jkt?: string
}

/** One way to get tokens. */
export type GrantHandler = (asking: Asking, world: WeakWorld) => ReceivedResponse | Promise<ReceivedResponse>

const handlers: Readonly<Record<string, GrantHandler>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: clientCredentials,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
  'urn:ietf:params:oauth:grant-type:token-exchange': exchangeToken,
}

/** The token endpoint. @spec RFC 6749 §3.2 */
export async function token(request: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  const { form, method } = request
  if (method !== 'POST')
    return refusal('invalid_request', 'POST is wanted', { status: 405, headers: [['allow', 'POST']] })
  const grantType = form.get('grant_type')
  if (grantType === null) return refusal('invalid_request', 'a form with `grant_type` is wanted')
  const who = authenticate(request, world)
  if ('response' in who) return who.response
  const proven = verifyProof(request, world)
  if ('problem' in proven) return refusal('invalid_dpop_proof', proven.problem)
  const handler = Object.hasOwn(handlers, grantType) ? handlers[grantType] : undefined
  if (handler === undefined) return refusal('unsupported_grant_type', 'the grant is not known')
  if (!who.client.grantTypes.includes(grantType))
    return refusal('unauthorized_client', 'the client may not use this grant')
  return handler({ ...who, form, ...proven }, world)
}

/** @spec RFC 6749 §4.4 */
function clientCredentials({ client, form, jkt }: Asking, world: WeakWorld): ReceivedResponse {
  if (client.method === 'none') return refusal('unauthorized_client', 'anybody could say to be this client')
  const asked = scopeOf(form.get('scope'))
  const scope = asked.length > 0 ? asked : client.scope.filter(each => !isAboutUsers(each))
  if (!scope.every(each => client.scope.includes(each) && !isAboutUsers(each)))
    return refusal('invalid_scope', 'the client may not have that')
  const resources = form.getAll('resource')
  if (!areKnown(resources)) return refusal('invalid_target', 'the resource is not known')
  const grant: Grant = { id: unguessable(), clientId: client.clientId, scope, resources, isRevoked: false }
  return json(issueTokens(world, { grant, scope, ...(jkt !== undefined && { jkt }) }))
}

function isAboutUsers(scope: string): boolean {
  return ['openid', 'profile', 'offline_access'].includes(scope)
}

/** Whether tokens may be for all of these. @spec RFC 8707 §2 */
export function areKnown(resources: readonly string[]): boolean {
  return resources.every(each => each === shop || each === bank)
}

/** Takes back everything that came of a grant. */
export function revokeGrant(grant: Grant): void {
  grant.isRevoked = true
}
