import type { RefusalRecord } from '@ambit/server'
import { refusalLimit } from '../../limits.ts'
import { parseRefusal } from '../../refusal-row.ts'
import type { Refusals } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** Refused requests. Nobody waits for them to be on disk: they go with the turn's other writes, and a failure costs only their story. */
export function refusalTable(db: Database): Refusals {
  const insert = db.prepare('INSERT INTO refusal (request_id, expires_at, data) VALUES (?, ?, ?)')
  const trim = db.prepare('DELETE FROM refusal WHERE sequence <= ?')
  const find = db.prepare('SELECT expires_at, data FROM refusal WHERE request_id = ? ORDER BY sequence DESC LIMIT 1')
  const save = ({ requestId, expiresAt, ...data }: RefusalRecord) => {
    const { lastInsertRowid } = insert.run(requestId, expiresAt, JSON.stringify(data))
    trim.run(Number(lastInsertRowid) - refusalLimit)
  }
  return {
    saveRefusal: async refusal => void db.write(() => save(refusal)).catch(() => undefined),
    findRefusal: async requestId => {
      await db.drain()
      return db.read(() => parseRefusal(requestId, find.get(requestId)))
    },
  }
}
