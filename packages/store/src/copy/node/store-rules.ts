import type { DatabaseSync } from 'node:sqlite'
import type { StoreProblem } from './inspect-store.ts'
import type { StoreAddress } from './store-address.ts'

type Rule = { readonly rule: string; readonly sql: Readonly<Record<StoreAddress['kind'], string>> }

const both = (sql: string) => ({ sqlite: sql, postgres: sql })
const count = 'SELECT count(*) AS rows_found FROM'

/** What holds of every store, as a count of the rows of which it does not. */
const rules: readonly Rule[] = [
  {
    rule: 'an identifier is of a client or of a user (RFC 9700 §4.15)',
    sql: both(`${count} client AS k JOIN account AS a ON a.user_id = k.client_id`),
  },
  {
    rule: 'a refresh token has a family',
    sql: {
      sqlite: `${count} credential AS t LEFT JOIN family AS f ON f.family_id = t.family_id
        WHERE t.kind = 'refresh_token' AND f.family_id IS NULL AND t.kept_until > unixepoch()`,
      postgres: `${count} refresh_token AS t LEFT JOIN family AS f ON f.family_id = t.family_id
        WHERE f.family_id IS NULL AND t.kept_until > extract(epoch FROM now())`,
    },
  },
  {
    rule: 'a place in a status list is one token’s',
    sql: both(`${count} (SELECT 1 AS one FROM token_status GROUP BY list, place HAVING count(*) > 1) AS doubled`),
  },
  {
    rule: 'one key of an algorithm has no successor',
    sql: both(
      `${count} (SELECT 1 AS one FROM signing_key WHERE retired_at IS NULL GROUP BY algorithm HAVING count(*) > 1) AS doubled`,
    ),
  },
  {
    rule: 'an identifier is registered for each client and user',
    sql: {
      sqlite: 'SELECT 0 AS rows_found',
      postgres: `${count} (SELECT client_id AS id, 'client' AS owner FROM client
        UNION ALL SELECT user_id, 'user' FROM account) AS o
        LEFT JOIN identifier AS i ON i.id = o.id AND i.owner = o.owner WHERE i.id IS NULL`,
    },
  },
]

/** The rules that something in a store breaks. */
export async function problemsIn(
  kind: StoreAddress['kind'],
  countRows: (sql: string) => Promise<number>,
): Promise<readonly StoreProblem[]> {
  const problems: StoreProblem[] = []
  for (const { rule, sql } of rules) {
    const rows = await countRows(sql[kind])
    if (rows > 0) problems.push({ rule, rows })
  }
  return problems
}

/** What SQLite finds wrong with its own file. */
export function checkSqliteFile(connection: DatabaseSync): readonly StoreProblem[] {
  const found = connection.prepare('PRAGMA integrity_check').all()
  const isSound = found.length === 1 && found[0]?.['integrity_check'] === 'ok'
  return isSound ? [] : [{ rule: 'the file is sound (PRAGMA integrity_check)', rows: found.length }]
}
