import { isSuccess } from '../judge/complaint.ts'
import type { Target } from '../target/target.ts'
import type { Exchange, Send } from '../wire/exchange.ts'
import type { RunClock } from './clock.ts'
import { createOperationMatch, type MatchOperation } from './match-operation.ts'
import { createPacedSend, type PacedSend, type Pacing } from './paced-send.ts'
import type { LatencySample } from './run-record.ts'
import { createSendingRule, NotSent } from './sending-rules.ts'

/** What a run sends through: every request passes its rules, its pace and its watch. */
export type RunWire = {
  /** @throws NotSent where a request must not leave the machine. */
  readonly send: PacedSend
  /** How long calls took that were answered well. */
  readonly latencies: () => readonly LatencySample[]
}

/** What a run's wire is made of. */
export type WireParts = {
  readonly send: Send
  readonly clock: RunClock
  readonly target: Target
  /** Names of hosts that are proven to be the user's. */
  readonly provenHosts?: ReadonlySet<string>
  readonly pacing?: Pacing
}

/** Makes the one way out of a run: token source, server tools and probes all send through it. */
export function createRunWire({ send, clock, target, provenHosts = new Set(), pacing }: WireParts): RunWire {
  const ruleAgainst = createSendingRule(target, provenHosts)
  const paced = createPacedSend(send, clock, pacing)
  const match = target.api === undefined ? undefined : createOperationMatch(target.api)
  const tokenEndpoint = target.server?.metadata['token_endpoint']
  const samples: LatencySample[] = []
  return {
    latencies: () => samples,
    send: async (request, options, onExchange) => {
      const problem = ruleAgainst(request)
      if (problem !== undefined) throw new NotSent(problem)
      const exchange = await paced(request, options, onExchange)
      const sample = options?.isRaw === true ? undefined : sampleOf(exchange, { match, tokenEndpoint })
      if (sample !== undefined) samples.push(sample)
      return exchange
    },
  }
}

type Places = { readonly match: MatchOperation | undefined; readonly tokenEndpoint: unknown }

/** Refusals are quick, and so only successes are comparable. */
function sampleOf(exchange: Exchange, { match, tokenEndpoint }: Places): LatencySample | undefined {
  if (exchange.kind === 'failed' || !isSuccess(exchange.response.status)) return undefined
  const { request, sentAt: at, duration } = exchange
  if (request.method === 'POST' && `${request.origin}${request.target}` === tokenEndpoint)
    return { kind: 'token_endpoint', at, duration }
  const operation = match?.(request)
  if (operation === undefined) return undefined
  const kind = operation.enforcement.kind === 'token' ? 'guarded' : 'public'
  return { kind, operation: operation.key, at, duration }
}
