import type { Users } from '../../store-parts.ts'
import { userColumns } from '../../user-email.ts'
import { parseUser } from '../../user-row.ts'
import { foldUsername } from '../../username.ts'
import type { Database } from './database.ts'
import { partReader } from './list-part.ts'
import { statusRevocation } from './status-table.ts'
import { emailFinder } from './user-email.ts'

/** Users' accounts. */
export function userTable(db: Database): Users {
  const find = db.prepare('SELECT user_id, data FROM account WHERE user_id = ?')
  const findByName = db.prepare('SELECT user_id, data FROM account WHERE folded_name = ?')
  const list = partReader(db, { table: 'account', id: 'user_id' })
  const findOther = db.prepare('SELECT 1 FROM account WHERE folded_name = ? AND user_id <> ?')
  const findClient = db.prepare('SELECT 1 FROM client WHERE client_id = ?')
  const save = db.prepare(
    `INSERT INTO account (user_id, folded_name, folded_email, data) VALUES (?, ?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET folded_name = excluded.folded_name, folded_email = excluded.folded_email,
     data = excluded.data`,
  )
  return {
    findUser: userId => db.read(() => parseUser(find.get(userId))),
    findUserByName: username => db.read(() => parseUser(findByName.get(foldUsername(username)))),
    findUsersByEmail: emailFinder(db),
    listUsers: part => db.read(() => list(part).flatMap(row => parseUser(row) ?? [])),
    saveUser: ({ userId, ...rest }) =>
      db.write(() => {
        const name = foldUsername(rest.username)
        if (findOther.get(name, userId) || findClient.get(userId)) return false
        const { data, foldedEmail } = userColumns(rest)
        save.run(userId, name, foldedEmail, data)
        return true
      }),
    deleteUser: deletion(db),
  }
}

function deletion(db: Database): Users['deleteUser'] {
  const remove = db.prepare('DELETE FROM account WHERE user_id = ?')
  const endSessions = db.prepare(
    "UPDATE session SET is_ended = 1, expires_at = ends_at, data = '{}' WHERE user_id = ? AND is_ended = 0",
  )
  const removeConsent = db.prepare('DELETE FROM consent WHERE user_id = ?')
  const revoke = db.prepare('UPDATE family SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL')
  const removeTickets = db.prepare('DELETE FROM ticket WHERE user_id = ?')
  const statuses = statusRevocation(db)
  return (userId, at) =>
    db.write(() => {
      endSessions.run(userId)
      revoke.run(at, userId)
      statuses.families({ userId }, at)
      removeConsent.run(userId)
      removeTickets.run(userId)
      return remove.run(userId).changes === 1
    })
}
