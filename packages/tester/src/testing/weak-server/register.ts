// RFC 7591 §2, §3; RFC 7592 §2
import { fieldValue, type ReceivedResponse } from '../../wire/exchange.ts'
import { isObject, readJsonObject } from '../planted-api/world.ts'
import { empty, json, refusal, type WeakRequest } from './message.ts'
import { scopeOf, unguessable, type WeakClient, type WeakWorld } from './world.ts'

/** What whoever registers may have at most. */
const policy = { grantTypes: ['authorization_code', 'refresh_token'], scope: ['openid', 'profile', 'read'] } as const

/** The registration endpoint, open to all. @spec RFC 7591 §3 */
export async function register({ method, sent }: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  const { has } = world
  if (method !== 'POST') return refusal('invalid_request', 'POST is wanted', { status: 405 })
  const asked = readJsonObject(sent.body ?? '')
  if (asked === undefined) return refusal('invalid_client_metadata', 'a JSON object is wanted')
  const redirectUris = textsIn(asked['redirect_uris'])
  const isAllowed = redirectUris.length > 0 && redirectUris.every(isAllowedUri)
  if (has('register-fetches')) await fetchNamed(asked, world)
  if (!isAllowed && !has('register-any-uri') && !(has('register-everything') && redirectUris.length === 0))
    return refusal('invalid_redirect_uri', 'redirect URIs must be https addresses without a fragment or a star')
  const keys =
    isObject(asked['jwks']) && Array.isArray(asked['jwks']['keys']) ? asked['jwks']['keys'].filter(isObject) : []
  const isPublic = asked['token_endpoint_auth_method'] === 'none'
  const grantTypes = textsIn(asked['grant_types'])
  const scope = typeof asked['scope'] === 'string' ? scopeOf(asked['scope']) : policy.scope
  const secret = unguessable()
  const client: WeakClient = {
    clientId: `dcr-${unguessable().slice(0, 12)}`,
    name: typeof asked['client_name'] === 'string' ? asked['client_name'] : 'A new client',
    method: isPublic ? 'none' : 'client_secret_basic',
    ...(isPublic ? {} : { secret }),
    ...(keys[0] !== undefined && { publicJwk: keys[0] }),
    redirectUris,
    postLogoutRedirectUris: [],
    grantTypes: has('register-everything')
      ? grantTypes
      : policy.grantTypes.filter(each => grantTypes.length === 0 || grantTypes.includes(each)),
    scope: has('register-everything') ? scope : policy.scope.filter(each => scope.includes(each)),
    mayIntrospect: false,
    requiresPar: false,
    isStranger: true,
    registrationToken: unguessable(),
  }
  world.state.clients.set(client.clientId, client)
  return json(described(client, world), 201)
}

async function fetchNamed(asked: Readonly<Record<string, unknown>>, { fetchText }: WeakWorld): Promise<void> {
  for (const member of ['logo_uri', 'jwks_uri', 'sector_identifier_uri']) {
    const address = asked[member]
    if (typeof address === 'string') await fetchText(address)
  }
}

/** Reads and deletes a registration. @spec RFC 7592 §2.1, §2.3 */
export function manageRegistration({ method, path, sent }: WeakRequest, world: WeakWorld): ReceivedResponse {
  const client = world.state.clients.get(path.slice('/register/'.length))
  const isOwner =
    client?.registrationToken !== undefined &&
    fieldValue(sent.headers, 'authorization') === `Bearer ${client.registrationToken}`
  if (client === undefined || !isOwner) return empty(401, [['www-authenticate', 'Bearer error="invalid_token"']])
  if (method !== 'DELETE') return json(described(client, world))
  world.state.clients.delete(client.clientId)
  return empty(204)
}

function described(client: WeakClient, { issuer }: WeakWorld): Readonly<Record<string, unknown>> {
  return {
    client_id: client.clientId,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: ['code'],
    scope: client.scope.join(' '),
    token_endpoint_auth_method: client.method,
    ...(client.secret !== undefined && { client_secret: client.secret, client_secret_expires_at: 0 }),
    registration_access_token: client.registrationToken,
    registration_client_uri: `${issuer}/register/${client.clientId}`,
  }
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
}

function isAllowedUri(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.protocol === 'https:' && url.hash === '' && !text.includes('#') && !text.includes('*')
}
