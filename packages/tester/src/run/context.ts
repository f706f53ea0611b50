import { buildCall } from '../call/build-call.ts'
import { makeDpopProof } from '../node/dpop-proof.ts'
import type { SecretLedger } from '../secret/secret.ts'
import type { Target } from '../target/target.ts'
import { leastScopeOf } from '../tokens/least-scope.ts'
import type { HeldToken, TokenSource } from '../tokens/token.ts'
import type { ManagedTokenSource } from '../tokens/token-source.ts'
import { trackIssued } from '../tokens/track-issued.ts'
import { type Exchange, fieldValue, type Send, type SentRequest, withField } from '../wire/exchange.ts'
import { awaitWithin, type RunClock } from './clock.ts'
import type { Canary, ProbeContext, ServerTools } from './probe-context.ts'
import type { RunWire } from './run-wire.ts'
import { NotSent } from './sending-rules.ts'
import { seededBytes } from './stable-hash.ts'

/** Where a run gets tokens from; one that is managed takes care of all that anybody gets from the server. */
export type RunTokens = TokenSource & Partial<Pick<ManagedTokenSource, 'renew' | 'adopt' | 'close'>>

/** What a run lends to its probes. */
export type RunParts = {
  readonly target: Target
  readonly secrets: SecretLedger
  /** The one way out; token source and server tools send through it as well. */
  readonly wire: RunWire
  readonly clock: RunClock
  readonly tokens: RunTokens
  /** The tools of one probe, which send through what they are given, so that it is recorded. */
  readonly serverTools?: (send: Send, nonces: Map<string, string>) => ServerTools
  readonly canary: Canary
}

/** What belongs to one probe alone. */
export type ContextOptions = {
  readonly name: string
  readonly seed: string
  /** Ends what the probe is waiting for. */
  readonly signal: AbortSignal
  readonly onEnd: (what: string, undo: () => Promise<void>) => void
  /** Nonces that servers gave for the next proof, by origin; the whole run shares them. @spec RFC 9449 §8 */
  readonly nonces: Map<string, string>
}

/** A context, and what was sent through it. */
export type OpenContext = {
  readonly context: ProbeContext
  readonly sent: readonly Exchange[]
  /** Requests and waits that are going on, and when the last one ended; milliseconds since the epoch. */
  readonly activity: () => { readonly pending: number; readonly at: number }
  /** After this nothing is sent but by what undoes, once the cleanup has begun. */
  readonly close: () => void
}

/** Makes the context of one probe. */
export function createContext(parts: RunParts, options: ContextOptions): OpenContext {
  const { target, secrets, clock, tokens, canary } = parts
  const sent: Exchange[] = []
  const state = { isOver: false, isUndoing: false }
  const activity = { pending: 0, at: clock.now() }
  const whileBusy = async <T>(work: Promise<T>): Promise<T> => {
    activity.pending++
    try {
      return await work
    } finally {
      activity.pending--
      activity.at = clock.now()
    }
  }
  const recording = tracked(recordingSend(parts, { ...options, sent, state }), parts)
  const send: Send = (request, limits) => whileBusy(recording(request, limits))
  const server = parts.serverTools?.(send, options.nonces)
  const { api, testIssuer } = target
  const context: ProbeContext = {
    target,
    secrets,
    send: server === undefined ? send : provingSend(send, server),
    call: (operation, change) => api && buildCall(operation, api, change),
    withToken: (request, token) => withToken(request, token, { secrets, clock, nonces: options.nonces }),
    tokens,
    leastScope: operation => (api === undefined ? [] : leastScopeOf(api, operation)),
    ...(testIssuer === undefined ? {} : { testIssuer }),
    ...(server === undefined ? {} : { server }),
    canary,
    now: clock.now,
    wait: async milliseconds => {
      const never = new Promise<never>(() => {})
      const signal = state.isUndoing ? undefined : options.signal
      const waited = await whileBusy(awaitWithin(never, clock, { milliseconds, signal }))
      if (waited.kind === 'aborted') throw new NotSent('the test was stopped while it waited')
    },
    randomBytes: seededBytes(`${options.seed} ${options.name}`),
    onEnd: (what, undo) =>
      options.onEnd(what, () => {
        state.isUndoing = true
        return undo()
      }),
  }
  return {
    context,
    sent,
    activity: () => activity,
    close: () => {
      state.isOver = true
    },
  }
}

/** Notes the tokens that a probe gets by itself, so that they are revoked at the end. */
function tracked(send: Send, { target: { server }, secrets, tokens: { adopt } }: RunParts): Send {
  return server === undefined || adopt === undefined ? send : trackIssued(send, { server, secrets, source: { adopt } })
}

type Recording = ContextOptions & {
  readonly sent: Exchange[]
  readonly state: { readonly isOver: boolean; readonly isUndoing: boolean }
}

function recordingSend({ wire }: RunParts, { sent, state, signal, nonces }: Recording): Send {
  return async (request, limits = {}) => {
    if (state.isOver && !state.isUndoing) throw new NotSent('the test was over')
    const ends = limits.signal === undefined ? signal : AbortSignal.any([signal, limits.signal])
    return wire.send(request, state.isUndoing ? limits : { ...limits, signal: ends }, exchange => {
      if (!state.isOver) sent.push(exchange)
      const nonce = exchange.kind === 'answered' ? fieldValue(exchange.response.headers, 'dpop-nonce') : undefined
      if (nonce !== undefined) nonces.set(request.origin, nonce)
    })
  }
}

/** Sends once more what only lacked a nonce in its proof. @spec RFC 9449 §8 */
export function provingSend(send: Send, { again }: Pick<ServerTools, 'again'>): Send {
  return async (request, options) => {
    const exchange = await send(request, options)
    const better = again(request, exchange)
    return better === undefined ? exchange : send(better, options)
  }
}

type ProofMakings = Pick<RunParts, 'secrets' | 'clock'> & Pick<ContextOptions, 'nonces'>

/** @spec RFC 6750 §2.1; RFC 9449 §7.1 */
function withToken(request: SentRequest, token: HeldToken, { secrets, clock, nonces }: ProofMakings): SentRequest {
  const { accessToken, tokenType, dpopKey } = token
  const authorized = withField(request, ['Authorization', `${tokenType} ${accessToken.reveal()}`])
  if (dpopKey === undefined) return authorized
  const { method, origin, target } = request
  const nonce = nonces.get(origin)
  const made = { key: dpopKey, method, url: `${origin}${target}`, accessToken, now: clock.now }
  const proof = makeDpopProof({ ...made, ...(nonce === undefined ? {} : { nonce }) }, secrets)
  return withField(authorized, ['DPoP', proof.reveal()])
}
