import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { CopyReader } from '../copy-port.ts'
import type { Place, SheetName } from '../sheet.ts'
import { parseNodeData, parsePage } from './parse-row.ts'
import { sqliteSheet } from './sqlite-sheets.ts'

/** Reads sheets of an open file; what is read is of one moment where the caller has begun a transaction. */
export function sqliteReader(connection: DatabaseSync, name: string): CopyReader {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string) => {
    const known = statements.get(sql)
    if (known) return known
    const made = connection.prepare(sql)
    made.setReturnArrays(true)
    statements.set(sql, made)
    return made
  }
  return {
    name,
    count: async sheet => {
      const { table, where } = sqliteSheet(sheet)
      const [tuple = []] = parseTuples(prepare(`SELECT count(*) FROM ${table} AS t WHERE ${where}`).all())
      return Number(tuple[0])
    },
    read: async (sheet, after, limit) => parsePage(sheet, readAfter(prepare, { sheet, after, limit })),
    liveNodes: async at =>
      parseTuples(prepare('SELECT expires_at, data FROM node WHERE expires_at > ?').all(at)).map(
        ([expiresAt, data]) => ({ ...parseNodeData(String(data)), expiresAt: Number(expiresAt) }),
      ),
  }
}

type Reading = { readonly sheet: SheetName; readonly after: Place | undefined; readonly limit: number }

function readAfter(prepare: (sql: string) => StatementSync, { sheet, after, limit }: Reading) {
  const { select, place, where } = sqliteSheet(sheet)
  const beyond = after ? ` AND (${place.join(', ')}) > (${place.map(() => '?').join(', ')})` : ''
  const sql = `${select} WHERE ${where}${beyond} ORDER BY ${place.join(', ')} LIMIT ?`
  return parseTuples(prepare(sql).all(...(after ?? []), limit))
}

function parseTuples(rows: readonly unknown[]): readonly (readonly unknown[])[] {
  return rows.map(row => {
    const tuple: readonly unknown[] = Array.isArray(row) ? row : []
    return tuple
  })
}
