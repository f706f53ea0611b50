// RFC 6749 §6, RFC 7009 §2, RFC 9700 §2.2
import type { Secret } from '../secret/secret.ts'
import type { TestClient } from '../target/target.ts'
import { revokeToken } from './revocation.ts'
import { type CloseReport, revokeAll } from './revoke-all.ts'
import { type State, stateOf, type TokenSourceParts } from './source-state.ts'
import type { HeldToken, TokenOutcome, TokenSource, TokenWish } from './token.ts'
import type { KeptToken } from './vault-text.ts'
import { obtainWish, refreshWish } from './wish-attempt.ts'
import { keyOf, parseKey } from './wish-key.ts'

/** A token source with its lifetime. */
export type ManagedTokenSource = TokenSource & {
  /** Replaces a token that an API refused by 401: once for all who ask. A token that was replaced already gives the new one. */
  readonly renew: (token: HeldToken) => Promise<TokenOutcome>
  /** Takes charge of a token that somebody else got from the server, so that it is revoked at the end. */
  readonly adopt: (token: Secret, hint: 'access_token' | 'refresh_token', client: TestClient) => void
  /** Revokes all that was obtained, also what still comes while it closes. Afterwards there are no tokens. */
  readonly close: () => Promise<CloseReport>
}

/** Makes the source from which a run gets its tokens. */
export function createTokenSource(parts: TokenSourceParts): ManagedTokenSource {
  const state = stateOf(parts)
  return {
    token: wish => track(state, findToken(wish, state)),
    renew: token => track(state, renewToken(token, state)),
    revoke: (token, hint) => revokeNow(token, hint, state),
    adopt: (token, hint, client) => state.vault.owe({ text: token.reveal(), hint, client: client.name }),
    close: () => closeSource(state),
  }
}

function track<T>({ running }: State, work: Promise<T>): Promise<T> {
  running.add(work)
  const forget = () => running.delete(work)
  work.then(forget, forget)
  return work
}

async function findToken(wish: TokenWish, state: State): Promise<TokenOutcome> {
  await state.vault.open()
  if (state.closing.signal.aborted) return unavailable('the run is over')
  if (wish.isFresh === true) return (await obtainWish(wish, state)).outcome
  const key = keyOf(wish)
  const kept = state.vault.find(key)
  if (kept !== undefined && isGood(kept, state)) return { kind: 'token', token: kept.token }
  return once(key, state, async () => {
    const outcome = await replace(wish, key, state)
    // one that is only getting old is better than none
    const isUsable = outcome.kind === 'unavailable' && kept !== undefined && state.parts.now() < kept.token.expiresAt
    return isUsable ? { kind: 'token', token: kept.token } : outcome
  })
}

async function renewToken(token: HeldToken, state: State): Promise<TokenOutcome> {
  await state.vault.open()
  const text = token.accessToken.reveal()
  const key = state.vault.keyOf(token) ?? state.replaced.get(text)
  const wish = key === undefined ? undefined : parseKey(key)
  if (key === undefined || wish === undefined) return unavailable('the token is not one that is kept')
  const kept = state.vault.find(key)
  if (kept !== undefined && kept.token.accessToken.reveal() !== text) return { kind: 'token', token: kept.token }
  return once(key, state, async () => {
    const outcome = await replace(wish, key, state)
    if (outcome.kind === 'unavailable') state.vault.drop(key)
    return outcome
  })
}

function once(key: string, { flights }: State, work: () => Promise<TokenOutcome>): Promise<TokenOutcome> {
  const flight = flights.get(key) ?? work().finally(() => flights.delete(key))
  flights.set(key, flight)
  return flight
}

/** A token is replaced a tenth of its lifetime before its end, but no more than a minute before, and when it is too old. */
function isGood({ token, obtainedAt }: KeptToken, { parts }: State): boolean {
  const { now, rotateAfter = 15 * 60_000 } = parts
  const skew = Math.min(60_000, (token.expiresAt - obtainedAt) / 10)
  return now() < token.expiresAt - skew && now() < obtainedAt + rotateAfter
}

async function replace(wish: TokenWish, key: string, state: State): Promise<TokenOutcome> {
  const { vault, parts, replaced } = state
  const before = vault.find(key)
  const refreshed = before === undefined ? undefined : await refreshWish(before, wish, state)
  const { outcome, client } = refreshed ?? (await obtainWish(wish, state))
  if (before !== undefined && outcome.kind === 'token') replaced.set(before.token.accessToken.reveal(), key)
  if (outcome.kind === 'token')
    vault.keep(key, { token: outcome.token, obtainedAt: parts.now(), ...(client && { client: client.name }) })
  return outcome
}

async function revokeNow(
  token: Secret,
  hint: 'access_token' | 'refresh_token',
  { access, vault }: State,
): ReturnType<TokenSource['revoke']> {
  const name = vault.owedOf(token)?.client
  const client = access?.server.clients.find(each => name === undefined || each.name === name)
  if (access === undefined || client === undefined) return 'unsupported'
  const { kind } = await revokeToken({ text: token.reveal(), hint }, client, access)
  if (kind === 'revoked') vault.settle(token)
  return kind
}

async function closeSource(state: State): Promise<CloseReport> {
  const { vault, access, running, closing, parts } = state
  // what this run got is revoked also where a vault of an earlier one cannot be opened
  const opened = await vault.open().catch((error: unknown) => ({ error }))
  closing.abort()
  while (running.size > 0) await Promise.allSettled(running)
  const report = access === undefined ? { revoked: 0, left: [] } : await revokeAll(vault, access)
  if (opened !== undefined) {
    await parts.front.close()
    throw opened.error
  }
  await Promise.all([vault.close(), parts.front.close()])
  return report
}

function unavailable(reason: string): TokenOutcome & { readonly kind: 'unavailable' } {
  return { kind: 'unavailable', reason }
}
