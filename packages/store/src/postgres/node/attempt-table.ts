import { after, type EpochSeconds, type Seconds } from '@ambit/protocol'
import type { FailureCount, SecretHash } from '@ambit/server'
import { parseFailures } from '../../failure-row.ts'
import type { Attempts } from '../../store-parts.ts'
import type { Database } from './database.ts'
import { shardOf } from './shard.ts'
import type { Statement } from './statement.ts'
import { storable } from './storable-text.ts'

type Failure = { readonly key: string; readonly at: EpochSeconds; readonly windowTtl: Seconds }

/** What was presented once and must not be again, at whatever node, and failures that throttle. */
export function attemptTable(db: Database): Attempts {
  const remember = db.write(remembering)
  const count = db.write(counting)
  const find = db.read(finding)
  const clear = db.write(clearing)
  return {
    remember: (hash, expiresAt) => remember({ hash, expiresAt }),
    countFailure: (key, at, windowTtl) => count({ key: storable(key), at, windowTtl }),
    findFailures: (key, at) => find({ key: storable(key), at }),
    clearFailures: key => clear(storable(key)),
  }
}

/** Of calls with one value that go together the first one is told that it is new. */
const remembering: Statement<{ readonly hash: SecretHash; readonly expiresAt: EpochSeconds }, boolean> = {
  name: 'remember',
  input: { hash: 'text', shard: 'smallint', expires_at: 'bigint' },
  sql: input => `WITH input AS (${input}), inserted AS (
      INSERT INTO remembered (hash, shard, expires_at)
      SELECT hash, min(shard), max(expires_at) FROM input GROUP BY hash ORDER BY hash
      ON CONFLICT (hash) DO NOTHING RETURNING hash
    )
    SELECT min(n) AS n FROM input WHERE (hash IN (SELECT hash FROM inserted)) IS TRUE GROUP BY hash`,
  values: ({ hash, expiresAt }) => [hash, shardOf({ hash }), expiresAt],
  parse: rows => rows.length === 1,
}

/**
 * Calls with one key that go together are counted by one change of its row, and each is told its own place. Rows are taken in the
 * order of their keys, so that nodes which count several keys at once do not wait for each other in a circle.
 * What was counted is put beside the calls by sorting both: a join would compare each with each.
 */
const counting: Statement<Failure, FailureCount> = {
  name: 'count_failure',
  input: { key: 'text', counted_at: 'bigint', window_ends_at: 'bigint' },
  sql: input => `WITH input AS (${input}),
    grouped AS (
      SELECT key, count(*) AS calls, max(counted_at) AS counted_at, max(window_ends_at) AS window_ends_at
      FROM input GROUP BY key
    ),
    counted AS (
      INSERT INTO failure (key, count, counted_at, window_ends_at)
      SELECT key, calls, counted_at, window_ends_at FROM grouped ORDER BY key
      ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN failure.window_ends_at <= excluded.counted_at THEN excluded.count ELSE failure.count + excluded.count END,
      counted_at = excluded.counted_at,
      window_ends_at = CASE WHEN failure.window_ends_at <= excluded.counted_at
        THEN excluded.window_ends_at ELSE failure.window_ends_at END
      RETURNING key, count, window_ends_at
    )
    SELECT n, window_ends_at, count - calls + place AS count FROM (
      SELECT n, max(count) OVER of_key AS count, max(window_ends_at) OVER of_key AS window_ends_at,
        count(n) OVER of_key AS calls, count(n) OVER (PARTITION BY key ORDER BY n) AS place
      FROM (
        SELECT key, n, NULL::bigint AS count, NULL::bigint AS window_ends_at FROM input
        UNION ALL SELECT key, NULL::integer, count, window_ends_at FROM counted
      ) AS each WINDOW of_key AS (PARTITION BY key)
    ) AS told WHERE n IS NOT NULL`,
  values: ({ key, at, windowTtl }) => [key, at, after(at, windowTtl)],
  parse: ([row], { at }) => parseFailures(row, at),
}

const finding: Statement<Omit<Failure, 'windowTtl'>, FailureCount> = {
  name: 'find_failures',
  input: { key: 'text', at: 'bigint' },
  sql: input => `WITH input AS (${input})
    SELECT i.n, f.count, f.window_ends_at FROM input AS i JOIN failure AS f ON f.key = i.key WHERE f.window_ends_at > i.at`,
  values: ({ key, at }) => [key, at],
  parse: ([row], { at }) => parseFailures(row, at),
}

const clearing: Statement<string, void> = {
  name: 'clear_failures',
  input: { key: 'text' },
  sql: input => `WITH input AS (${input}), cleared AS (
      DELETE FROM failure WHERE key IN (SELECT key FROM input) RETURNING key
    )
    SELECT 0 AS n WHERE false`,
  values: key => [key],
  parse: () => undefined,
}
