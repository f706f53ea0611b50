import type { Store } from '@ambit/server'
import type { Database } from './database.ts'
import type { Statement } from './statement.ts'

/** Numbers that are answered once. A number whose statement fails, or whose node ends before it is used, is left out. */
export function numberTable(db: Database): Pick<Store, 'takeNumber' | 'findNumber'> {
  return { takeNumber: db.write(taking), findNumber: db.read(finding) }
}

/** Calls with one name that go together take their numbers by one change of its row. */
const taking: Statement<string, number> = {
  name: 'take_number',
  input: { name: 'text' },
  sql: input => `WITH input AS (${input}), taken AS (
      INSERT INTO number (name, value) SELECT name, count(*) FROM input GROUP BY name ORDER BY name
      ON CONFLICT (name) DO UPDATE SET value = number.value + excluded.value RETURNING name, value
    )
    SELECT i.n,
      t.value - count(*) OVER (PARTITION BY i.name) + row_number() OVER (PARTITION BY i.name ORDER BY i.n) AS value
    FROM input AS i JOIN taken AS t ON t.name = i.name`,
  values: name => [name],
  parse: ([row]) => Number(row?.['value']),
}

const finding: Statement<string, number> = {
  name: 'find_number',
  input: { name: 'text' },
  sql: input => `WITH input AS (${input}) SELECT i.n, t.value FROM input AS i JOIN number AS t ON t.name = i.name`,
  values: name => [name],
  parse: ([row]) => Number(row?.['value'] ?? 0),
}
