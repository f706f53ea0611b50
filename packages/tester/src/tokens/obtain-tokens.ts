// RFC 6749 §4, RFC 8707 §2, OpenID Connect Core §11
import { makeKeyPair } from '../node/forge-jws.ts'
import type { KeyPair, TestClient } from '../target/target.ts'
import { addressOf, obtainCode, problemOfIssuer, problemOfState } from './authorization-code.ts'
import type { FlowChoice } from './choose-flow.ts'
import { deviceFlow } from './device-flow.ts'
import type { Pair } from './endpoint-request.ts'
import type { FrontChannel } from './front-channel.ts'
import { problemOfIdToken } from './id-token.ts'
import { textsIn } from './json-object.ts'
import { askFor, peculiaritiesOf } from './peculiarities.ts'
import { randomText, type ServerAccess } from './server-access.ts'
import type { TokenWish } from './token.ts'
import { requestTokens } from './token-request.ts'
import { type IssuedTokens, type IssueRefusal, readTokens } from './token-response.ts'

/** What came of one flow. */
export type Obtained = (IssuedTokens & { readonly dpopKey?: KeyPair }) | IssueRefusal

/** What a flow works with. */
type Situation = {
  readonly choice: FlowChoice
  readonly wish: TokenWish
  readonly access: ServerAccess
  readonly front: FrontChannel
  readonly dpopKey?: KeyPair
}

/** Gets tokens by one flow. An ID token that came with them is checked; a bad one refuses all of them. */
export async function obtainTokens(situation: Omit<Situation, 'dpopKey'>): Promise<Obtained> {
  const { access, wish } = situation
  const isBound = wish.binding === 'dpop' || situation.choice.client.binding === 'dpop'
  const dpopKey = isBound ? keyFor(access) : undefined
  const got = await flows[situation.choice.flow]({ ...situation, ...(dpopKey && { dpopKey }) })
  return got.kind === 'tokens' && dpopKey !== undefined ? { ...got, dpopKey } : got
}

/** Gets new tokens by a refresh token. @spec RFC 6749 §6 */
export function refreshTokens(
  {
    refreshToken,
    resource,
    dpopKey,
  }: { readonly refreshToken: string; readonly resource?: string; readonly dpopKey?: KeyPair },
  client: TestClient,
  access: ServerAccess,
): Promise<IssuedTokens | IssueRefusal> {
  const named = askFor(peculiaritiesOf(access.server.provider), {
    scope: [],
    isForClient: false,
    wantsRefreshToken: false,
    ...(resource !== undefined && { resource }),
  })
  const pairs: readonly Pair[] = [['grant_type', 'refresh_token'], ['refresh_token', refreshToken], ...named]
  return requestTokens(pairs, { client, ...(dpopKey && { dpopKey }) }, access)
}

const flows: Readonly<Record<FlowChoice['flow'], (situation: Situation) => Promise<IssuedTokens | IssueRefusal>>> = {
  client_credentials: situation =>
    requestTokens([['grant_type', 'client_credentials'], ...askedOf(situation)], askerOf(situation), situation.access),
  password: situation => {
    const { user } = situation.choice
    if (user === undefined) return Promise.resolve(refused('no user is configured'))
    const pairs: readonly Pair[] = [
      ['grant_type', 'password'],
      ['username', user.username],
      ['password', user.password.reveal()],
    ]
    return requestTokens([...pairs, ...askedOf(situation)], askerOf(situation), situation.access)
  },
  device_code: situation =>
    deviceFlow(
      { ...askerOf(situation), pairs: askedOf(situation), scope: situation.wish.scope, conduct: conductOf(situation) },
      situation.access,
      situation.front,
    ),
  authorization_code: byCode,
  implicit: byImplicit,
}

