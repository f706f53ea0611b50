import type { ListPart } from '@ambit/server'
import type { Database } from './database.ts'
import type { Row } from './statement.ts'
import { isStorable } from './storable-text.ts'

const pageSize = 1_000

/**
 * Reads a part of a table, in the order of its identifiers, some rows at a time: no statement takes longer where there are more rows.
 * Every identifier comes after the empty text.
 */
export async function listPart(
  db: Database,
  { table, id }: { readonly table: 'client' | 'account'; readonly id: string },
  { after = '', limit = Number.POSITIVE_INFINITY, isDeclared }: ListPart = {},
): Promise<readonly Row[]> {
  if (!isStorable(after)) return []
  const condition = isDeclared ? 'AND is_declared' : ''
  const text = `SELECT ${id}, data FROM ${table} WHERE ${id} > $1 ${condition} ORDER BY ${id} LIMIT $2`
  const found: Row[] = []
  for (let last = after; found.length < limit; ) {
    const most = Math.min(pageSize, limit - found.length)
    const page = await db.list(text, [last, most])
    found.push(...page)
    if (page.length < most) break
    last = String(page.at(-1)?.[id])
  }
  return found
}
