import { CallOrder } from './call-order.ts'
import { Calls } from './calls.ts'
import { clusterOf } from './cluster.ts'
import type { Connection, ConnectionLimits, WireQuery } from './connection.ts'
import { parseConnectionUrl } from './connection-url.ts'
import type { Database, Query } from './database.ts'
import type { Engine } from './engine.ts'
import { parseFailure } from './failure.ts'
import { Pool, unavailable } from './pool.ts'
import { type Attempts, attempt } from './retry.ts'
import type { Row } from './statement.ts'
import { isUnstorable } from './storable-text.ts'
import { Traffic } from './traffic.ts'
import { queryOn, runLongTransaction, runTransaction } from './transaction.ts'
import { Turnstile } from './turnstile.ts'

/** How a database is opened; times are in milliseconds. */
export type DatabaseOptions = {
  /** `postgres://user:password@host:5432,other:5432/database?sslmode=verify-full`; of several hosts the first that may be written is used. */
  readonly url: string
  /** Of a server that may lag behind: it answers reads where a stale answer does no harm. */
  readonly replicaUrl?: string
  /** Connections at most: 8. A replica gets a quarter as many. */
  readonly poolSize?: number
  /** How long connecting to one host may take: 2,000; `connect_timeout` in the URL goes before. */
  readonly connectMillis?: number
  /** How long a call may wait for its turn, also while the database is away: 3,000. */
  readonly patienceMillis?: number
  /** How long a statement may take on the server: 5,000. */
  readonly statementMillis?: number
  /** How much later the answer must be there, or the server is taken for dead and the connection is cut: 1,000. */
  readonly graceMillis?: number
  /** How long it may wait for a lock there: 2,000. */
  readonly lockMillis?: number
  /** How often the plans of statements are made again, so that they fit tables which grow: 15,000. */
  readonly planMillis?: number
  /** How many calls may wait at once before others are refused: 20,000. */
  readonly mostWaiting?: number
  /** A number from 0 to 1. */
  readonly random?: () => number
}

/** An open database, and what only migrations and operators need of it. */
export type OpenDatabase = Database & {
  /** What speaks at the other end. @throws where it cannot be reached: an `Error` for the operator, or `StoreUnavailable` where it may only be away */
  readonly engine: () => Promise<Engine>
  /** A connection of one's own, outside of any transaction; each statement may take `answerMillis`. */
  readonly hold: <T>(answerMillis: number, work: (query: Query, engine: Engine) => Promise<T>) => Promise<T>
}

/** A migration holds one and works on another. */
const leastConnections = 2

/** Opens a database; connections are made when they are needed. @throws where the URL cannot be read */
export function openDatabase(given: string | DatabaseOptions): OpenDatabase {
  const options = typeof given === 'string' ? { url: given } : given
  const settings = settingsOf(options)
  const primary = poolOf(options.url, settings.poolSize, settings)
  const replica = options.replicaUrl === undefined ? undefined : replicaPool(options.replicaUrl, settings)
  const onPrimary = { ...settings, pool: primary }
  const order = new CallOrder()
  const rare = new Turnstile(settings.poolSize >> 1)
  // of its own, so that nobody waits for the primary behind those who wait for a replica that is away
  const stale = new Turnstile(replicaSize(settings))
  const traffic = new Traffic(settings.mostWaiting)
  const calls = new Calls(onPrimary, order, traffic)
  const readOn = (pool: Pool, turnstile: Turnstile, query: WireQuery) =>
    turnstile.pass(settings.patienceMillis, patienceMillis => readFrom({ ...settings, pool, patienceMillis }, query))
  const transactIn = <T>(work: (query: Query) => Promise<T>, mayTakeLong: boolean) =>
    rare.pass(settings.patienceMillis, patienceMillis => {
      const limits = { ...onPrimary, patienceMillis }
      return mayTakeLong ? runLongTransaction(limits, work) : runTransaction(limits, work)
    })
  return {
    read: statement => calls.share(statement, true),
    write: statement => calls.share(statement, false),
    transact: (keys, work, mayTakeLong = false) =>
      traffic.track(() => inOrder(order, keys, () => transactIn(work, mayTakeLong))),
    list: (text, values = [], isStaleGood = false) =>
      traffic.track(async () => {
        if (values.some(isUnstorable)) return []
        const query = { text, values }
        if (!isStaleGood || !replica) return readOn(primary, rare, query)
        return readOn(replica, stale, query).catch(() => readOn(primary, rare, query))
      }),
    engine: () => attempt(onPrimary, { ...settings, mayRepeat: () => true }, held => Promise.resolve(held.engine)),
    hold: (millis, work) =>
      traffic.track(() => holdOne(primary, settings.patienceMillis, held => work(queryOn(held, millis), held.engine))),
    close: async () => {
      await traffic.close()
      await Promise.all([primary.close(), replica?.close()])
    },
  }
}

/** Whoever held it may have changed its settings, so it is not given to others. */
async function holdOne<T>(pool: Pool, patienceMillis: number, work: (held: Connection) => Promise<T>): Promise<T> {
  const connection = await pool.acquire(patienceMillis)
  try {
    return await work(connection)
  } catch (error) {
    const { kind, reason } = parseFailure(error)
    throw kind === 'row' || kind === 'fault' ? error : unavailable(reason, error)
  } finally {
    await pool.retire(connection)
  }
}

type Settings = ConnectionLimits & Required<Omit<DatabaseOptions, 'url' | 'replicaUrl' | 'graceMillis'>>

function settingsOf(options: DatabaseOptions): Settings {
  const statementMillis = options.statementMillis ?? 5_000
  return {
    poolSize: Math.max(leastConnections, options.poolSize ?? 8),
    connectMillis: options.connectMillis ?? 2_000,
    patienceMillis: options.patienceMillis ?? 3_000,
    statementMillis,
    answerMillis: statementMillis + (options.graceMillis ?? 1_000),
    lockMillis: options.lockMillis ?? 2_000,
    idleInTransactionMillis: 2 * statementMillis,
    planMillis: options.planMillis ?? 15_000,
    mostWaiting: options.mostWaiting ?? 20_000,
    random: options.random ?? Math.random,
  }
}

function poolOf(url: string, size: number, settings: Settings): Pool {
  const open = clusterOf(parseConnectionUrl(url), settings)
  return new Pool({ size, open, random: settings.random })
}

function replicaPool(url: string, settings: Settings): Pool {
  return poolOf(anyServer(url), replicaSize(settings), settings)
}

function replicaSize({ poolSize }: Settings): number {
  return Math.ceil(poolSize / 4)
}

function anyServer(url: string): string {
  if (url.includes('target_session_attrs=')) return url
  return `${url}${url.includes('?') ? '&' : '?'}target_session_attrs=any`
}

function inOrder<T>(order: CallOrder, keys: readonly string[], work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave: () => void = order.enter(keys, () => {
      void work()
        .then(resolve, reject)
        .finally(() => leave())
    })
  })
}

function readFrom(limits: Attempts & Settings, query: WireQuery): Promise<readonly Row[]> {
  const read = async (held: Connection) => (await held.query(query, limits.answerMillis)).rows
  return attempt(limits, { ...limits, mayRepeat: () => true }, read)
}
