// RFC 6749 §3.2, §4.1.3, §4.4, §5.2, §6; RFC 7636 §4.6; RFC 9449 §5
import { fieldValue, type ReceivedResponse } from '../../wire/exchange.ts'
import { readJsonObject } from '../planted-api/world.ts'
import { authenticate } from './client-authentication.ts'
import { redeemCode } from './grant-code.ts'
import { redeemDeviceCode } from './grant-device.ts'
import { exchangeToken } from './grant-exchange.ts'
import { refresh } from './grant-refresh.ts'
import { type Asking, areKnown, mayHave, scopeText } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { json, refusal, type WeakRequest } from './message.ts'
import { verifyProof } from './proof.ts'
import { type Grant, scopeOf, unguessable, type WeakWorld } from './world.ts'

/** One way to get tokens. */
type GrantHandler = (asking: Asking, world: WeakWorld) => ReceivedResponse | Promise<ReceivedResponse>

const handlers: Readonly<Record<string, GrantHandler>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: clientCredentials,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
  'urn:ietf:params:oauth:grant-type:token-exchange': exchangeToken,
}

/** The token endpoint. @spec RFC 6749 §3.2 */
export async function token(asked: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  const { has } = world
  const request = has('token-parameters-anywhere') || has('token-from-json') ? readLoosely(asked, world) : asked
  const response = await answerToken(request, world)
  if (!has('tokens-kept')) return response
  return { ...response, headers: response.headers.filter(([name]) => name !== 'cache-control') }
}

async function answerToken(request: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  const { form, method } = request
  const { has } = world
  if (method !== 'POST' && !has('token-parameters-anywhere'))
    return refusal('invalid_request', 'POST is wanted', { status: 405, headers: [['allow', 'POST']] })
  const grantType = form.get('grant_type')
  if (grantType === null) return refusal('invalid_request', 'a form with `grant_type` is wanted')
  const who = authenticate(request, world)
  if ('response' in who) return who.response
  const proven = verifyProof(request, world)
  if ('problem' in proven) return refusal('invalid_dpop_proof', proven.problem)
  const handler = Object.hasOwn(handlers, grantType) ? handlers[grantType] : undefined
  if (grantType === 'password' && has('password-grant')) return passwordGrant({ ...who, form }, world)
  if (handler === undefined)
    return refusal(has('own-error-codes') ? 'bad_grant' : 'unsupported_grant_type', 'the grant is not known')
  const isFree =
    has('grant-for-anybody') ||
    (has('public-machine') && who.client.method === 'none' && grantType === 'client_credentials')
  if (!who.client.grantTypes.includes(grantType) && !isFree && !(who.client.isStranger && has('register-everything')))
    return refusal('unauthorized_client', 'the client may not use this grant')
  return handler({ ...who, form, ...proven }, world)
}

/** @spec RFC 6749 §4.4 */
function clientCredentials({ client, form, jkt }: Asking, world: WeakWorld): ReceivedResponse {
  const { has } = world
  const mayBePublic = has('public-machine') || (client.isStranger && has('register-everything'))
  if (client.method === 'none' && !mayBePublic)
    return refusal('unauthorized_client', 'anybody could say to be this client')
  const asked = scopeOf(scopeText(form.get('scope'), has))
  const scope = asked.length > 0 ? asked : client.scope.filter(each => !isAboutUsers(each))
  if (!scope.every(each => mayHave(each, client, has) && (!isAboutUsers(each) || has('machine-refreshes'))))
    return refusal('invalid_scope', 'the client may not have that')
  const resources = form.getAll('resource')
  if (!areKnown(resources, has)) return refusal('invalid_target', 'the resource is not known')
  const user = has('machine-as-user') ? { sub: world.state.users[0]?.sub ?? '' } : {}
  const grant: Grant = { id: unguessable(), clientId: client.clientId, scope, resources, isRevoked: false, ...user }
  const isRefreshable = has('machine-refreshes')
  return json(issueTokens(world, { grant, scope, isRefreshable, ...(jkt !== undefined && { jkt }) }))
}

/** What no server should offer any more. @spec RFC 9700 §2.4 */
function passwordGrant({ client, form }: Asking, world: WeakWorld): ReceivedResponse {
  const user = world.state.users.find(
    each => each.username === form.get('username') && each.password === form.get('password'),
  )
  if (user === undefined) return refusal('invalid_grant', 'user name or password is wrong')
  const scope = scopeOf(form.get('scope'))
  const { sub } = user
  const grant: Grant = { id: unguessable(), sub, clientId: client.clientId, scope, resources: [], isRevoked: false }
  return json(issueTokens(world, { grant, scope }))
}

/** Takes parameters wherever they stand. */
function readLoosely(request: WeakRequest, { has }: WeakWorld): WeakRequest {
  const isJson = has('token-from-json') && /json/.test(fieldValue(request.sent.headers, 'content-type') ?? '')
  const members = isJson ? Object.entries(readJsonObject(request.sent.body ?? '') ?? {}) : []
  const texts = members.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const more = has('token-parameters-anywhere') ? [...request.query] : []
  return { ...request, form: new URLSearchParams([...more, ...request.form, ...texts]) }
}

function isAboutUsers(scope: string): boolean {
  return ['openid', 'profile', 'offline_access'].includes(scope)
}
