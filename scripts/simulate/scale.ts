import { randomFrom } from '../growth/random.ts'
import { fitCost, measuredAt, shapes } from './fit.ts'
import { type Layout, type Outcome, simulate } from './model.ts'
import type { Recorded, WorkId } from './recorded.ts'

/** What a login brings with it while what it granted lives. */
const perLogin = { code: 1, refresh: 10, introspection: 20 } as const satisfies Partial<Record<WorkId, number>>

/** What no measurement here gives, and is assumed. */
const assumed = {
  /** Of a processor, for one password by argon2id with 19 MiB and two passes. */
  hashMicros: 30_000,
  /** Of disk, for what a login leaves until it ends, as `npm run growth` finds. */
  bytesPerGrant: 2_500,
  /** Until it ends, in days. */
  lifetimeDays: 14,
  /** As busy as processors may be where queues are to stay short. */
  busyAtMost: 0.6,
  /** Connections of a worker. */
  connections: 8,
  /** Of the largest machine for the database: its processors, its memory in bytes, and what its log takes in a second, in bytes. */
  database: { processors: 64, memory: 512e9, logBytes: 400e6, connections: 2_000 },
} as const

/** What so many logins in a second need, at the shares that {@link assumed} names. */
export type Demand = {
  readonly logins: number
  readonly hashProcessors: number
  readonly workers: number
  readonly databaseProcessors: number
  readonly logBytes: number
  readonly connections: number
  /** What lives at any time. */
  readonly liveBytes: number
  /** What a single database cannot give, the most exceeded first; `processors for passwords` where it can give all. */
  readonly firstLimit: string
}

/** Adds up what logins need, linearly: queues are what {@link simulateLogins} shows. */
export function demandOf(recorded: Recorded, logins: number): Demand {
  const of = (name: 'serverMicros' | 'databaseMicros' | 'logBytes') =>
    works.reduce((sum, work) => sum + perLogin[work] * measuredAt(recorded, work, 32)[name], 0)
  const processors = (micros: number) => (logins * micros) / 1e6 / assumed.busyAtMost
  const workers = Math.ceil(processors(of('serverMicros')))
  const demand = {
    logins,
    hashProcessors: processors(assumed.hashMicros),
    workers,
    databaseProcessors: processors(of('databaseMicros')),
    logBytes: logins * of('logBytes'),
    connections: workers * assumed.connections,
    liveBytes: logins * 86_400 * assumed.lifetimeDays * assumed.bytesPerGrant,
  }
  return { ...demand, firstLimit: firstLimitOf(demand) }
}

const works = ['code', 'refresh', 'introspection'] as const

function firstLimitOf(demand: Omit<Demand, 'firstLimit'>): string {
  const { processors, memory, logBytes, connections } = assumed.database
  const shares = [
    ['live data beyond the memory of one database', demand.liveBytes / memory],
    ['processors of one database', demand.databaseProcessors / processors],
    ['the log of one database', demand.logBytes / logBytes],
    ['connections of one database', demand.connections / connections],
  ] as const
  const [most] = shares.toSorted(([, a], [, b]) => b - a)
  return most && most[1] > 1 ? most[0] : 'processors for passwords'
}

/** Lets code flows arrive by chance at as many workers and processors of the database as they need, for a short while. */
export function simulateLogins(recorded: Recorded, logins: number): Outcome & Pick<Layout, 'nodes'> {
  const { serverMicros, databaseMicros } = measuredAt(recorded, 'code', 32)
  const needed = (micros: number) => Math.max(1, Math.ceil((logins * micros) / 1e6 / assumed.busyAtMost))
  const nodes = needed(serverMicros)
  const outcome = simulate({
    shape: shapes.code,
    cost: fitCost(recorded, 'code'),
    layout: {
      nodes,
      processors: { kind: 'own', ofDatabase: needed(databaseMicros) },
      hasLoadBeside: false,
      connections: assumed.connections,
      syncMicros: recorded.syncMicros,
      roundTrip: 500,
    },
    arrivals: { kind: 'rate', perSecond: logins, random: randomFrom(7) },
    seconds: Math.min(60, 5_000 / logins),
  })
  return { ...outcome, nodes }
}
