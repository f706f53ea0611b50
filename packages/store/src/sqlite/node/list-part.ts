import type { ListPart } from '@ambit/server'
import type { Database } from './database.ts'

/** Reads a part of a table, in the order of its identifiers. No limit is -1, and every identifier comes after the empty text. */
export function partReader(
  db: Database,
  { table, id }: { readonly table: 'client' | 'account'; readonly id: string },
): (part?: ListPart) => readonly unknown[] {
  const reading = (condition: string) =>
    db.prepare(`SELECT ${id}, data FROM ${table} WHERE ${id} > ? ${condition} ORDER BY ${id} LIMIT ?`)
  const all = reading('')
  const declared = reading(`AND json_extract(data, '$.isDeclared') = 1`)
  return ({ after = '', limit = -1, isDeclared } = {}) => (isDeclared ? declared : all).all(after, limit)
}
