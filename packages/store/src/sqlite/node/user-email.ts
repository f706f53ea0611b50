// RFC 9493 §3.2.2
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Store } from '@ambit/server'
import { emailMark, foldEmail, foldedEmailOf, isEmailDue } from '../../user-email.ts'
import { parseUser } from '../../user-row.ts'
import type { Database } from './database.ts'

const partSize = 500

/** Inside a write: makes the addresses of some rows that a program without this index has written; answers how many. */
type FillPart = () => number

function partFiller(prepare: (sql: string) => StatementSync): { readonly due: StatementSync; readonly fill: FillPart } {
  const due = prepare(`SELECT user_id, data FROM account INDEXED BY account_email_due WHERE ${isEmailDue} LIMIT ?`)
  const save = prepare(`UPDATE account SET folded_email = ?, data = '${emailMark}' || data WHERE user_id = ?`)
  const fill = () => {
    const rows = due.all(partSize)
    for (const row of rows) save.run(foldedEmailOf(row), String(row['user_id']))
    return rows.length
  }
  return { due, fill }
}

/** Makes the addresses of all rows that lack theirs, some at a time, so that other processes can write in between. */
export function fillEmails(connection: DatabaseSync, tell: (rows: number) => void = () => undefined): void {
  const { due, fill } = partFiller(sql => connection.prepare(sql))
  for (let rows = 0; due.get(1) !== undefined; tell(rows)) {
    connection.exec('BEGIN IMMEDIATE')
    try {
      rows += fill()
      connection.exec('COMMIT')
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK')
      throw error
    }
  }
}

/** Finds users by their address, once no row is left that an older program has written while this one has the file open. */
export function emailFinder(db: Database): Store['findUsersByEmail'] {
  const { due, fill } = partFiller(db.prepare)
  const find = db.prepare('SELECT user_id, data FROM account WHERE folded_email = ? LIMIT ?')
  return async (email, limit) => {
    const folded = foldEmail(email)
    if (folded === undefined) return []
    for (;;) {
      const rows = await db.read(() => (due.get(1) === undefined ? find.all(folded, limit) : undefined))
      if (rows) return rows.flatMap(row => parseUser(row) ?? [])
      await db.write(fill)
    }
  }
}
