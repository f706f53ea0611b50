import type { Store } from '@ambit/server'
import type { Functions } from './fact-sql.ts'
import type { FactSql, PlainRow, RowTemplate } from './template.ts'

/** Rows to be made of one template: of all grants whose number has `remainder` when it is divided by `divisor`, or of all others. */
export type Loading = {
  readonly template: RowTemplate
  readonly divisor: number
  readonly isRemainder: boolean
}

/** How much a table or an index holds. */
export type RelationSize = {
  readonly name: string
  readonly table: string
  readonly bytes: number
  /** Undefined for an index. */
  readonly rows?: number
}

/** A database of one of the kinds that the store knows, reached past the store. */
export type Engine = {
  readonly name: string
  readonly functions: Functions
  /** Makes a place for a store, which is then empty. */
  readonly create: (name: string) => Promise<string>
  readonly openStore: (place: string) => Promise<Store>
  /** All rows of all tables. */
  readonly readAll: (place: string) => Promise<ReadonlyMap<string, readonly PlainRow[]>>
  /** The rows of one table, by its name. */
  readonly readTable: (place: string, table: string) => Promise<ReadonlyMap<string, readonly PlainRow[]>>
  /** How many rows are exactly so. */
  readonly count: (place: string, table: string, row: PlainRow) => Promise<number>
  /** Makes rows in bulk; afterwards every index is there again, and statistics are. */
  readonly load: (place: string, loadings: readonly Loading[], plan: LoadPlan) => Promise<void>
  readonly sizes: (place: string) => Promise<readonly RelationSize[]>
  /** Brings into memory what a place that has served for a while would have there. */
  readonly warm: (place: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** What a load needs beside its rows. */
export type LoadPlan = {
  readonly facts: FactSql
  readonly grants: number
  readonly progress: (sentence: string) => void
}

/** The query of the rows of a loading, with its columns in the order of `types`, each turned into its type. */
export function selectRows({ template }: Loading, facts: FactSql, parts: SelectParts): string {
  const used = [...template.uses].map(name => `${facts[name]} AS ${name.toLowerCase()}`)
  const columns = Object.entries(template.columns).map(([name, sql]) => parts.cast(sql, name))
  return `SELECT ${columns.join(', ')} FROM (SELECT n, ${used.join(', ')} FROM ${parts.numbers} ${parts.fence}) AS f`
}

type SelectParts = {
  readonly cast: (expression: string, column: string) => string
  /** What follows FROM: the numbers of the grants as `n`, and the condition on them. */
  readonly numbers: string
  /** What keeps a database from computing a fact as often as it is used. */
  readonly fence: string
}
