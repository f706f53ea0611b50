import { keyColumns, keyValues, parseKey } from '../../key-row.ts'
import type { Keys } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** Signing keys, and settings that are made once. */
export function keyTable(db: Database): Keys {
  const list = db.prepare(`SELECT ${keyColumns} FROM signing_key ORDER BY created_at, kid`)
  const remove = db.prepare('DELETE FROM signing_key WHERE kid = ?')
  const settle = db.prepare('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING')
  const settled = db.prepare('SELECT value FROM setting WHERE name = ?')
  return {
    listKeys: () => db.read(() => list.all().map(parseKey)),
    addKey: addition(db),
    deleteKey: kid => db.write(() => remove.run(kid).changes === 1),
    settle: (name, value) =>
      db.write(() => {
        settle.run(name, value)
        return String(settled.get(name)?.['value'])
      }),
  }
}

function addition(db: Database): Keys['addKey'] {
  const findNewer = db.prepare(
    'SELECT 1 FROM signing_key WHERE algorithm = ? AND created_at > ? AND retired_at IS NULL',
  )
  const retireOthers = db.prepare(
    'UPDATE signing_key SET retired_at = ?, removed_at = ? WHERE algorithm = ? AND retired_at IS NULL',
  )
  const insert = db.prepare(`INSERT INTO signing_key (${keyColumns}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
  return (key, { unlessCreatedAfter, retireOthersAt, removeOthersAt }) =>
    db.write(() => {
      if (findNewer.get(key.algorithm, unlessCreatedAfter)) return false
      retireOthers.run(retireOthersAt, removeOthersAt, key.algorithm)
      insert.run(...keyValues(key))
      return true
    })
}
