import { randomUUID } from 'node:crypto'
import type { UserRecord } from '@ambit/server'
import { DatabaseError } from 'pg'
import type { Users } from '../../store-parts.ts'
import { userColumns } from '../../user-email.ts'
import { parseUser } from '../../user-row.ts'
import { foldUsername } from '../../username.ts'
import type { Database, Query } from './database.ts'
import { claimIdentifier, identifierKey } from './identifier.ts'
import { listPart } from './list-part.ts'
import { revokeFamiliesIn } from './revocation.ts'
import { endSessions } from './session-table.ts'
import type { Statement } from './statement.ts'
import { isStorable } from './storable-text.ts'
import { emailFinder } from './user-email.ts'

/** Users' accounts. */
export function userTable(db: Database): Users {
  const findByName = db.read(findingBy('folded_name'))
  const save = db.write(saving)
  return {
    findUser: db.read(findingBy('user_id')),
    findUserByName: username => findByName(foldUsername(username)),
    findUsersByEmail: emailFinder(db),
    listUsers: async part => {
      const rows = await listPart(db, { table: 'account', id: 'user_id' }, part)
      return rows.flatMap(row => parseUser(row) ?? [])
    },
    saveUser: async user => {
      try {
        return await save(user)
      } catch (error) {
        if (isNameTaken(error)) return false
        throw error
      }
    },
    deleteUser: deletion(db),
  }
}

function findingBy(column: 'user_id' | 'folded_name'): Statement<string, UserRecord | undefined> {
  return {
    name: `find_user_by_${column}`,
    input: { sought: 'text' },
    sql: input => `WITH input AS (${input})
      SELECT i.n, a.user_id, a.data FROM input AS i JOIN account AS a ON a.${column} = i.sought`,
    values: sought => [sought],
    parse: ([row]) => parseUser(row),
  }
}

/** A name that another has is seen before anything is written; where the two are saved at once, the unique index has the last word. */
const saving: Statement<UserRecord, boolean> = {
  name: 'save_user',
  input: {
    id: 'text',
    folded_name: 'text',
    folded_email: 'text',
    registration: 'text',
    is_declared: 'boolean',
    data: 'text',
  },
  sql: input => `WITH input AS (${input}),
    free AS (
      SELECT i.id FROM input AS i
      WHERE NOT EXISTS (SELECT 1 FROM account AS a WHERE a.folded_name = i.folded_name AND a.user_id <> i.id)
    ),
    claimed AS (${claimIdentifier('user', 'SELECT id FROM free')}),
    saved AS (
      INSERT INTO account (user_id, folded_name, folded_email, registration, is_declared, data)
      SELECT i.id, i.folded_name, i.folded_email, i.registration, i.is_declared, i.data
      FROM input AS i JOIN claimed ON claimed.id = i.id
      ON CONFLICT (user_id) DO UPDATE SET folded_name = excluded.folded_name, folded_email = excluded.folded_email,
        is_declared = excluded.is_declared, data = excluded.data
      RETURNING user_id
    )
    SELECT i.n FROM input AS i JOIN saved ON saved.user_id = i.id`,
  values: ({ userId, ...rest }) => {
    const { data, foldedEmail } = userColumns(rest)
    return [userId, foldUsername(rest.username), foldedEmail, randomUUID(), rest.isDeclared === true, data]
  },
  keys: ({ userId, username }) => [identifierKey(userId), `username ${foldUsername(username)}`],
  parse: rows => rows.length === 1,
}

function isNameTaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.constraint === 'account_name'
}

/**
 * A session or grant that is being stored at the same time names the registration that is gone with the user's row, so neither of
 * them stands for a user who gets the identifier later. A code that is being stored at the same time was not seen by the
 * transaction, nor did whoever stores it see the session end; what was stored until the transaction ended is revoked after it.
 */
function deletion(db: Database): Users['deleteUser'] {
  return async (userId, at) => {
    if (!isStorable(userId)) return false
    const remove = async (query: Query) => {
      await query("DELETE FROM identifier WHERE id = $1 AND owner = 'user'", [userId])
      const removed = await query('DELETE FROM account WHERE user_id = $1 RETURNING user_id', [userId])
      await query(endSessions('user_id = $1'), [userId])
      await revokeFamiliesIn(query, { userId }, at)
      await query('DELETE FROM ticket WHERE user_id = $1', [userId])
      await query('DELETE FROM consent WHERE user_id = $1', [userId])
      return removed.length === 1
    }
    const isRemoved = await db.transact([identifierKey(userId)], remove, true)
    await db.transact([], query => revokeFamiliesIn(query, { userId }, at), true)
    return isRemoved
  }
}
