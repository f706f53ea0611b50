import { after } from '@ambit/protocol'
import { parseFailures } from '../../failure-row.ts'
import type { Attempts } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** What was presented once and must not be again, and failures that throttle. */
export function attemptTable(db: Database): Attempts {
  const remember = db.prepare('INSERT INTO remembered (hash, expires_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING')
  const count = db.prepare(
    `INSERT INTO failure (key, count, window_ends_at) VALUES (?1, 1, ?3) ON CONFLICT (key) DO UPDATE SET
     count = CASE WHEN window_ends_at <= ?2 THEN 1 ELSE count + 1 END,
     window_ends_at = CASE WHEN window_ends_at <= ?2 THEN ?3 ELSE window_ends_at END
     RETURNING count, window_ends_at`,
  )
  const find = db.prepare('SELECT count, window_ends_at FROM failure WHERE key = ? AND window_ends_at > ?')
  const clear = db.prepare('DELETE FROM failure WHERE key = ?')
  return {
    remember: (hash, expiresAt) => db.write(() => remember.run(hash, expiresAt).changes === 1),
    countFailure: (key, at, windowTtl) => db.write(() => parseFailures(count.get(key, at, after(at, windowTtl)), at)),
    findFailures: (key, at) => db.read(() => parseFailures(find.get(key, at), at)),
    clearFailures: key => db.write(() => void clear.run(key)),
  }
}
