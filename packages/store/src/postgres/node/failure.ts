import { DatabaseError } from 'pg'

/**
 * What a failure means for what was asked:
 * - `again`: nothing was done, and the database asks to try again;
 * - `elsewhere`: nothing was done, and this connection will not do it;
 * - `lost`: the connection is gone, and nobody knows whether it was done;
 * - `unavailable`: nothing was done, and trying at once would not help;
 * - `row`: nothing was done, because of the values of one call;
 * - `fault`: a mistake of the program or of whoever set the database up.
 */
export type Failure = { readonly kind: FailureKind; readonly reason: string }
type FailureKind = 'again' | 'elsewhere' | 'lost' | 'unavailable' | 'row' | 'fault'

/** The connection ended, or did not answer in time, while something was asked of it. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** Whether it just did not answer: asking again would take as long. */
  readonly isTimeout: boolean

  constructor(message: string, options: ErrorOptions & { readonly isTimeout?: boolean } = {}) {
    super(message, options)
    this.isTimeout = options.isTimeout ?? false
  }
}

/** The connection had ended before anything was sent. */
export class ConnectionUnusable extends Error {
  override readonly name = 'ConnectionUnusable'
}

const kinds: Readonly<Record<string, readonly [FailureKind, string]>> = {
  '40001': ['again', 'it could not be serialized with what others did at the same time'],
  '40P01': ['again', 'it and others waited for each other'],
  '40003': ['lost', 'the database does not know whether it was done'],
  '0A000': ['fault', 'the database does not know this feature'],
  '25006': ['elsewhere', 'the server may only be read'],
  '25P03': ['lost', 'a transaction stood idle for too long'],
  '57014': ['unavailable', 'it took longer than the statement timeout, or an operator cancelled it'],
  '55P03': ['unavailable', 'a lock was not free within the lock timeout'],
  '57P01': ['lost', 'an operator ends the connection'],
  '57P02': ['lost', 'another process of the database crashed'],
  '57P03': ['lost', 'the database starts or stops'],
  '57P05': ['lost', 'the connection stood idle for too long'],
  '53100': ['unavailable', 'the disk of the database is full'],
  '53200': ['unavailable', 'the database is out of memory'],
  '53300': ['lost', 'the database has too many connections'],
}
const classes: Readonly<Record<string, readonly [FailureKind, string]>> = {
  '08': ['lost', 'the connection broke'],
  '21': ['row', ''],
  '22': ['row', ''],
  '23': ['row', ''],
  '53': ['unavailable', 'the database is out of resources'],
  '54': ['row', ''],
  '58': ['unavailable', 'the system under the database failed'],
}

/** What an error of the driver means. */
export function parseFailure(error: unknown): Failure {
  if (error instanceof ConnectionLost) return { kind: 'lost', reason: error.message }
  if (error instanceof ConnectionUnusable) return { kind: 'elsewhere', reason: error.message }
  if (!(error instanceof DatabaseError)) return { kind: 'fault', reason: messageOf(error) }
  const code = error.code ?? ''
  if (isStalePlan(error)) return { kind: 'elsewhere', reason: 'the schema changed' }
  const [kind, reason] = kinds[code] ?? classes[code.slice(0, 2)] ?? ['fault', '']
  return { kind, reason: reason || error.message }
}

/** A prepared statement's plan does not fit the schema any more: another connection prepares it anew. */
function isStalePlan({ code, message }: DatabaseError): boolean {
  return code === '26000' || (code === '0A000' && message.startsWith('cached plan'))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The SQLSTATE that a server answered; nothing where the error is not a server's. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}
