import { parseInteraction } from '../../interaction-row.ts'
import type { Interactions } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** Authorization requests that wait for their user. One that has ended leaves an empty row until it expires, so it ends once. */
export function interactionTable(db: Database): Interactions {
  const find = db.prepare('SELECT expires_at, data FROM interaction WHERE locator = ? AND hash = ? AND is_ended = 0')
  const save = db.prepare(
    `INSERT INTO interaction (locator, hash, expires_at, is_ended, data) VALUES (?, ?, ?, 0, ?)
     ON CONFLICT (locator, hash) DO UPDATE SET expires_at = excluded.expires_at, data = excluded.data WHERE is_ended = 0`,
  )
  const end = db.prepare(
    "UPDATE interaction SET is_ended = 1, data = '{}' WHERE locator = ? AND hash = ? AND is_ended = 0",
  )
  return {
    findInteraction: ref => db.read(() => parseInteraction(ref, find.get(ref.locator, ref.hash))),
    saveInteraction: ({ ref, expiresAt, ...data }) =>
      db.write(() => void save.run(ref.locator, ref.hash, expiresAt, JSON.stringify(data))),
    endInteraction: ref => db.write(() => end.run(ref.locator, ref.hash).changes === 1),
  }
}
