// RFC 6749 §4.1.3, §4.4.2, §6
import type { Judgement } from '../../catalogue/test-case.ts'
import type { UserConduct } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { ServerTarget, TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { claimsOf, grantedScope } from '../../tokens/granted-scope.ts'
import { peculiaritiesOf } from '../../tokens/peculiarities.ts'
import { type IssuedTokens, readTokenResponse, scopeTokens } from '../../tokens/token-response.ts'
import type { Exchange, SendOptions, SentRequest } from '../../wire/exchange.ts'
import { inconclusive, isJudgement } from '../resource/guarded-call.ts'
import type { ServerContext } from './server-trial.ts'
import { type Ask, askedByMachine, askedByUser, isMachine, valueOf, withPairs } from './token-ask.ts'

/** A change of parameters: replaced, added, or left out where `undefined`. */
export type PairChange = Readonly<Record<string, string | readonly string[] | undefined>>

/** How a user's client gets tokens. */
export type GrantWish = Ask & {
  readonly client: TestClient
  /** Of the authorization request. */
  readonly parameters?: PairChange
  /** Of the token request. */
  readonly redemption?: PairChange
  readonly conduct?: UserConduct
  /** The last word about the token request. */
  readonly reshape?: (request: SentRequest) => SentRequest
}

/** Tokens that were given, and what for. */
export type Granted = {
  readonly client: TestClient
  readonly tokens: IssuedTokens
  /** What was asked for. */
  readonly asked: readonly string[]
  /** What the access token holds, as far as can be read. */
  readonly scope: readonly string[]
  readonly exchange: Exchange
}

/** The parameters that redeem a code, once. */
export type Redeemable = { readonly pairs: readonly Pair[]; readonly asked: readonly string[] }

/** A code of a good flow, as the parameters that redeem it; or why there is none. */
export async function redeemableCode(context: ServerContext, wish: GrantWish): Promise<Redeemable | Judgement> {
  const { client, parameters = {}, redemption = {}, conduct } = wish
  const server = serverOf(context)
  const asked = withPairs(askedByUser(client, context.target, server, wish), parameters)
  const code = await context.server.obtainCode({
    client,
    scope: [],
    parameters: asked,
    ...(conduct !== undefined && { conduct }),
  })
  if (code.kind === 'failed') return inconclusive(`a good authorization did not come to a code: ${code.reason}`)
  const resources = asked.filter(([name]) => name === 'resource')
  const pairs: readonly Pair[] = [
    ['grant_type', 'authorization_code'],
    ['code', code.code.reveal()],
    ['redirect_uri', code.redirectUri],
    ['code_verifier', code.verifier.reveal()],
    ...resources,
  ]
  return { pairs: withPairs(pairs, redemption), asked: scopeTokens(valueOf(asked, 'scope') ?? '') }
}

/** Tokens by a code, or why there are none. @spec RFC 6749 §4.1.3 */
export async function grantByCode(context: ServerContext, wish: GrantWish): Promise<Granted | Judgement> {
  const redeemable = await redeemableCode(context, wish)
  return isJudgement(redeemable) ? redeemable : redeem(context, wish, redeemable)
}

/** Tokens by refresh token as well; where none comes, that is said. */
export async function grantWithRefresh(
  context: ServerContext,
  wish: GrantWish,
): Promise<(Granted & { readonly refreshToken: Secret }) | Judgement> {
  const granted = await grantByCode(context, { ...wish, wantsRefreshToken: true })
  if (isJudgement(granted)) return granted
  const { refreshToken } = granted.tokens
  if (refreshToken === undefined)
    return inconclusive(`the server gave \`${wish.client.name}\` no refresh token`, granted.exchange)
  return { ...granted, refreshToken }
}

async function redeem(
  context: ServerContext,
  { client, reshape = request => request }: GrantWish,
  { pairs, asked }: Redeemable,
): Promise<Granted | Judgement> {
  const exchange = await context.send(reshape(tokenRequest(context, client, pairs)))
  return readGrant(context, exchange, { client, asked })
}

/** Tokens for a client itself. @spec RFC 6749 §4.4.2 */
export async function grantToMachine(
  context: ServerContext,
  client: TestClient,
  change: PairChange = {},
): Promise<Granted | Judgement> {
  const pairs = withPairs(askedByMachine(client, context.target, serverOf(context)), change)
  const all: readonly Pair[] = [['grant_type', 'client_credentials'], ...pairs]
  const asked = scopeTokens(valueOf(pairs, 'scope') ?? '')
  return readGrant(context, await context.send(tokenRequest(context, client, all)), { client, asked })
}

/** New tokens for a refresh token; the bare exchange. @spec RFC 6749 §6 */
export function refresh(
  context: ServerContext,
  client: TestClient,
  token: Secret,
  { change = {}, options }: { readonly change?: PairChange; readonly options?: SendOptions } = {},
): Promise<Exchange> {
  const pairs: readonly Pair[] = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', token.reveal()],
  ]
  return context.send(tokenRequest(context, client, withPairs(pairs, change)), options)
}

/** A request to the token endpoint with the client's authentication. */
export function tokenRequest(context: ServerContext, client: TestClient, pairs: readonly Pair[]): SentRequest {
  return context.server.formRequest('token_endpoint', pairs, client)
}

/** Reads tokens out of an answer, or says that a good request was refused. */
export function readGrant(
  context: ServerContext,
  exchange: Exchange,
  { client, asked }: { readonly client: TestClient; readonly asked: readonly string[] },
): Granted | Judgement {
  const tokens = readTokenResponse(exchange, context.secrets)
  if (tokens.kind === 'refused')
    return inconclusive(`a good request of \`${client.name}\` got no token: ${tokens.reason}`, exchange)
  const peculiarities = peculiaritiesOf(serverOf(context).provider)
  return { client, tokens, asked, exchange, scope: grantedScope(tokens, { scope: asked }, peculiarities) }
}

/** A request for tokens that is good but for what is done to it; each may be sent once. */
export async function goodTokenRequest(
  context: ServerContext,
  client: TestClient,
): Promise<(Redeemable & { readonly client: TestClient }) | Judgement> {
  if (isMachine(client)) {
    const pairs = askedByMachine(client, context.target, serverOf(context))
    return {
      client,
      pairs: [['grant_type', 'client_credentials'], ...pairs],
      asked: scopeTokens(valueOf(pairs, 'scope') ?? ''),
    }
  }
  const made = await redeemableCode(context, { client })
  return isJudgement(made) ? made : { ...made, client }
}

/** The claims of an access token that is a JWT. */
export function accessClaims(
  context: ServerContext,
  { tokens }: Granted,
): Readonly<Record<string, unknown>> | undefined {
  return claimsOf(tokens, peculiaritiesOf(serverOf(context).provider))
}

/** The server under test. @throws {TypeError} where there is none; its cases are not planned then */
export function serverOf({ target: { server } }: Pick<ServerContext, 'target'>): ServerTarget {
  if (server === undefined) throw new TypeError('no authorization server is under test')
  return server
}

/** Scopes in a sentence. */
export function listed(tokens: readonly string[]): string {
  return tokens.length === 0 ? 'nothing' : tokens.map(token => `\`${token}\``).join(', ')
}
