import { Pool, type QueryResultRow } from 'pg'

/** What oidc-provider stores: its payload, of which the adapter reads these members. */
type Payload = { grantId?: string; uid?: string; userCode?: string; [member: string]: unknown }

/** One statement of the adapter; its name keeps it prepared on each connection. */
type Statement = { readonly name: string; readonly text: string }

/** One row for each thing of any model, what is looked for in columns of their own, and an end by which it can be removed. */
const schema = `
  CREATE TABLE IF NOT EXISTS oidc_model (
    model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL,
    grant_id text, uid text, user_code text, expires_at timestamptz, consumed_at timestamptz,
    PRIMARY KEY (model, id)
  );
  CREATE INDEX IF NOT EXISTS oidc_model_grant ON oidc_model (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_model_uid ON oidc_model (uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_model_user_code ON oidc_model (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS oidc_model_end ON oidc_model (expires_at);
`

const selection =
  'SELECT payload, extract(epoch FROM consumed_at)::int AS consumed FROM oidc_model WHERE (expires_at IS NULL OR expires_at > now())'

const statements = {
  upsert: {
    name: 'upsert',
    text: `INSERT INTO oidc_model (model, id, payload, grant_id, uid, user_code, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
      ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
        uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
  },
  find: { name: 'find', text: `${selection} AND model = $1 AND id = $2` },
  findByUid: { name: 'find-uid', text: `${selection} AND model = $1 AND uid = $2` },
  findByUserCode: { name: 'find-user-code', text: `${selection} AND model = $1 AND user_code = $2` },
  destroy: { name: 'destroy', text: 'DELETE FROM oidc_model WHERE model = $1 AND id = $2' },
  consume: { name: 'consume', text: 'UPDATE oidc_model SET consumed_at = now() WHERE model = $1 AND id = $2' },
  revoke: { name: 'revoke', text: 'DELETE FROM oidc_model WHERE grant_id = $1' },
} as const satisfies Record<string, Statement>

/** Makes the table that {@link createPostgresAdapter} stores in. */
export async function preparePostgres(url: string): Promise<Pool> {
  const pool = new Pool({ connectionString: url, max: 10 })
  await pool.query(schema)
  return pool
}

/**
 * oidc-provider's adapter on PostgreSQL, as it is usually written: a pool, a statement for each step, JSON in a row.
 * Each statement is prepared on its connection, which most adapters leave out and which only makes it quicker.
 */
export function createPostgresAdapter(pool: Pool): (model: string) => object {
  const run = async <R extends QueryResultRow>(statement: Statement, values: readonly unknown[]) =>
    (await pool.query<R>({ ...statement, values: [...values] })).rows
  const findBy = async (statement: Statement, model: string, value: string) => {
    const [row] = await run<{ readonly payload: Payload; readonly consumed: number | null }>(statement, [model, value])
    return row && (row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed })
  }
  return model => ({
    upsert: (id: string, payload: Payload, ttl?: number) => {
      const { grantId = null, uid = null, userCode = null } = payload
      return run(statements.upsert, [model, id, JSON.stringify(payload), grantId, uid, userCode, ttl ?? null])
    },
    find: (id: string) => findBy(statements.find, model, id),
    findByUid: (uid: string) => findBy(statements.findByUid, model, uid),
    findByUserCode: (userCode: string) => findBy(statements.findByUserCode, model, userCode),
    destroy: (id: string) => run(statements.destroy, [model, id]),
    consume: (id: string) => run(statements.consume, [model, id]),
    revokeByGrantId: (grantId: string) => run(statements.revoke, [grantId]),
  })
}
