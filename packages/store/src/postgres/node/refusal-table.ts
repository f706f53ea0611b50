import type { RefusalRecord } from '@ambit/server'
import { refusalLimit } from '../../limits.ts'
import { parseRefusal } from '../../refusal-row.ts'
import type { Refusals } from '../../store-parts.ts'
import type { Database } from './database.ts'
import { type LimitedRows, RowLimit } from './row-limit.ts'
import type { Statement } from './statement.ts'
import { storable } from './storable-text.ts'

type Saved = { readonly refusal: RefusalRecord; readonly sequence: number }

const perSecond = 1_000_000

/** Refused requests, and how to wait for those that are being stored. */
export type RefusalTable = Refusals & { readonly drain: () => Promise<void> }

/**
 * Refused requests. Nobody waits for them to be stored: a failure costs only their story. They stand by their second, and within it
 * in the order in which their node refused.
 */
export function refusalTable(db: Database): RefusalTable {
  const save = db.write(saving)
  const limit = new RowLimit(allRefusals(db))
  const pending = new Set<Promise<void>>()
  let count = 0
  const keep = async (refusal: RefusalRecord) => {
    count = (count + 1) % perSecond
    const sequence = refusal.at * perSecond + count
    await limit.add(async () => {
      await save({ refusal, sequence })
      return true
    })
  }
  const drain = async () => void (await Promise.all(pending))
  return {
    saveRefusal: async refusal => {
      const kept = keep(refusal).catch(() => undefined)
      pending.add(kept)
      void kept.finally(() => pending.delete(kept))
    },
    // a replica that is behind does not know the latest refusals yet: whoever asks why is told so, and asks again
    findRefusal: async requestId => {
      await drain()
      await limit.settled()
      const rows = await db.list(found, [storable(requestId)], true)
      return parseRefusal(requestId, rows[0])
    },
    drain,
  }
}

const found = 'SELECT expires_at, data FROM refusal WHERE request_id = $1 ORDER BY sequence DESC LIMIT 1'

const saving: Statement<Saved, void> = {
  name: 'save_refusal',
  input: { request_id: 'text', sequence: 'bigint', expires_at: 'bigint', data: 'text' },
  sql: input => `WITH input AS (${input}), saved AS (
      INSERT INTO refusal (request_id, sequence, expires_at, data)
      SELECT request_id, sequence, expires_at, data FROM input
      ON CONFLICT (request_id, sequence) DO NOTHING RETURNING 1
    )
    SELECT 0 AS n WHERE false`,
  values: ({ refusal: { requestId, expiresAt, ...rest }, sequence }) => [
    storable(requestId),
    sequence,
    expiresAt,
    JSON.stringify(rest),
  ],
  parse: () => undefined,
}

function allRefusals(db: Database): LimitedRows {
  return {
    limit: refusalLimit,
    slack: refusalLimit / 20,
    count: async () => Number((await db.list('SELECT count(*) AS count FROM refusal'))[0]?.['count']),
    removeOldest: async count => {
      await db.transact([], query =>
        query(
          `DELETE FROM refusal WHERE (request_id, sequence) IN
           (SELECT request_id, sequence FROM refusal ORDER BY expires_at, sequence LIMIT $1)`,
          [count],
        ),
      )
    },
  }
}
