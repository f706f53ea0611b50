import type { Numbers } from '../../store-parts.ts'
import type { Database } from './database.ts'
import type { Statement } from './statement.ts'

/** Numbers that are answered once. A number whose statement fails, or whose node ends before it is used, is left out. */
export function numberTable(db: Database): Numbers {
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
    SELECT n, value - calls + place AS value FROM (
      SELECT n, max(value) OVER of_name AS value, count(n) OVER of_name AS calls,
        count(n) OVER (PARTITION BY name ORDER BY n) AS place
      FROM (SELECT name, n, NULL::bigint AS value FROM input UNION ALL SELECT name, NULL::integer, value FROM taken) AS each
      WINDOW of_name AS (PARTITION BY name)
    ) AS told WHERE n IS NOT NULL`,
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
