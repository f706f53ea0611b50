import type { EpochSeconds, SigningAlgorithm } from '@ambit/protocol'
import type { KeyRecord, Store } from '@ambit/server'
import type { Database } from './database.ts'

type Keys = Pick<Store, 'listKeys' | 'addKey' | 'deleteKey' | 'settle'>
type KeyRow = {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly created_at: EpochSeconds
  readonly active_at: EpochSeconds
  readonly retired_at: EpochSeconds | null
  readonly removed_at: EpochSeconds | null
  readonly data: string
}

/** Signing keys, and settings that are made once. */
export function keyTable(db: Database): Keys {
  const list = db.prepare('SELECT * FROM signing_key ORDER BY created_at, kid')
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
  const insert = db.prepare(
    `INSERT INTO signing_key (kid, algorithm, created_at, active_at, retired_at, removed_at, data)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  return (key, { unlessCreatedAfter, retireOthersAt, removeOthersAt }) =>
    db.write(() => {
      const { kid, algorithm, createdAt, activeAt, retiredAt = null, removedAt = null, publicJwk, privateKey } = key
      if (findNewer.get(algorithm, unlessCreatedAfter)) return false
      retireOthers.run(retireOthersAt, removeOthersAt, algorithm)
      const data = JSON.stringify({ publicJwk, privateKey })
      insert.run(kid, algorithm, createdAt, activeAt, retiredAt, removedAt, data)
      return true
    })
}

function parseKey(found: unknown): KeyRecord {
  const row = found as KeyRow
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    ...(JSON.parse(row.data) as Pick<KeyRecord, 'publicJwk' | 'privateKey'>),
    createdAt: row.created_at,
    activeAt: row.active_at,
    ...(row.retired_at !== null && { retiredAt: row.retired_at }),
    ...(row.removed_at !== null && { removedAt: row.removed_at }),
  }
}
