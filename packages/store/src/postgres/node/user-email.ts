// RFC 9493 §3.2.2
import type { Store } from '@ambit/server'
import { emailMark, foldEmail, foldedEmailOf, hasEmailMark, isEmailDue } from '../../user-email.ts'
import { parseUser } from '../../user-row.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Database, Query } from './database.ts'
import type { FilledPart } from './schema.ts'
import type { Row } from './statement.ts'

const partSize = 500

/** Makes the addresses of the users after an identifier, some at a time, for the index that is built then. */
export async function fillEmails(query: Query, after: string): Promise<FilledPart | undefined> {
  const page = 'SELECT user_id, data FROM account WHERE user_id > $1 ORDER BY user_id LIMIT $2'
  const rows = await query(page, [after, partSize])
  await makeEmails(query, rows)
  const last = rows.at(-1)
  return last && { rows: rows.length, last: String(last['user_id']) }
}

const dueRows = `SELECT user_id, data FROM account WHERE ${isEmailDue} LIMIT ${partSize}`

/**
 * Finds users by their address. Rows that a program without this index has written since it was built are brought up to date
 * first: there are only as many as it wrote, and each only once.
 */
export function emailFinder(db: Database): Store['findUsersByEmail'] {
  const findRows = 'SELECT user_id, data FROM account WHERE folded_email = $1 LIMIT $2'
  const fillDue = async (query: Query) => makeEmails(query, await query(dueRows))
  return async (email, limit) => {
    const folded = foldEmail(email)
    if (folded === undefined) return []
    for (;;) {
      while ((await db.list(dueRows)).length > 0) await db.transact([], fillDue)
      const rows = await db.list(findRows, [folded, limit])
      if (rows.every(hasEmailMark)) return rows.flatMap(row => parseUser(row) ?? [])
    }
  }
}

/** A row that somebody has written since it was read stays as it is: it is as due as before, or was made by who wrote it. */
async function makeEmails(query: Query, rows: readonly Row[]): Promise<void> {
  const due = rows.filter(row => !hasEmailMark(row))
  if (due.length === 0) return
  const columns = [
    due.map(row => String(row['user_id'])),
    due.map(row => String(row['data'])),
    due.map(row => foldedEmailOf(row)),
  ]
  await query(
    `UPDATE account AS a SET folded_email = d.folded_email, data = '${emailMark}' || a.data
     FROM (
       SELECT l.user_id, i.folded_email FROM unnest($1::text[], $2::text[], $3::text[]) AS i (id, data, folded_email)
       JOIN account AS l ON l.user_id = i.id AND l.data = i.data ORDER BY l.user_id FOR UPDATE OF l
     ) AS d
     WHERE a.user_id = d.user_id`,
    columns.map(texts => arrayLiteral('text', texts)),
  )
}
