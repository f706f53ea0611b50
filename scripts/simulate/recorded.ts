import { readFileSync, writeFileSync } from 'node:fs'

/** A piece of work, as the bench knows it. */
export type WorkId = 'jwt' | 'opaque' | 'introspection' | 'code' | 'refresh'

/** What was measured of a work on PostgreSQL. Spans in microseconds but for `p50` and `p99`, in milliseconds; all others per operation. */
export type Measured = {
  readonly work: WorkId
  /** One process on a processor of its own beside load and database on another, or two workers with all on both. */
  readonly workers: 1 | 2
  readonly connections: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly serverMicros: number
  readonly databaseMicros: number
  readonly loadMicros: number
  /** Transactions of the database. */
  readonly statements: number
  /** What was written to the database's log, in bytes, and how often that was waited for. */
  readonly logBytes: number
  readonly syncs: number
  /** The share of the processors that other programs took meanwhile, which falsifies whatever was waited for. */
  readonly others: number
}

/** Whether a point says something about waiting: other programs took next to nothing of the processors. */
export function isQuiet({ others }: Pick<Measured, 'others'>): boolean {
  return others <= 0.06
}

/** What was measured in one go, on which day. */
export type Recorded = {
  readonly measuredAt: string
  /** How long the disk takes to keep a page, in microseconds. */
  readonly syncMicros: number
  readonly measured: readonly Measured[]
}

const file = new URL('recorded.json', import.meta.url)

/** Reads the measurement that the repository keeps. */
export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded
}

/** Puts another measurement in its place. */
export function writeRecorded(recorded: Recorded): void {
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`)
}
