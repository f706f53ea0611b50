import { keyColumns, keyValues, parseKey } from '../../key-row.ts'
import type { Keys } from '../../store-parts.ts'
import type { Database } from './database.ts'
import type { Statement } from './statement.ts'

/** Signing keys, and settings that are made once. */
export function keyTable(db: Database): Keys {
  const settle = db.write(settling)
  return {
    listKeys: async () => (await db.list(allKeys)).map(parseKey),
    addKey: addition(db),
    deleteKey: db.write(removing),
    settle: (name, value) => settle({ name, value }),
  }
}

const allKeys = `SELECT ${keyColumns} FROM signing_key ORDER BY created_at, kid`

/** One node at a time adds a key of an algorithm: it takes the algorithm's turn before it looks. */
function addition(db: Database): Keys['addKey'] {
  return (key, { unlessCreatedAfter, retireOthersAt, removeOthersAt }) => {
    const { algorithm } = key
    const turn = `signing key ${algorithm}`
    return db.transact([turn], async query => {
      await query(
        'INSERT INTO turn (name, taken) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET taken = turn.taken + 1',
        [turn],
      )
      const isLive = 'algorithm = $1 AND retired_at IS NULL'
      const newer = await query(`SELECT 1 FROM signing_key WHERE ${isLive} AND created_at > $2 LIMIT 1`, [
        algorithm,
        unlessCreatedAfter,
      ])
      if (newer.length > 0) return false
      const retire = `UPDATE signing_key SET retired_at = $2, removed_at = $3 WHERE ${isLive}`
      await query(retire, [algorithm, retireOthersAt, removeOthersAt])
      await query(`INSERT INTO signing_key (${keyColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7)`, keyValues(key))
      return true
    })
  }
}

const removing: Statement<string, boolean> = {
  name: 'delete_key',
  input: { kid: 'text' },
  sql: input => `WITH input AS (${input}), removed AS (
      DELETE FROM signing_key AS k USING input AS i WHERE k.kid = i.kid RETURNING i.n
    )
    SELECT n FROM removed`,
  values: kid => [kid],
  parse: rows => rows.length === 1,
}

/** Writes the value that is there over itself: that waits for whoever settles it at the same time, and then answers what they stored. */
const settling: Statement<{ readonly name: string; readonly value: string }, string> = {
  name: 'settle',
  input: { name: 'text', value: 'text' },
  sql: input => `WITH input AS (${input}), settled AS (
      INSERT INTO setting (name, value) SELECT name, value FROM input
      ON CONFLICT (name) DO UPDATE SET value = setting.value RETURNING name, value
    )
    SELECT i.n, s.value FROM input AS i JOIN settled AS s ON s.name = i.name`,
  values: ({ name, value }) => [name, value],
  keys: ({ name }) => [`setting ${name}`],
  parse: ([row]) => String(row?.['value']),
}
