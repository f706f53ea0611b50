import { CallOrder } from './call-order.ts'
import { clusterOf } from './cluster.ts'
import type { Connection, ConnectionLimits } from './connection.ts'
import { parseConnectionUrl } from './connection-url.ts'
import type { Database, Query } from './database.ts'
import type { Engine } from './engine.ts'
import { Lane } from './lane.ts'
import { Pool, unavailable } from './pool.ts'
import { type Attempts, attempt } from './retry.ts'
import type { Row, SqlValue, Statement } from './statement.ts'
import { isStorable } from './storable-text.ts'
import { queryOn, runTransaction } from './transaction.ts'
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
  /** How long a statement may take on the server: 5,000. The connection is cut where no answer has come 1,000 later. */
  readonly statementMillis?: number
  /** How long it may wait for a lock there: 2,000. */
  readonly lockMillis?: number
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

const graceMillis = 1_000

/** Opens a database; connections are made when they are needed. @throws where the URL cannot be read */
export function openDatabase(given: string | DatabaseOptions): OpenDatabase {
  const options = typeof given === 'string' ? { url: given } : given
  const settings = settingsOf(options)
  const primary = poolOf(options.url, settings.poolSize, settings)
  const replica =
    options.replicaUrl === undefined
      ? undefined
      : poolOf(anyServer(options.replicaUrl), Math.ceil(settings.poolSize / 4), settings)
  const { random, patienceMillis, answerMillis, mostWaiting } = settings
  const attempts: Attempts = { pool: primary, random }
  const order = new CallOrder()
  const rare = new Turnstile(Math.max(1, settings.poolSize >> 1))
  let waiting = 0

  /** Each call counts until it has its answer, so that what waits for a database that is away cannot fill the memory. */
  const share = <In, Out>(statement: Statement<In, Out>, isRead: boolean) => {
    const lane = new Lane(statement, { ...attempts, mayRepeat: isRead, patienceMillis, answerMillis })
    return (call: In): Promise<Out> => {
      const values = statement.values(call)
      if (isRead && values.some(isUnstorable)) return Promise.resolve(statement.parse([], call))
      if (waiting >= mostWaiting) return Promise.reject(unavailable('too much waits for the database', undefined))
      waiting++
      return new Promise((resolve, reject) => {
        const keys = statement.keys?.(call) ?? []
        const since = performance.now()
        const begin = () =>
          lane.add({ call, values, rank: keys[0] ?? '', since, resolve: end(resolve), reject: end(reject) })
        const end =
          <T>(settle: (value: T) => void) =>
          (value: T) => {
            waiting--
            settle(value)
            leave()
          }
        const leave: () => void = order.enter(keys, begin)
      })
    }
  }
  return {
    read: statement => share(statement, true),
    write: statement => share(statement, false),
    transact: (keys, work) =>
      inOrder(order, keys, () => rare.pass(() => runTransaction({ ...attempts, patienceMillis, answerMillis }, work))),
    list: async (sql, values = [], isStaleGood = false) => {
      const read = (pool: Pool) => rare.pass(() => readFrom({ pool, random }, settings, { sql, values }))
      if (!isStaleGood || !replica) return read(primary)
      return read(replica).catch(() => read(primary))
    },
    engine: () =>
      attempt(attempts, { patienceMillis, mayRepeat: () => true }, connection => Promise.resolve(connection.engine)),
    hold: (millis, work) =>
      attempt(attempts, { patienceMillis, mayRepeat: () => false }, connection =>
        work(queryOn(connection, millis), connection.engine),
      ),
    close: async () => {
      await Promise.all([primary.close(), replica?.close()])
    },
  }
}

type Settings = ConnectionLimits & Required<Omit<DatabaseOptions, 'url' | 'replicaUrl'>>

function settingsOf(options: DatabaseOptions): Settings {
  const statementMillis = options.statementMillis ?? 5_000
  return {
    poolSize: options.poolSize ?? 8,
    connectMillis: options.connectMillis ?? 2_000,
    patienceMillis: options.patienceMillis ?? 3_000,
    statementMillis,
    answerMillis: statementMillis + graceMillis,
    lockMillis: options.lockMillis ?? 2_000,
    idleInTransactionMillis: 2 * statementMillis,
    mostWaiting: options.mostWaiting ?? 20_000,
    random: options.random ?? Math.random,
  }
}

function poolOf(url: string, size: number, settings: Settings): Pool {
  const open = clusterOf(parseConnectionUrl(url), settings)
  return new Pool({ size, open, random: settings.random })
}

function anyServer(url: string): string {
  if (url.includes('target_session_attrs=')) return url
  return `${url}${url.includes('?') ? '&' : '?'}target_session_attrs=any`
}

function isUnstorable(value: SqlValue): boolean {
  return typeof value === 'string' && !isStorable(value)
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

function readFrom(
  attempts: Attempts,
  { patienceMillis, answerMillis }: Settings,
  { sql, values }: { readonly sql: string; readonly values: readonly SqlValue[] },
): Promise<readonly Row[]> {
  const read = (connection: Connection) => queryOn(connection, answerMillis)(sql, values)
  return attempt(attempts, { patienceMillis, mayRepeat: () => true }, read)
}
