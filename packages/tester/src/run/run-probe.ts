import type { Judgement } from '../catalogue/test-case.ts'
import type { Exchange } from '../wire/exchange.ts'
import { awaitWithin, type Waited } from './clock.ts'
import { type ContextOptions, createContext, type OpenContext, type RunParts } from './context.ts'
import type { PlannedProbe } from './make-plan.ts'
import { messageOf } from './message.ts'
import type { ProbeContext } from './probe-context.ts'
import type { ProbeResult } from './run-record.ts'
import { NotSent } from './sending-rules.ts'

/** What the work of a run shares. */
export type Workshop = Omit<ContextOptions, 'name'> & {
  readonly parts: RunParts
  /** Milliseconds after which a probe is given up that neither sends nor waits for anything. */
  readonly timeLimit: number
  /** Makes a text safe to be shown. */
  readonly conceal: (text: string) => string
}

/** What became of a piece of work in its own context. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T; readonly sent: readonly Exchange[] }
  /** The sentence says why it has no result. `isBroken`: it threw, or hung. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isBroken: boolean; readonly sent: readonly Exchange[] }
  /** The run was stopped meanwhile. */
  | { readonly kind: 'stopped' }

/** Does a piece of work in a context of its own, within its time. Whatever it throws becomes a sentence without a stack. */
export async function workIn<T>(
  name: string,
  work: (context: ProbeContext) => Promise<T>,
  shop: Workshop,
): Promise<Outcome<T>> {
  const { parts, timeLimit, signal, conceal } = shop
  if (signal.aborted) return { kind: 'stopped' }
  const own = new AbortController()
  const stop = () => own.abort(over)
  signal.addEventListener('abort', stop, { once: true })
  const { context, sent, activity, close } = createContext(parts, { ...shop, name, signal: own.signal })
  try {
    const outcome = await awaitActive(work(context), activity, shop)
    if (signal.aborted || outcome.kind === 'aborted') return { kind: 'stopped' }
    if (outcome.kind === 'done') return { ...outcome, sent: [...sent] }
    const reason = `the test did nothing for ${Math.round(timeLimit / 1000)} s, or would not end`
    return { kind: 'failed', reason, isBroken: true, sent: [...sent] }
  } catch (thrown) {
    if (signal.aborted) return { kind: 'stopped' }
    const message = conceal(messageOf(thrown))
    if (thrown instanceof NotSent) return { kind: 'failed', reason: message, isBroken: false, sent: [...sent] }
    return { kind: 'failed', reason: `the test itself failed: ${message}`, isBroken: true, sent: [...sent] }
  } finally {
    close()
    own.abort(over)
    signal.removeEventListener('abort', stop)
  }
}

/** Why a context's signal is given; without a reason of ours the platform makes one with a stack each time. */
const over = 'the test is over'

/** So many limits of time, one behind the other, are all that a probe gets however busy it is. */
const mostLimits = 20

/** Awaits work as long as it sends or waits: neither a slow server nor a long wait that a case asks for is its fault. */
async function awaitActive<T>(
  work: Promise<T>,
  activity: OpenContext['activity'],
  { parts: { clock }, timeLimit, signal }: Workshop,
): Promise<Waited<T>> {
  const latest = clock.now() + mostLimits * timeLimit
  for (let milliseconds = timeLimit; ; ) {
    const outcome = await awaitWithin(work, clock, { milliseconds, signal })
    if (outcome.kind !== 'timeout' || clock.now() >= latest) return outcome
    const { pending, at } = activity()
    milliseconds = pending > 0 ? timeLimit : timeLimit - (clock.now() - at)
    if (milliseconds <= 0) return outcome
  }
}

/** Runs one probe; `undefined` where the run was stopped meanwhile. */
export async function runProbe({ name, probe }: PlannedProbe, shop: Workshop): Promise<ProbeResult | undefined> {
  const { now } = shop.parts.clock
  const startedAt = now()
  const outcome = await workIn(name, async context => probe.run(context), shop)
  if (outcome.kind === 'stopped') return undefined
  const judgement = outcome.kind === 'done' ? outcome.value : inconclusive(outcome.reason)
  const { caseId, operation, variant } = probe
  return {
    name,
    caseId,
    ...(operation === undefined ? {} : { operation }),
    ...(variant === undefined ? {} : { variant }),
    ...judgement,
    ...(outcome.kind === 'failed' && outcome.isBroken ? { doubt: 'test' as const } : {}),
    evidence: judgement.evidence ?? outcome.sent,
    startedAt,
    duration: now() - startedAt,
  }
}

function inconclusive(reason: string): Judgement {
  return { verdict: 'inconclusive', reason }
}
