import { type Audit, audit } from './audit.ts'
import { openBalancer } from './balancer.ts'
import { openCluster } from './cluster.ts'
import { type Counts, type Expected, type Journal, openJournal } from './journal.ts'
import { Ledger } from './ledger.ts'
import type { Load } from './load/client.ts'
import { logIn } from './load/log-in.ts'
import { pauseFor } from './load/pause.ts'
import { runLoad } from './load/run-load.ts'
import { type MemoryTrend, watchMemory } from './memory.ts'
import { seededRandom } from './random.ts'
import type { Scenario } from './scenarios.ts'
import type { Struck } from './strikes.ts'

/** How hard and how long. */
export type Effort = {
  /** How long the load lasts beside what the strike takes, in seconds; the strike comes after a third. */
  readonly seconds: number
  /** How long what is stopped stays stopped, in seconds. */
  readonly hold: number
  /** How many measures of load, each with the same connections. */
  readonly measures: number
  /** How long a connection waits between two rounds of its work, in milliseconds. */
  readonly pause: number
  /** How long a client waits for an answer before it asks elsewhere, in seconds. */
  readonly patience: number
  readonly seed: number
}

/** What a scenario showed. Times are in milliseconds. */
export type Report = {
  readonly id: string
  readonly title: string
  readonly seed: number
  readonly counts: Counts
  readonly tallies: Readonly<Record<string, number>>
  readonly audit: Audit
  /** From the strike to the first good answer to a request that was sent after it. */
  readonly firstGoodAfterStrike: number | undefined
  /** From when everything was there again to the end of the last request that was not served. */
  readonly lastTroubleAfterRecovery: number
  readonly bound: number
  /** Of a steady load. */
  readonly memory: readonly MemoryTrend[]
  /** Whatever must not be. */
  readonly blames: readonly string[]
  /** What the nodes said as errors. */
  readonly errors: readonly string[]
  readonly isPassed: boolean
}

const browsers = 3

/** Runs a scenario: load, strike, load, audit. */
export async function runScenario(
  scenario: Scenario,
  effort: Effort,
  say: (sentence: string) => void,
): Promise<Report> {
  say(`${scenario.id}: starting`)
  const cluster = await openCluster(scenario.shape)
  const journal = openJournal()
  const random = seededRandom(effort.seed)
  const balancer = openBalancer({
    nodes: cluster.nodes,
    journal,
    random: random.fork(),
    patience: effort.patience * 1000,
  })
  let isOver = false
  const sessions: string[] = []
  try {
    for (let number = 0; number < browsers; number++)
      sessions.push(await logIn(cluster.nodes[number % cluster.nodes.length]?.port ?? 0))
    const load: Load = { balancer, journal, ledger: new Ledger(), random, sessions, isOver: () => isOver }
    const running = runLoad(load, effort)
    const memoryOf = watchMemory(scenario.isSteady ? cluster.nodes : [])
    say(`${scenario.id}: under load`)
    await pauseFor((effort.seconds * 1000) / 3)
    say(`${scenario.id}: ${scenario.title}`)
    const times = await strike(scenario, { cluster, balancer, journal, hold: effort.hold * 1000 })
    await pauseFor((effort.seconds * 1000 * 2) / 3)
    const memory = memoryOf()
    for (const { node, kind, isFlat } of memory) if (!isFlat) journal.blame(`the memory of ${node} grows (${kind})`)
    isOver = true
    await running
    say(`${scenario.id}: looking at what was answered`)
    await balancer.untilReady()
    const audited = await audit(load)
    const lastTroubleAt = journal.lastTroubleAfter(times.recoveredAt)
    const firstGoodAt = journal.firstGoodAfter(times.struckAt)
    return {
      id: scenario.id,
      title: scenario.title,
      seed: effort.seed,
      counts: journal.counts(),
      tallies: journal.tallies(),
      audit: audited,
      firstGoodAfterStrike: firstGoodAt === undefined ? undefined : firstGoodAt - times.struckAt,
      lastTroubleAfterRecovery: lastTroubleAt === undefined ? 0 : lastTroubleAt - times.recoveredAt,
      bound: scenario.bound,
      memory,
      blames: journal.blames(),
      errors: cluster.nodes.flatMap(({ name, errors }) => errors().map(line => `${name}: ${line}`)),
      isPassed: scenario.isLossy === true || journal.blames().length === 0,
    }
  } finally {
    isOver = true
    balancer.close()
    await cluster.close()
  }
}

type Times = { readonly struckAt: number; readonly recoveredAt: number }

/** Strikes; once the bound is over, nothing may go wrong any more. */
async function strike(
  scenario: Scenario,
  { journal, ...struck }: Pick<Struck, 'cluster' | 'balancer' | 'hold'> & { readonly journal: Journal },
): Promise<Times> {
  const struckAt = performance.now()
  let recoveredAt = struckAt
  let expected: Expected = { silentNodes: [], mayRefuse: false }
  await scenario.strike({
    ...struck,
    blame: journal.blame,
    expect: more => {
      expected = { ...expected, ...more }
      journal.expect(expected)
    },
    recovered: () => {
      recoveredAt = performance.now()
    },
  })
  await pauseFor(Math.max(0, recoveredAt + scenario.bound - performance.now()))
  journal.expect({ silentNodes: [], mayRefuse: false })
  return { struckAt, recoveredAt }
}
