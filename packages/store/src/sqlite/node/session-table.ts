import { parseSession } from '../../session-row.ts'
import type { Sessions } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** Sessions. A deleted one leaves an empty row until its absolute end, so that a request still under way cannot save it back to life. */
export function sessionTable(db: Database): Sessions {
  const find = db.prepare(
    'SELECT user_id, expires_at, ends_at, data FROM session WHERE locator = ? AND hash = ? AND is_ended = 0',
  )
  const save = db.prepare(
    `INSERT INTO session (locator, hash, user_id, expires_at, ends_at, is_ended, data) VALUES (?, ?, ?, ?, ?, 0, ?)
     ON CONFLICT (locator, hash) DO UPDATE
     SET user_id = excluded.user_id, expires_at = excluded.expires_at, ends_at = excluded.ends_at, data = excluded.data
     WHERE is_ended = 0`,
  )
  const ending = "UPDATE session SET is_ended = 1, expires_at = ends_at, data = '{}'"
  const end = db.prepare(`${ending} WHERE locator = ? AND hash = ? AND is_ended = 0`)
  const endAll = db.prepare(`${ending} WHERE user_id = ? AND is_ended = 0`)
  return {
    findSession: ref => db.read(() => parseSession(ref, find.get(ref.locator, ref.hash))),
    saveSession: ({ ref, userId, expiresAt, endsAt, ...data }) =>
      db.write(() => void save.run(ref.locator, ref.hash, userId, expiresAt, endsAt, JSON.stringify(data))),
    deleteSession: ref => db.write(() => end.run(ref.locator, ref.hash).changes === 1),
    deleteSessionsOf: userId => db.write(() => void endAll.run(userId)),
  }
}
