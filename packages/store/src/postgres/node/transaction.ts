import { StoreUnavailable } from '@ambit/server'
import type { Connection } from './connection.ts'
import type { Query } from './database.ts'
import { sqlStateOf } from './failure.ts'
import { type Attempts, attempt } from './retry.ts'
import type { SqlValue } from './statement.ts'
import { isUnstorable, unstorable } from './storable-text.ts'

/** How long a transaction may wait for a connection, and each of its statements for an answer. */
export type TransactionLimits = Attempts & { readonly patienceMillis: number; readonly answerMillis: number }

/**
 * Carries out work as one transaction. Until COMMIT is sent nothing is done, so a connection that is lost costs a new try;
 * a COMMIT without an answer is not repeated.
 */
export function runTransaction<T>(limits: TransactionLimits, work: (query: Query) => Promise<T>): Promise<T> {
  let isCommitting = false
  const repeatable = { patienceMillis: limits.patienceMillis, mayRepeat: () => !isCommitting }
  return attempt(limits, repeatable, async connection => {
    isCommitting = false
    const query = queryOn(connection, limits.answerMillis)
    try {
      await query('BEGIN')
      const result = await work(query)
      isCommitting = true
      const { command } = await connection.query({ text: 'COMMIT' }, limits.answerMillis)
      if (command === 'ROLLBACK') throw new Error('a transaction went on after one of its statements had failed')
      return result
    } catch (error) {
      if (!connection.isLost) await query('ROLLBACK').catch(() => undefined)
      throw error
    }
  })
}

const longMillis = 600_000
const cancelled = '57014'

/**
 * Carries out work that may change any number of rows: as any other, and where a statement took longer than a statement may,
 * once more with minutes for each. Whoever waits for its locks meanwhile keeps to their own limit.
 */
export async function runLongTransaction<T>(limits: TransactionLimits, work: (query: Query) => Promise<T>): Promise<T> {
  try {
    return await runTransaction(limits, work)
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || sqlStateOf(error.cause) !== cancelled) throw error
    const answerMillis = longMillis + limits.answerMillis
    return runTransaction({ ...limits, answerMillis }, async query => {
      await query(`SET LOCAL statement_timeout = ${longMillis}`)
      return work(query)
    })
  }
}

/** Statements on a connection that is held. */
export function queryOn(connection: Connection, answerMillis: number): Query {
  return async (sql: string, values: readonly SqlValue[] = []) => {
    if (values.some(isUnstorable)) throw unstorable()
    return (await connection.query({ text: sql, values }, answerMillis)).rows
  }
}
