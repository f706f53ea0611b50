// RFC 6749 §5.1
import type { SecretLedger } from '../secret/secret.ts'
import type { Target, TestClient } from '../target/target.ts'
import type { Send } from '../wire/exchange.ts'
import type { FlowChoice, FlowOptions } from './choose-flow.ts'
import type { FrontChannel } from './front-channel.ts'
import { claimsOf, expiryOf } from './granted-scope.ts'
import { holdToken } from './held-token.ts'
import type { Obtained } from './obtain-tokens.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import type { ServerAccess } from './server-access.ts'
import type { TokenOutcome, TokenWish } from './token.ts'
import type { IssuedTokens } from './token-response.ts'
import { type SealedText, Vault } from './vault.ts'

/** What a token source works with. */
export type TokenSourceParts = {
  readonly target: Target
  readonly send: Send
  readonly secrets: SecretLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly wait: ServerAccess['wait']
  /** The users' browser. */
  readonly front: FrontChannel
  readonly flows?: FlowOptions
  /** Where the tokens lie between a run and the one that resumes it; absent: only in memory. */
  readonly sealed?: SealedText
  /** Milliseconds after which a token is replaced although it is still good (default: 15 minutes). */
  readonly rotateAfter?: number
}

/** All that a token source remembers. */
export type State = {
  readonly parts: TokenSourceParts
  readonly access: ServerAccess | undefined
  readonly vault: Vault
  readonly closing: AbortController
  readonly running: Set<Promise<unknown>>
  /** One attempt for all who wish the same at the same time. */
  readonly flights: Map<string, Promise<TokenOutcome>>
  /** Why the server refused for good, by key, so that nobody asks again. */
  readonly refusals: Map<string, string>
  /** The key of tokens that were replaced. */
  readonly replaced: Map<string, string>
  /** One browser at a time for each user. */
  readonly turns: Map<string, Promise<unknown>>
}

/** Begins with nothing. */
export function stateOf(parts: TokenSourceParts): State {
  const closing = new AbortController()
  const { server } = parts.target
  return {
    parts,
    access: server && { ...parts, server, signal: closing.signal },
    vault: new Vault(parts.secrets, parts.sealed),
    closing,
    running: new Set(),
    flights: new Map(),
    refusals: new Map(),
    replaced: new Map(),
    turns: new Map(),
  }
}

type Receiver = Pick<FlowChoice, 'holder' | 'client'> & { readonly wish: TokenWish }

/** Notes what came as owed, and makes a held token of it. */
export function receive(
  tokens: Obtained & { readonly kind: 'tokens' },
  { wish, holder, client }: Receiver,
  state: State,
): TokenOutcome {
  const { access, parts } = state
  if (access === undefined) return { kind: 'unavailable', reason: 'no authorization server is configured' }
  oweAll(tokens, client, state)
  const { dpopKey } = tokens
  return holdToken(tokens, {
    wish,
    holder,
    client,
    server: access.server,
    catalogue: parts.target.api?.catalogue,
    now: parts.now(),
    ...(dpopKey && { dpopKey }),
  })
}

/** Notes tokens as owed to revocation. */
export function oweAll(tokens: IssuedTokens, client: TestClient, { vault, access, parts }: State): void {
  const claims = access && claimsOf(tokens, peculiaritiesOf(access.server.provider))
  const expiresAt = expiryOf(tokens, claims, parts.now())
  const { name } = client
  vault.owe({ text: tokens.accessToken.reveal(), hint: 'access_token', client: name, expiresAt })
  const refreshToken = tokens.refreshToken?.reveal()
  if (refreshToken !== undefined) vault.owe({ text: refreshToken, hint: 'refresh_token', client: name })
}
