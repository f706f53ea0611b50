import type { Query } from '../../postgres/node/database.ts'
import type { Row } from '../../postgres/node/statement.ts'
import type { CopyReader } from '../copy-port.ts'
import type { Place, SheetName } from '../sheet.ts'
import { parseNodeData, parsePage } from './parse-row.ts'
import { postgresSheet } from './postgres-sheets.ts'

/** Reads sheets of a database; what is read is of one moment where the caller has begun a transaction. */
export function postgresReader(query: Query, name: string): CopyReader {
  return {
    name,
    count: async sheet => {
      const { table, where } = postgresSheet(sheet)
      const [row] = await query(`SELECT count(*) AS rows_found FROM ${table} WHERE ${where}`)
      return Number(row?.['rows_found'])
    },
    read: async (sheet, after, limit) => {
      const rows = await readAfter(query, { sheet, after, limit })
      return parsePage(sheet, rows.map(tupleOf))
    },
    liveNodes: async at => {
      const rows = await query('SELECT expires_at, data FROM node WHERE expires_at > $1', [at])
      return rows.map(row => ({ ...parseNodeData(String(row['data'])), expiresAt: Number(row['expires_at']) }))
    },
  }
}

type Reading = { readonly sheet: SheetName; readonly after: Place | undefined; readonly limit: number }

function readAfter(query: Query, { sheet, after, limit }: Reading): Promise<readonly Row[]> {
  const { select, table, where, place } = postgresSheet(sheet)
  const beyond = after ? ` AND (${place.join(', ')}) > (${place.map((_, index) => `$${index + 1}`).join(', ')})` : ''
  const sql = `${select} FROM ${table} WHERE ${where}${beyond} ORDER BY ${place.join(', ')} LIMIT ${limit}`
  return query(sql, after ? [...after] : [])
}

function tupleOf(row: Row): readonly unknown[] {
  return Object.values(row)
}
