import type { Row, SqlValue, Statement } from './statement.ts'

/** Carries out one statement of a transaction. */
export type Query = (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>

/**
 * An open database, as the tables use it. Whatever fails because the database cannot be reached, is overloaded, restarts
 * or is a replica that may not be written fails with `StoreUnavailable`.
 */
export type Database = {
  /** Calls of a statement that reads. */
  readonly read: <In, Out>(statement: Statement<In, Out>) => (call: In) => Promise<Out>
  /** Calls of a statement that writes; each resolves when it is durable. */
  readonly write: <In, Out>(statement: Statement<In, Out>) => (call: In) => Promise<Out>
  /**
   * Several statements as one atomic step, for what is rare. It is begun again where the database says that it could not be
   * serialized, so `work` must do nothing but query.
   * `keys` as in {@link Statement}: it waits for calls that share one, and calls that share one wait for it.
   * `mayTakeLong`: where a statement of it takes longer than a statement may, it is begun again and given minutes.
   */
  readonly transact: <T>(
    keys: readonly string[],
    work: (query: Query) => Promise<T>,
    mayTakeLong?: boolean,
  ) => Promise<T>
  /** One statement that only reads, for lists; what cannot be stored is not found. `isStaleGood` lets a replica answer it. */
  readonly list: (sql: string, values?: readonly SqlValue[], isStaleGood?: boolean) => Promise<readonly Row[]>
  readonly close: () => Promise<void>
}
