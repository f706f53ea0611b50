import type { Query } from '../node/database.ts'

const rowsPerTable = 4_000

/** Values of which no two rows have the same, as far as the type lets them; few rows share a shard. */
const valueOf: Readonly<Record<string, string>> = {
  smallint: '(row % 16)::smallint',
  integer: 'row::integer',
  bigint: '1000000 + row',
  boolean: 'row % 2 = 0',
  text: 'md5(row::text)',
}

/** Fills each table of a store with rows that mean nothing, so that the planner sees tables that have grown. */
export async function fillTables(query: Query): Promise<void> {
  const columns = await query(
    `SELECT table_name AS table, string_agg(column_name, ',' ORDER BY ordinal_position) AS names,
      string_agg(data_type, ',' ORDER BY ordinal_position) AS types
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'schema%' GROUP BY table_name`,
  )
  for (const { table, names, types } of columns) {
    const values = String(types)
      .split(',')
      .map(type => valueOf[type])
    await query(
      `INSERT INTO ${String(table)} (${String(names)}) SELECT ${values.join(', ')} FROM generate_series(1, ${rowsPerTable}) AS row ON CONFLICT DO NOTHING`,
    )
  }
}
