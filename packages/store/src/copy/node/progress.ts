import type { SheetProgress, TargetState } from '../copy-port.ts'
import { type Place, type SheetName, sheetNames } from '../sheet.ts'

/** The table that tells how far a copy is; it is there from the beginning of a copy to its end. */
export const progressTable =
  'CREATE TABLE IF NOT EXISTS store_copy (sheet text PRIMARY KEY, rows_copied bigint NOT NULL, place text NOT NULL)'

/** The row that names the source; the others name sheets. */
export const sourceRow = ''

/** A row of the table. */
export type ProgressRow = readonly [sheet: string, rows: number, place: string]

/** The row of a sheet. */
export function progressRow(sheet: SheetName, { rows, after }: SheetProgress): ProgressRow {
  return [sheet, rows, JSON.stringify(after)]
}

/** What the rows say of a copy that was broken off; one that did not even name its source has written nothing. */
export function parseProgress(rows: readonly ProgressRow[]): TargetState {
  const progress = new Map<SheetName, SheetProgress>()
  for (const [name, count, place] of rows) {
    const sheet = sheetNames.find(each => each === name)
    if (sheet) progress.set(sheet, { rows: count, after: JSON.parse(place) as Place })
  }
  const [, , source] = rows.find(([name]) => name === sourceRow) ?? []
  return source === undefined ? { kind: 'empty' } : { kind: 'begun', source, progress }
}
