import { existsSync, renameSync, rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openConnection } from '../../sqlite/node/connection.ts'
import { explainSqliteError } from '../../sqlite/node/sqlite-error.ts'
import type { CopyWriter, TargetState } from '../copy-port.ts'
import { CopyRefused } from '../copy-store.ts'
import { columnsOf, type SheetName, sheetNames } from '../sheet.ts'
import { type ProgressRow, parseProgress, progressRow, progressTable, sourceRow } from './progress.ts'
import { sqliteReader } from './sqlite-reader.ts'
import { sqliteSheet } from './sqlite-sheets.ts'

/**
 * Opens a file to copy to. It has another name until the copy is whole, so no server can open it before. Whatever is killed on
 * the way goes on or begins again; the last step is the new name, and a copy that lacks nothing else is compared once more.
 * @errors a sentence for the operator when the file cannot be made, or another has come to its place
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
    if (outcome.isFinished) giveName(unfinished, path)
    else if (!outcome.hasBegun) rmSync(unfinished)
  }
}

function giveName(unfinished: string, path: string): void {
  refuseOthers(path)
  if (existsSync(`${unfinished}-wal`)) throw new CopyRefused(`another program has \`${unfinished}\` open; end it first`)
  renameSync(unfinished, path)
}

/** What a server has made meanwhile is not to be lost, and the log of another file would be taken for this one's. */
function refuseOthers(path: string): void {
  if (existsSync(path)) throw new CopyRefused(`\`${path}\` was made meanwhile, and the copy is not put over it`)
  if (existsSync(`${path}-wal`))
    throw new CopyRefused(`\`${path}-wal\` is the log of a file that is not there; move it away first`)
}

type Outcome = { hasBegun: boolean; isFinished: boolean }

function writerOn(connection: DatabaseSync, path: string, outcome: Outcome): CopyWriter {
  const save = (row: ProgressRow) =>
    void connection
      .prepare('INSERT OR REPLACE INTO store_copy (sheet, rows_copied, place) VALUES (?, ?, ?)')
      .run(...row)
  const together = (work: () => void) => inTransaction(connection, work)
  return {
    name: `\`${path}\``,
    state: async () => {
      if (existsSync(path)) return { kind: 'occupied' }
      refuseOthers(path)
      return outcome.hasBegun ? stateOf(connection) : { kind: 'empty' }
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
    check: work => work(sqliteReader(connection, `\`${path}\``)),
    finish: async () => {
      connection.exec('DROP TABLE IF EXISTS store_copy')
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

/** Without the table a copy has not named its source yet, and holds nothing; or it is whole, and only its name is missing. */
function stateOf(connection: DatabaseSync): TargetState {
  const isMarked = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store_copy'").get() !== undefined
  if (isMarked) return parseProgress(progressRows(connection))
  return sheetNames.some(sheet => holdsRows(connection, sheet)) ? { kind: 'whole' } : { kind: 'empty' }
}

function holdsRows(connection: DatabaseSync, sheet: SheetName): boolean {
  return connection.prepare(`SELECT 1 FROM ${sqliteSheet(sheet).table} LIMIT 1`).get() !== undefined
}

function progressRows(connection: DatabaseSync): readonly ProgressRow[] {
  const rows = connection.prepare('SELECT sheet, rows_copied, place FROM store_copy').all()
  return rows.map(row => [String(row['sheet']), Number(row['rows_copied']), String(row['place'])] as const)
}
