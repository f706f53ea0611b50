/** A value as a statement takes it. */
export type SqlValue = string | number | boolean | null

/** The SQL types of the columns of a statement's input. */
export type SqlType = 'text' | 'bigint' | 'integer' | 'smallint' | 'boolean'

/** A row as the driver gives it: `bigint` comes as a number. */
export type Row = Readonly<Record<string, unknown>>

/**
 * A statement that many calls share: those of one turn of the event loop go to the database as one.
 * Each call is a row of `input`, whose first column `n` is its place; each row of the result says in `n` whose it is.
 */
export type Statement<In, Out> = {
  /** The name under which the database keeps it prepared; no other statement has it. */
  readonly name: string
  /** The columns of `input` beside `n`, in the order of `values`. */
  readonly input: Readonly<Record<string, SqlType>>
  /** The text; `input` is a SELECT to be put where the rows of the calls are wanted, such as `WITH input AS (${input})`. */
  readonly sql: (input: string) => string
  /** A call's row of `input`. */
  readonly values: (call: In) => readonly SqlValue[]
  /**
   * What a call touches. Calls that share a key are carried out one after the other, in the order in which they were made,
   * and never by the same execution. Reads, which share nothing, have none.
   */
  readonly keys?: (call: In) => readonly string[]
  /** What a call is answered, from its rows of the result. */
  readonly parse: (rows: readonly Row[], call: In) => Out
}

/** The SELECT that makes the rows of a statement's input from arrays: `$1` are the places, then one array per column. */
export function inputSelect(input: Readonly<Record<string, SqlType>>): string {
  const columns = Object.entries({ n: 'integer', ...input })
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`)
  return `SELECT * FROM unnest(${arrays.join(', ')}) AS input_row (${columns.map(([name]) => name).join(', ')})`
}
