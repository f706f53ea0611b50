import { arrayLiteral } from '../../postgres/node/array-literal.ts'
import type { Query } from '../../postgres/node/database.ts'
import { explainRights } from '../../postgres/node/explain-rights.ts'
import type { DatabaseOptions, OpenDatabase } from '../../postgres/node/open-database.ts'
import type { CopyWriter, TargetState } from '../copy-port.ts'
import { type SheetName, type SheetRow, sheetNames } from '../sheet.ts'
import { postgresReader } from './postgres-reader.ts'
import { postgresSheet } from './postgres-sheets.ts'
import { type DatabaseAddress, type Prepare, readPatiently, withDatabase } from './postgres-source.ts'
import { type ProgressRow, parseProgress, progressRow, progressTable, sourceRow } from './progress.ts'

/**
 * Opens a database to copy to. While it holds a table that tells how far the copy is, no server
 * starts on it.
 * @errors a sentence for the operator where it cannot be reached
 */
export async function withPostgresTarget<T>(
  { options, name }: DatabaseAddress,
  prepare: Prepare,
  work: (writer: CopyWriter) => Promise<T>,
): Promise<T> {
  return withDatabase(options, async db => {
    await prepare(db)
    return work(writerOn(db, name))
  })
}

function writerOn(db: OpenDatabase, name: string): CopyWriter {
  return {
    name,
    state: () => readPatiently(db, stateOf),
    begin: async source => {
      const mark = async (query: Query) => {
        await query(progressTable)
        await saveProgress(query, [sourceRow, 0, source])
      }
      await explainRights(() => db.transact([], mark))
    },
    write: async (sheet, page, progress) => {
      await db.transact([], async query => {
        await insertRows(query, sheet, page.rows)
        await saveProgress(query, progressRow(sheet, progress))
      })
    },
    check: work => readPatiently(db, query => work(postgresReader(query, name))),
    finish: async () => {
      const { kind } = await db.engine()
      await readPatiently(db, async query => {
        if (kind === 'postgresql') for (const sheet of sheetNames) await query(`ANALYZE ${sheet}`)
        await query('DROP TABLE store_copy')
      })
    },
  }
}

/** Whether a copy to this database was begun and not finished, so that no server may use it. */
export function hasUnfinishedCopy(options: DatabaseOptions): Promise<boolean> {
  return withDatabase(options, db => readPatiently(db, isCopyUnfinished))
}

async function isCopyUnfinished(query: Query): Promise<boolean> {
  const found = await query(
    `SELECT 1 AS found FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'store_copy'`,
  )
  return found.length > 0
}

async function stateOf(query: Query): Promise<TargetState> {
  const rows = (await isCopyUnfinished(query)) ? await query('SELECT sheet, rows_copied, place FROM store_copy') : []
  const state = parseProgress(
    rows.map(row => [String(row['sheet']), Number(row['rows_copied']), String(row['place'])] as const),
  )
  if (state.kind === 'begun') return state
  for (const sheet of sheetNames)
    if ((await query(`SELECT 1 AS found FROM ${sheet} LIMIT 1`)).length > 0) return { kind: 'occupied', sheet }
  return state
}

async function saveProgress(query: Query, row: ProgressRow): Promise<void> {
  await query(
    `INSERT INTO store_copy (sheet, rows_copied, place) VALUES ($1, $2, $3)
     ON CONFLICT (sheet) DO UPDATE SET rows_copied = excluded.rows_copied, place = excluded.place`,
    row,
  )
}

async function insertRows(query: Query, sheet: SheetName, rows: readonly SheetRow[]): Promise<void> {
  const { input, values, insert } = postgresSheet(sheet)
  const columns = Object.entries(input)
  const cells = rows.map(values)
  const arrays = columns.map(([, type], index) =>
    arrayLiteral(
      type,
      cells.map(row => row[index] ?? null),
    ),
  )
  const types = columns.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')
  const names = columns.map(([name]) => name).join(', ')
  await query(insert(`SELECT * FROM unnest(${types}) AS input_row (${names})`), arrays)
}
