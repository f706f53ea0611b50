// RFC 9110 §15.6.4
import type { LoadRequest, Outcome, SilenceCause } from './send.ts'

/** What may go wrong from now on without anybody being to blame. */
export type Expected = {
  /** Nodes that may leave requests unanswered, since something was done to them. */
  readonly silentNodes: readonly string[]
  /** Whether nodes may answer that they cannot serve for the moment. */
  readonly mayRefuse: boolean
}

/** How the requests of a run went. */
export type Counts = {
  readonly requests: number
  readonly answered: number
  /** Answered 503 with `Retry-After`. */
  readonly unavailable: number
  /** Not answered; after `refused` another node was tried. */
  readonly silences: Readonly<Record<SilenceCause, number>>
  /** The longest time without a good answer, in milliseconds. */
  readonly longestGap: number
}

/** Follows what comes of every request, and notes what should not have been. */
export type Journal = {
  readonly note: (request: LoadRequest, outcome: Outcome) => void
  /** Says what is about to be done; what was expected before is so no longer. */
  readonly expect: (expected: Expected) => void
  /** Notes something that must not be. */
  readonly blame: (sentence: string) => void
  /** Counts something worth telling. */
  readonly count: (what: string) => void
  readonly counts: () => Counts
  readonly tallies: () => Readonly<Record<string, number>>
  readonly blames: () => readonly string[]
  /** The first good answer to a request that was sent after a time, by `performance.now`. */
  readonly firstGoodAfter: (at: number) => number | undefined
  /** When the last request that was not served, and was sent after a time, ended. */
  readonly lastTroubleAfter: (at: number) => number | undefined
}

/** Opens an empty journal. */
export function openJournal(): Journal {
  const silences: Record<SilenceCause, number> = { refused: 0, reset: 0, timeout: 0 }
  const good: { readonly sentAt: number; readonly endedAt: number }[] = []
  const troubles: { readonly sentAt: number; readonly endedAt: number }[] = []
  const blames: string[] = []
  const tallies = new Map<string, number>()
  let expected: Expected = { silentNodes: [], mayRefuse: false }
  let unavailable = 0
  const blame = (sentence: string) => void blames.push(sentence)
  return {
    note: (request, outcome) => {
      const place = `${request.method} ${request.target.split('?', 1)[0]} at ${outcome.node}`
      if (isGood(outcome)) return void good.push(outcome)
      if (outcome.kind === 'silence') silences[outcome.cause]++
      else if (isHonest(outcome)) unavailable++
      // a refused connection costs nothing but a moment, as long as another node serves
      if (outcome.kind !== 'silence' || outcome.cause !== 'refused') troubles.push(outcome)
      const unexpected = judge(outcome, expected)
      if (unexpected !== undefined) blame(`${place} ${unexpected}`)
    },
    expect: next => {
      expected = next
    },
    blame,
    count: what => void tallies.set(what, (tallies.get(what) ?? 0) + 1),
    counts: () => ({
      requests: good.length + unavailable + silences.refused + silences.reset + silences.timeout,
      answered: good.length,
      unavailable,
      silences: { ...silences },
      longestGap: longestGap(good.map(({ endedAt }) => endedAt)),
    }),
    tallies: () => Object.fromEntries([...tallies].toSorted(([one], [other]) => one.localeCompare(other))),
    blames: () => blames,
    firstGoodAfter: at => good.find(({ sentAt }) => sentAt >= at)?.endedAt,
    lastTroubleAfter: at => troubles.findLast(({ endedAt }) => endedAt >= at)?.endedAt,
  }
}

function isGood(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.status < 500
}

/** Whether an answer says that the node cannot serve for the moment, and when it is worth asking again. @spec RFC 9110 §10.2.3 */
function isHonest(outcome: Outcome): boolean {
  if (outcome.kind !== 'answer' || outcome.status !== 503) return false
  return /^[1-9]\d*$/.test(outcome.headers['retry-after'] ?? '')
}

function judge(outcome: Outcome, { silentNodes, mayRefuse }: Expected): string | undefined {
  if (outcome.kind === 'silence')
    return silentNodes.includes(outcome.node)
      ? undefined
      : `was not answered (${outcome.cause}), and nothing was done to it`
  if (!isHonest(outcome)) return `was answered ${outcome.status}: ${outcome.body.slice(0, 200)}`
  return mayRefuse ? undefined : 'was answered 503, and nothing was done to anybody'
}

function longestGap(times: readonly number[]): number {
  return times.reduce((longest, time, place) => Math.max(longest, time - (times[place - 1] ?? time)), 0)
}
