import { isStorable } from '../../postgres/node/storable-text.ts'
import { columnsOf, type Page, type Place, type SheetName, type SheetRow } from '../sheet.ts'

/** The page of what a database gives: the sheet's columns, and then the place. */
export function parsePage(sheet: SheetName, tuples: readonly (readonly unknown[])[]): Page | undefined {
  const last = tuples.at(-1)
  if (!last) return undefined
  const width = columnsOf(sheet).length
  return { rows: tuples.map(tuple => parseRow(sheet, tuple)), end: parsePlace(last.slice(width)) }
}

function parseRow(sheet: SheetName, values: readonly unknown[]): SheetRow {
  return columnsOf(sheet).map(([name, type], index) => {
    const value = values[index] ?? null
    if (value === null) return null
    if (type === 'boolean') return value === true || value === 1
    if (type === 'integer' || type === 'integer?') return Number(value)
    return name === 'key' ? originalText(parseText(value)) : parseText(value)
  })
}

/**
 * What strangers typed as their name, under which failures are counted: PostgreSQL holds it as JSON where it cannot hold it as it
 * is, and SQLite has put something else for half a character.
 */
function originalText(text: string): string {
  if (!/^".*\\u.*"$/s.test(text)) return text
  try {
    const original: unknown = JSON.parse(text)
    return typeof original === 'string' && !isStorable(original) ? original.toWellFormed() : text
  } catch {
    return text
  }
}

function parsePlace(values: readonly unknown[]): Place {
  return values.map(value => (typeof value === 'number' ? value : parseText(value)))
}

function parseText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('a text of the store is none')
  return value
}

/** What the data of a node's row says of its process. */
export function parseNodeData(data: string): { readonly host: string; readonly pid: number } {
  const { host, pid } = JSON.parse(data) as { readonly host: string; readonly pid: number }
  return { host, pid }
}