async function byCode(situation: Situation): Promise<IssuedTokens | IssueRefusal> {
  const { choice, access, front } = situation
  const { client } = choice
  const asked = askedOf(situation)
  const code = await obtainCode({ client, scope: [], parameters: asked, conduct: conductOf(situation) }, access, front)
  if (code.kind === 'failed') return refused(code.reason)
  const pairs: readonly Pair[] = [
    ['grant_type', 'authorization_code'],
    ['code', code.code.reveal()],
    ['redirect_uri', code.redirectUri],
    ['code_verifier', code.verifier.reveal()],
    ...asked.filter(([name]) => name === 'resource'),
  ]
  const tokens = await requestTokens(pairs, askerOf(situation), access)
  if (tokens.kind === 'refused' || tokens.idToken === undefined) return tokens
  const problem = await problemOfIdToken(tokens.idToken, { client, nonce: code.nonce }, access)
  return problem === undefined ? tokens : { ...refused(problem), withdrawn: tokens }
}

/** @spec RFC 6749 §4.2.1, §4.2.2 */
async function byImplicit(situation: Situation): Promise<IssuedTokens | IssueRefusal> {
  const { choice, access, front } = situation
  const redirectUri = choice.client.redirectUris[0]
  if (redirectUri === undefined) return refused('the client has no redirect URI')
  const state = randomText()
  const pairs: readonly Pair[] = [
    ['response_type', 'token'],
    ['client_id', choice.client.clientId],
    ['redirect_uri', redirectUri],
    ['state', state],
    ...askedOf(situation),
  ]
  const address = await addressOf(pairs, choice.client, access)
  if ('kind' in address) return refused(address.reason)
  const visit = { ...conductOf(situation), scope: situation.wish.scope, redirectUris: [redirectUri] }
  const outcome = await front.visit(address.href, visit)
  if (outcome.kind !== 'redirected') return refused('the server did not redirect with a token')
  const { parameters } = outcome
  const problem = problemOfState(parameters, { state, redirectUri }) ?? problemOfIssuer(parameters, access.server)
  const tokens = readTokens(Object.fromEntries(parameters), access.secrets)
  if (problem === undefined) return tokens
  return tokens.kind === 'refused' ? refused(problem) : { ...refused(problem), withdrawn: tokens }
}

/** The scope and the API, in the server's words, with what a refresh token and an ID token take. */
function askedOf({ choice, wish, access }: Situation): readonly Pair[] {
  const { server } = access
  const { client, holder } = choice
  const isForClient = holder.kind === 'client'
  const wants = (what: 'refresh_token' | 'id_token') => wish.alsoWants?.includes(what) === true
  const may = (token: string) =>
    (client.scope?.includes(token) ?? true) && (textsIn(server.metadata, 'scopes_supported')?.includes(token) ?? true)
  const peculiarities = peculiaritiesOf(server.provider)
  const { offline } = peculiarities
  const wantsRefreshToken = !isForClient && wants('refresh_token') && (!('scope' in offline) || may(offline.scope))
  // where no scope of the API is wanted, `openid` keeps the server from granting its default scopes
  const isOpenId = !isForClient && (wants('id_token') || wantsRefreshToken || wish.scope.length === 0) && may('openid')
  const scope = isOpenId ? [...new Set(['openid', ...wish.scope])] : wish.scope
  const { resource } = wish
  const pairs = askFor(peculiarities, {
    scope,
    isForClient,
    wantsRefreshToken,
    ...(resource !== undefined && { resource }),
  })
  // OpenID Connect Core §11: without it the server must ignore `offline_access`
  const consent: readonly Pair[] = wantsRefreshToken && 'scope' in offline && isOpenId ? [['prompt', 'consent']] : []
  return choice.flow === 'authorization_code' ? [...pairs, ...consent] : pairs
}

function askerOf({ choice, dpopKey }: Situation): { readonly client: TestClient; readonly dpopKey?: KeyPair } {
  return { client: choice.client, ...(dpopKey && { dpopKey }) }
}

function conductOf({ choice: { holder } }: Situation): { readonly user: 'first' | 'second'; readonly browser: string } {
  const user = holder.kind === 'user' ? holder.user : 'first'
  return { user, browser: `the ${user} user` }
}

function keyFor({ server, secrets }: ServerAccess): KeyPair {
  const supported = textsIn(server.metadata, 'dpop_signing_alg_values_supported') ?? []
  const alg = ['ES256', 'EdDSA', 'RS256', 'PS256'].find(each => supported.includes(each)) ?? 'ES256'
  return makeKeyPair(alg, secrets)
}

function refused(reason: string): IssueRefusal {
  return { kind: 'refused', reason, isTemporary: false }
}
