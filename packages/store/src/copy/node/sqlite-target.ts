import { existsSync, renameSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openConnection } from '../../sqlite/node/connection.ts'
import { explainSqliteError } from '../../sqlite/node/sqlite-error.ts'
import type { CopyWriter } from '../copy-port.ts'
import { columnsOf, type SheetName } from '../sheet.ts'
import { type ProgressRow, parseProgress, progressRow, progressTable, sourceRow } from './progress.ts'
import { sqliteReader } from './sqlite-reader.ts'
import { sqliteSheet } from './sqlite-sheets.ts'

/**
 * Opens a file to copy to. It has another name until the copy is whole, so no server can open it before.
 * @errors a sentence for the operator when the file cannot be made
 */
export async function withSqliteTarget<T>(path: string, work: (writer: CopyWriter) => Promise<T>): Promise<T> {
  const unfinished = `${path}.copying`
  const outcome = { hasBegun: existsSync(unfinished), isFinished: false }
  const connection = openConnection(unfinished, 5_000)
  try {
    return await work(writerOn(connection, path, outcome))
  } catch (error) {
    throw explainSqliteError(error, path)
  } finally {
    connection.close()
    if (outcome.isFinished) renameSync(unfinished, path)
    else if (!outcome.hasBegun) rmSync(unfinished)
  }
}

type Outcome = { hasBegun: boolean; isFinished: boolean }

function writerOn(connection: DatabaseSync, path: string, outcome: Outcome): CopyWriter {
  const save = (row: ProgressRow) =>
    void connection
      .prepare('INSERT OR REPLACE INTO store_copy (sheet, rows_copied, place) VALUES (?, ?, ?)')
      .run(...row)
  const together = (work: () => void) => inTransaction(connection, work)
  return {
    name: path,
    state: async () => {
      if (existsSync(path)) return { kind: 'occupied' }
      return outcome.hasBegun ? parseProgress(progressRows(connection)) : { kind: 'empty' }
    },
    begin: async source => {
      outcome.hasBegun = true
      together(() => {
        connection.exec(progressTable)
        save([sourceRow, 0, source])
      })
    },
    write: async (sheet, page, progress) => {
      together(() => {
        const insert = connection.prepare(sqliteSheet(sheet).insert)
        for (const row of page.rows) insert.run(named(sheet, row))
        save(progressRow(sheet, progress))
      })
      // neither side waits for anything; whoever stops the copy must be heard
      await nextTurn()
    },
    check: work => work(sqliteReader(connection, path)),
    finish: async () => {
      connection.exec('DROP TABLE store_copy')
      outcome.isFinished = true
    },
  }
}

function inTransaction(connection: DatabaseSync, work: () => void): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    work()
    connection.exec('COMMIT')
  } catch (error) {
    // where the disk is full, SQLite has taken it back by itself
    if (connection.isTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

function named(sheet: SheetName, row: readonly unknown[]): Record<string, string | number | null> {
  return Object.fromEntries(columnsOf(sheet).map(([name], index) => [name, storable(row[index])]))
}

function storable(value: unknown): string | number | null {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

/** A copy may have been broken off before it named its source. */
function progressRows(connection: DatabaseSync): readonly ProgressRow[] {
  const isThere = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store_copy'").get()
  if (!isThere) return []
  const rows = connection.prepare('SELECT sheet, rows_copied, place FROM store_copy').all()
  return rows.map(row => [String(row['sheet']), Number(row['rows_copied']), String(row['place'])] as const)
}
