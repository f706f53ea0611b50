// RFC 6750 §3.1, RFC 9470 §4
import type { HeldToken, TokenSource } from './held-token.ts'
import { readAsk } from './read-ask.ts'
import { isReplayable } from './replayable-body.ts'
import { StepUpError } from './step-up-error.ts'
import { askKey, type TokenAsk } from './token-ask.ts'
import { checkedOrigins } from './token-origins.ts'

/** How an API is called. */
export type StepUpFetchOptions = {
  readonly tokens: TokenSource
  /** The origins that may see the token: https, or http on loopback. */
  readonly origins: readonly [string, ...string[]]
  /** How often one request may be sent again; twice where it is left out. */
  readonly maxRetries?: 1 | 2
  /** Origins beside the API's own where its metadata may stand. @spec RFC 9728 §5.1 */
  readonly metadataOrigins?: readonly string[]
  /** The runtime's own where it is left out. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** Calls an API as `fetch` does. */
export type StepUpFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * Makes a `fetch` that sends the access token, and that gets a better one where the API asks for it: a fresh one, more scope,
 * or a stronger or newer login. It asks once for parallel calls, never twice for the same, and ends after `maxRetries`.
 * Redirects are not followed, and the token goes to no other origin.
 * @spec RFC 6750 §3.1, RFC 9470 §4
 * @throws {RangeError} for an origin that is none, or not secure
 * @throws {StepUpError} from a call: what the API asks for cannot be had
 * @throws {TypeError} from a call: its URL is not of one of the origins
 * @example
 * const api = createStepUpFetch({ origins: ['https://api.example'], tokens })
 * const response = await api('https://api.example/pets')
 */
export function createStepUpFetch(options: StepUpFetchOptions): StepUpFetch {
  const { tokens, maxRetries = 2, fetch = runtimeFetch } = options
  const origins = checkedOrigins(options.origins)
  const caller: Caller = {
    fetch,
    tokens: { current: () => tokens.current(), obtain: inOneFlight(ask => tokens.obtain(ask)) },
    metadataOrigins: [...origins, ...(options.metadataOrigins ?? [])],
    maxRetries,
  }
  return async (input, init = {}) => {
    const url = new URL(input)
    if (!origins.includes(url.origin))
      throw new TypeError(`\`${url.origin}\` may not see the token; \`origins\` names those that may`)
    return call(caller, url.href, init)
  }
}

const runtimeFetch: Caller['fetch'] = (url, init) => globalThis.fetch(url, init)

type Caller = Required<Pick<StepUpFetchOptions, 'fetch' | 'tokens' | 'metadataOrigins' | 'maxRetries'>>

async function call(caller: Caller, url: string, init: RequestInit): Promise<Response> {
  const asked = new Set<string>()
  let held = await caller.tokens.current()
  for (let retries = 0; ; retries++) {
    const response = await caller.fetch(url, withToken(init, held))
    const ask = readAsk({ response, held, metadataOrigins: caller.metadataOrigins })
    if (ask === undefined) return response
    const giveUp = (failure: StepUpError['failure']): StepUpError => new StepUpError(failure, ask, response)
    if (asked.has(askKey(ask))) throw giveUp('repeated')
    if (retries === caller.maxRetries) throw giveUp('too_many')
    if (!isReplayable(init.body)) throw giveUp('body_spent')
    if (ask.kind === 'more_scope' && isHeld(ask, held)) throw giveUp('already_held')
    const newer = await newerToken(caller.tokens, held)
    if (newer === undefined) asked.add(askKey(ask))
    held = newer ?? (await caller.tokens.obtain(ask))
    if (held === undefined) throw giveUp('not_obtained')
    await response.body?.cancel()
  }
}

function withToken(init: RequestInit, held: HeldToken | undefined): RequestInit {
  const headers = new Headers(init.headers)
  headers.delete('authorization')
  if (held) headers.set('authorization', `Bearer ${held.accessToken}`)
  return { ...init, headers, redirect: init.redirect === 'error' ? 'error' : 'manual' }
}

function isHeld({ scope }: TokenAsk, held: HeldToken | undefined): boolean {
  const tokens = held?.scope?.split(' ') ?? []
  return scope.every(token => tokens.includes(token))
}

/** A parallel call may have got another token while this one was under way. */
async function newerToken(tokens: TokenSource, held: HeldToken | undefined): Promise<HeldToken | undefined> {
  const current = await tokens.current()
  return current?.accessToken === held?.accessToken ? undefined : current
}

function inOneFlight(obtain: TokenSource['obtain']): TokenSource['obtain'] {
  const flights = new Map<string, Promise<HeldToken | undefined>>()
  return ask => {
    const key = askKey(ask)
    const flight = flights.get(key) ?? obtain(ask).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
