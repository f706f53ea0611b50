// RFC 6749 §4.1.1, §4.1.2.1; RFC 7636 §4.4.1; RFC 9207 §2; RFC 9126 §4
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { areKnown, mayHave, scopeText } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { html, redirect, type WeakRequest } from './message.ts'
import { errorPage, pageHeaders } from './pages.ts'
import { isRedirectUriOf } from './redirect-uri.ts'
import { readRequestObject } from './request-object.ts'
import { knownScopes } from './setting.ts'
import { type Grant, type Interaction, scopeOf, unguessable, type WeakClient, type WeakWorld } from './world.ts'

/** What can be sent to whoever asked. */
type Asked = {
  readonly parameters: ReadonlyMap<string, string>
  readonly client: WeakClient
  readonly redirectUri: string
}

/** The authorization endpoint. @spec RFC 6749 §3.1 */
export async function authorize(request: WeakRequest, world: WeakWorld): Promise<ReceivedResponse> {
  if (request.method !== 'GET') return errorPage(world, 'GET is wanted', 405)
  const repeated = repeatedIn(request.query)
  const read = await parametersOf(request, world)
  if ('problem' in read) return errorPage(world, read.problem)
  const { parameters } = read
  const client = world.state.clients.get(parameters.get('client_id') ?? '')
  if (client === undefined) return errorPage(world, 'the client is not known')
  if (repeated.includes('client_id')) return errorPage(world, '`client_id` comes twice')
  const isAnyTaken = world.has('redirect-first-wins') || world.has('redirect-last-wins')
  if (repeated.includes('redirect_uri') && !isAnyTaken) return errorPage(world, '`redirect_uri` comes twice')
  const redirectUri = redirectUriOf(parameters, client, request, world)
  if (redirectUri === undefined) return errorPage(world, 'the redirect URI is not registered')
  const asked = { parameters, client, redirectUri }
  const others = repeated.filter(name => name !== 'redirect_uri' && name !== 'resource')
  if (others.length > 0 && !world.has('parameter-twice'))
    return sendError(world, asked, 'invalid_request', `\`${others[0]}\` comes twice`)
  const problem = problemOf(world, asked, read.isPushed)
  if (problem !== undefined) return fail(world, asked, problem, request)
  return begin(request, world, asked)
}

/** Errors go straight to a client that somebody vouches for; others are not sent on for nothing. @spec RFC 9700 §4.11.2 */
function fail(world: WeakWorld, asked: Asked, [code, why]: Problem, request: WeakRequest): ReceivedResponse {
  if (asked.client.isStranger && !world.has('error-to-stranger') && sessionOf(request, world) === undefined)
    return errorPage(world, `the client asked for something wrong: ${why}`)
  return sendError(world, asked, code, why)
}

function redirectUriOf(
  parameters: ReadonlyMap<string, string>,
  client: WeakClient,
  { query }: WeakRequest,
  world: WeakWorld,
): string | undefined {
  const last = query.getAll('redirect_uri').at(-1)
  const asked = (world.has('redirect-last-wins') ? last : undefined) ?? parameters.get('redirect_uri')
  if (asked === undefined) return client.redirectUris.length === 1 ? client.redirectUris[0] : undefined
  const isEarly = world.has('error-before-check') && !scopeOf(parameters.get('scope')).every(isKnown)
  return isEarly || isRedirectUriOf(client, asked, world) ? asked : undefined
}

function repeatedIn(query: URLSearchParams): readonly string[] {
  return [...new Set(query.keys())].filter(name => query.getAll(name).length > 1)
}

type Parameters =
  | { readonly parameters: ReadonlyMap<string, string>; readonly isPushed: boolean }
  | { readonly problem: string }

/** The parameters as they were pushed or signed; else those of the query, the first of each name. @spec RFC 9101 §6.3 */
async function parametersOf({ query }: WeakRequest, world: WeakWorld): Promise<Parameters> {
  const plain = new Map<string, string>()
  for (const [name, value] of query) if (value !== '' && !plain.has(name)) plain.set(name, value)
  const resources = query.getAll('resource')
  if (resources.length > 0) plain.set('resource', resources.join(' '))
  const reference = plain.get('request_uri')
  if (reference !== undefined) return pushedParameters(reference, plain, world)
  const object = plain.get('request')
  return object === undefined ? { parameters: plain, isPushed: false } : readRequestObject(object, plain, world)
}

