// RFC 6749 §4, §6
import type { TestClient } from '../target/target.ts'
import { chooseFlows, type FlowChoice } from './choose-flow.ts'
import { forgeHeldToken } from './forged-token.ts'
import { type Obtained, obtainTokens, refreshTokens } from './obtain-tokens.ts'
import { oweAll, receive, type State } from './source-state.ts'
import type { TokenOutcome, TokenWish } from './token.ts'
import type { KeptToken } from './vault-text.ts'
import { keyOf } from './wish-key.ts'

/** What came of an attempt, and whose client it was. */
export type Attempt = { readonly outcome: TokenOutcome; readonly client?: TestClient }

/** Gets new tokens by the refresh token; `undefined` where there is nothing to refresh with, or the server does not want to. @spec RFC 6749 §6 */
export async function refreshWish(
  { token, client: name }: KeptToken,
  wish: TokenWish,
  state: State,
): Promise<Attempt | undefined> {
  const { access, vault } = state
  const client = access?.server.clients.find(each => each.name === name)
  const { refreshToken, dpopKey, resource } = token
  if (refreshToken === undefined || client === undefined || access === undefined) return undefined
  const using = {
    refreshToken: refreshToken.reveal(),
    ...(resource !== undefined && { resource }),
    ...(dpopKey && { dpopKey }),
  }
  const tokens = await refreshTokens(using, client, access)
  if (tokens.kind === 'refused') {
    if (tokens.withdrawn !== undefined) oweAll(tokens.withdrawn, client, state)
    return undefined
  }
  // rotated: the old one is spent; kept: it stays as it was
  const isRotated = tokens.refreshToken !== undefined && tokens.refreshToken.reveal() !== refreshToken.reveal()
  if (isRotated) vault.settle(refreshToken)
  const complete = {
    refreshToken,
    ...(token.idToken && { idToken: token.idToken }),
    ...tokens,
    ...(dpopKey && { dpopKey }),
  }
  const outcome = receive(complete, { wish, holder: token.holder, client }, state)
  return outcome.kind === 'token' ? { outcome, client } : undefined
}

/** Gets a token from the server by the flows that fit, or forges it where the server cannot give it. */
export async function obtainWish(wish: TokenWish, state: State): Promise<Attempt> {
  const key = keyOf(wish)
  const known = state.refusals.get(key)
  const asked = known === undefined ? await askServer(wish, state) : { reason: known, isFinal: true }
  if ('outcome' in asked) return asked
  if (asked.isFinal) state.refusals.set(key, asked.reason)
  const forged = await forgeHeldToken(wish, state.parts)
  if (forged.kind === 'token') return { outcome: forged }
  const isForger = state.parts.target.testIssuer !== undefined
  return { outcome: unavailable(isForger ? `${asked.reason}; ${forged.reason}` : asked.reason) }
}

/** Whether the same wish would fail again stands beside the reason. */
type Refused = { readonly reason: string; readonly isFinal: boolean }

async function askServer(wish: TokenWish, state: State): Promise<Attempt | Refused> {
  const { access, parts } = state
  if (access === undefined) return { reason: 'no authorization server is configured', isFinal: true }
  const { choices, reasons } = chooseFlows(wish, access.server, parts.flows)
  const told: string[] = []
  let isFinal = true
  for (const choice of choices) {
    const tokens = await inTurn(choice, state, () => runFlow(choice, wish, state))
    const outcome = tokens.kind === 'tokens' ? receive(tokens, { wish, ...choice }, state) : unavailable(tokens.reason)
    if (outcome.kind === 'token') return { outcome, client: choice.client }
    told.push(outcome.reason)
    isFinal &&= tokens.kind === 'tokens' || !tokens.isTemporary
  }
  return { reason: [...told, ...reasons].join('; '), isFinal }
}

async function runFlow(choice: FlowChoice, wish: TokenWish, state: State): Promise<Obtained> {
  const { access, parts, closing } = state
  // it may have waited for its turn
  if (access === undefined || closing.signal.aborted)
    return { kind: 'refused', reason: 'the run is over', isTemporary: true }
  const tokens = await obtainTokens({ choice, wish, access, front: parts.front })
  if (tokens.kind === 'refused' && tokens.withdrawn !== undefined) oweAll(tokens.withdrawn, choice.client, state)
  return tokens
}

/** One after the other for each user, since they share a browser with its cookies. */
function inTurn<T>({ user }: FlowChoice, { turns }: State, work: () => Promise<T>): Promise<T> {
  if (user === undefined) return work()
  const turn = (turns.get(user.name) ?? Promise.resolve()).then(work)
  turns.set(
    user.name,
    turn.catch(() => undefined),
  )
  return turn
}

function unavailable(reason: string): TokenOutcome & { readonly kind: 'unavailable' } {
  return { kind: 'unavailable', reason }
}
