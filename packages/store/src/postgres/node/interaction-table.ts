import type { InteractionRecord, SecretRef } from '@ambit/server'
import { parseInteraction } from '../../interaction-row.ts'
import type { Interactions } from '../../store-parts.ts'
import { refColumns } from './credential-columns.ts'
import type { Database } from './database.ts'
import type { Statement } from './statement.ts'

/** Authorization requests that wait for their user. One that has ended leaves an empty row until it expires, so it ends once. */
export function interactionTable(db: Database): Interactions {
  return {
    findInteraction: db.read(finding),
    saveInteraction: db.write(saving),
    endInteraction: db.write(ending),
  }
}

const isAtRef = 'w.shard = i.shard AND w.locator = i.locator AND w.hash = i.hash'

const finding: Statement<SecretRef, InteractionRecord | undefined> = {
  name: 'find_interaction',
  input: refColumns.input,
  sql: input => `WITH input AS (${input})
    SELECT i.n, w.expires_at, w.data FROM input AS i JOIN interaction AS w ON ${isAtRef} WHERE NOT w.is_ended`,
  values: refColumns.values,
  parse: ([row], ref) => parseInteraction(ref, row),
}

const saving: Statement<InteractionRecord, void> = {
  name: 'save_interaction',
  input: { ...refColumns.input, expires_at: 'bigint', data: 'text' },
  sql: input => `WITH input AS (${input}), saved AS (
      INSERT INTO interaction (shard, locator, hash, expires_at, is_ended, data)
      SELECT shard, locator, hash, expires_at, false, data FROM input
      ON CONFLICT (shard, locator, hash) DO UPDATE SET expires_at = excluded.expires_at, data = excluded.data
      WHERE NOT interaction.is_ended RETURNING 1
    )
    SELECT 0 AS n WHERE false`,
  values: ({ ref, expiresAt, ...rest }) => [...refColumns.values(ref), expiresAt, JSON.stringify(rest)],
  keys: ({ ref }) => [interactionKey(ref)],
  parse: () => undefined,
}

const ending: Statement<SecretRef, boolean> = {
  name: 'end_interaction',
  input: refColumns.input,
  sql: input => `WITH input AS (${input}), ended AS (
      UPDATE interaction AS w SET is_ended = true, data = '{}' FROM input AS i
      WHERE ${isAtRef} AND NOT w.is_ended RETURNING i.n
    )
    SELECT n FROM ended`,
  values: refColumns.values,
  keys: ref => [interactionKey(ref)],
  parse: rows => rows.length === 1,
}

function interactionKey({ locator, hash }: SecretRef): string {
  return `interaction ${locator} ${hash}`
}