/** @spec RFC 9126 §4 */
async function pushedParameters(
  reference: string,
  plain: ReadonlyMap<string, string>,
  { state, now, has, fetchText }: WeakWorld,
): Promise<Parameters> {
  if (has('object-fetched') && /^https?:/.test(reference)) await fetchText(reference)
  const pushed = state.pushed.get(reference)
  if (pushed === undefined || pushed.expiresAt <= now()) return { problem: 'the request URI is not known' }
  if (pushed.clientId !== plain.get('client_id') && !has('reference-of-anybody'))
    return { problem: 'the request URI is of another client' }
  if (!has('reference-reused')) state.pushed.delete(reference)
  const { parameters } = pushed
  if (has('reference-of-anybody')) {
    const { clientId } = pushed
    return { parameters: new Map([...parameters, ['client_id', clientId]]), isPushed: true }
  }
  return { parameters: has('outside-wins') ? new Map([...parameters, ...plain]) : parameters, isPushed: true }
}

type Problem = readonly [code: string, why: string]

/** What is wrong with a request whose client may be told so. */
export function problemOf(
  { has }: WeakWorld,
  { parameters, client }: Pick<Asked, 'parameters' | 'client'>,
  isPushed: boolean,
): Problem | undefined {
  const unknown = [...parameters.keys()].find(name => !knownParameters.has(name))
  if (unknown !== undefined && has('unknown-parameter-refused'))
    return ['invalid_request', `\`${unknown}\` is not known`]
  if (client.requiresPar && !isPushed) return ['invalid_request', 'the request must be pushed']
  const type = parameters.get('response_type') ?? (has('response-type-optional') ? 'code' : undefined)
  if (type === undefined) return ['invalid_request', '`response_type` is wanted']
  if (type !== 'code' && !(has('implicit-granted') && /\btoken\b/.test(type)))
    return ['unsupported_response_type', '`code` is wanted']
  if (!client.grantTypes.includes('authorization_code')) return ['unauthorized_client', 'the client may not do this']
  const scope = scopeOf(scopeText(parameters.get('scope'), has))
  if (!scope.every(token => isKnown(token) || has('scope-unknown'))) return ['invalid_scope', 'a scope is not known']
  if (!scope.every(token => mayHave(token, client, has))) return ['invalid_scope', 'the client may not ask for that']
  const resources = (parameters.get('resource') ?? '').split(' ').filter(each => each !== '')
  if (!areKnown(resources, has)) return ['invalid_target', 'the resource is not known']
  return type === 'code' ? problemOfChallenge(parameters, has) : undefined
}

/** @spec RFC 7636 §4.4.1 */
function problemOfChallenge(parameters: ReadonlyMap<string, string>, has: WeakWorld['has']): Problem | undefined {
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined)
    return has('pkce-optional') || has('verifier-without-challenge')
      ? undefined
      : ['invalid_request', '`code_challenge` is wanted']
  const method = parameters.get('code_challenge_method') ?? 'plain'
  if (method === 'plain' && has('pkce-plain')) return undefined
  if (method !== 'S256') return ['invalid_request', 'the challenge must be made by `S256`']
  return /^[A-Za-z0-9_-]{43}$/.test(challenge) ? undefined : ['invalid_request', 'the challenge is malformed']
}

const knownParameters = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'prompt',
  'dpop_jkt',
  'max_age',
  'response_mode',
])

function isKnown(token: string): boolean {
  return knownScopes.some(known => known === token)
}

/** Sends an error to the client. @spec RFC 6749 §4.1.2.1, RFC 9207 §2 */
export function sendError(world: WeakWorld, asked: Asked, code: string, why: string): ReceivedResponse {
  const { issuer, has } = world
  const state = asked.parameters.get('state')
  return redirect(
    withPairs(asked.redirectUri, [
      ['error', code],
      ['error_description', why],
      ...(state === undefined || has('state-lost') ? [] : [pair('state', stateOf(world, state))]),
      ...(has('iss-missing') || has('iss-missing-in-errors') ? [] : [pair('iss', issuer)]),
    ]),
  )
}

function stateOf({ has }: WeakWorld, state: string): string {
  return has('state-mangled') ? state.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?') : state
}

function pair(name: string, value: string): readonly [string, string] {
  return [name, value]
}

function withPairs(uri: string, pairs: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
  return `${uri}${uri.includes('?') ? '&' : '?'}${query}`
}

/** Who is logged in at a browser. */
export function sessionOf(
  { cookies }: WeakRequest,
  { state }: WeakWorld,
): { readonly sub: string; readonly authTime: number } | undefined {
  return state.sessions.get(cookies.get('session') ?? '')
}

function begin(request: WeakRequest, world: WeakWorld, asked: Asked): ReceivedResponse {
  const { state } = world
  const browser = request.cookies.get('browser') ?? unguessable()
  const scope = scopeOf(scopeText(asked.parameters.get('scope'), world.has))
  const interaction: Interaction = { id: unguessable(), csrf: unguessable(), browser, scope, ...asked }
  const session = sessionOf(request, world)
  const isSilent = asked.parameters.get('prompt') === 'none'
  if (isSilent && session === undefined) return sendError(world, asked, 'login_required', 'nobody is logged in')
  if (session !== undefined && !mustAsk(world, interaction, session.sub))
    return answer(world, interaction, { ...session, scope })
  if (isSilent && session !== undefined && world.has('consent-of-silence'))
    return answer(world, interaction, { ...session, scope })
  if (isSilent) return sendError(world, asked, 'consent_required', 'the user was never asked')
  state.interactions.set(interaction.id, interaction)
  const next = session === undefined ? 'login' : 'consent'
  return redirect(`/${next}?interaction=${interaction.id}`, [cookie('browser', browser, world)])
}

/** A cookie that no script reads and no other site sends. */
export function cookie(name: string, value: string, { issuer, has }: WeakWorld): readonly [string, string] {
  return [
    'set-cookie',
    `${name}=${value}; Path=/; HttpOnly; SameSite=${has('consent-without-csrf') ? 'None' : 'Lax'}${issuer.startsWith('https:') ? '; Secure' : ''}`,
  ]
}

/** Whether the user has not agreed to all of it before. */
export function mustAsk({ state, has }: WeakWorld, { client, scope, parameters }: Interaction, sub: string): boolean {
  if (has('consent-skipped')) return false
  const agreed = state.consents.get(`${sub} ${client.clientId}`)
  return parameters.get('prompt') === 'consent' || agreed === undefined || !scope.every(token => agreed.has(token))
}

type Allowed = { readonly sub: string; readonly authTime: number; readonly scope: readonly string[] }

/** Sends the code to the client. @spec RFC 6749 §4.1.2 */
export function answer(
  world: WeakWorld,
  { parameters, client, redirectUri }: Interaction,
  allowed: Allowed,
): ReceivedResponse {
  const { state, has, issuer, now } = world
  const sent = parameters.get('state')
  const nonce = parameters.get('nonce')
  const grant: Grant = {
    id: unguessable(),
    clientId: client.clientId,
    resources: (parameters.get('resource') ?? '').split(' ').filter(each => each !== ''),
    ...allowed,
    ...(nonce !== undefined && { nonce }),
    isRevoked: false,
  }
  state.grants.push(grant)
  const tail = [
    ...(sent === undefined ? [] : [pair('state', stateOf(world, sent))]),
    ...(has('iss-missing') ? [] : [pair('iss', issuer)]),
  ]
  if (parameters.get('response_type')?.includes('token') === true) {
    const { access_token: token } = issueTokens(world, { grant, scope: grant.scope })
    const pairs = [pair('access_token', String(token)), pair('token_type', 'Bearer'), ...tail]
    return redirect(`${redirectUri}#${new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()}`)
  }
  const challenge = parameters.get('code_challenge')
  const challengeMethod = parameters.get('code_challenge_method') ?? 'plain'
  const jkt = parameters.get('dpop_jkt')
  const asked = parameters.get('redirect_uri')
  const code = has('code-guessable') ? `code${1000 + state.codes.size}` : unguessable()
  const ttl = has('code-forever') ? 365 * 86_400_000 : has('code-minutes') ? 300_000 : 60_000
  state.codes.set(code, {
    grant,
    ...(asked !== undefined && { redirectUri: asked }),
    ...(challenge !== undefined && { challenge, challengeMethod }),
    ...(jkt !== undefined && { jkt }),
    expiresAt: now() + ttl,
    isSpent: false,
  })
  return redirect(withPairs(redirectUri, [pair('code', code), ...tail]))
}

/** An address that only pages know. */
export function notFound(world: WeakWorld): ReceivedResponse {
  return html('<h1>Not found</h1>', 404, pageHeaders(world))
}
