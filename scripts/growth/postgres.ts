import { totalmem } from 'node:os'
import type { Store } from '@ambit/server'
import { Client, Pool, type PoolClient } from 'pg'
import type { DatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { type Engine, type Loading, type LoadPlan, type RelationSize, selectRows } from './engine.ts'
import type { PlainRow } from './template.ts'
import { warmDatabase } from './warm.ts'

/** As many tables are filled at once. */
const connections = 2

/** How much of the machine's memory goes to buffers, in megabytes: what requests read of the largest size is then among them. */
const bufferMegabytes = Math.floor((totalmem() * 0.75) / 2 ** 20)

/** For a database that is filled in bulk, and then serves from a machine whose memory holds what is in use. */
export const growthSettings = {
  shared_buffers: `${bufferMegabytes}MB`,
  max_wal_size: '12GB',
  min_wal_size: '8GB',
  checkpoint_timeout: '30min',
  maintenance_work_mem: '1GB',
  max_parallel_maintenance_workers: '1',
  autovacuum_naptime: '5s',
  wal_level: 'minimal',
  max_wal_senders: '0',
} as const

/** PostgreSQL, with a database for each place. */
export function postgresEngine(server: DatabaseServer, openStore: (url: string) => Promise<Store>): Engine {
  return {
    name: 'PostgreSQL',
    functions: {
      text: expressions => expressions.join(' || '),
      seconds: expression => `(${expression} / 1000)`,
      shard: hash => `((ascii(${hash}) * 5 + ascii(right(${hash}, 1))) % 16)`,
      digest: text => `md5(${text})`,
      print: number => `(${number})::text`,
      hex: number => `to_hex(${number})`,
      part: (text, length) => `substr(${text}, 1, ${length})`,
      secretHash: (prefix, locator, seed) => {
        const masked = base64url(`substring(int8send(${locator}) FROM 3)`)
        const text = `'${prefix}' || ${masked} || 'AAAAAAAA' || substr(md5(${seed}), 1, 27)`
        return base64url(`sha256(convert_to(${text}, 'UTF8'))`)
      },
    },
    create: async name => {
      await using(server.url(), client => client.query(`CREATE DATABASE ${name}`))
      return server.url(name)
    },
    openStore,
    readAll: url => using(url, async client => readTables(client, await tablesOf(client))),
    readTable: (url, table) => using(url, client => readTables(client, [table])),
    count: (url, table, row) => using(url, client => countRows(client, table, row)),
    load,
    sizes: url => using(url, sizes),
    warm: warmDatabase,
    close: server.remove,
  }
}

function base64url(bytes: string): string {
  return `translate(encode(${bytes}, 'base64'), '+/=', '-_')`
}

async function using<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function tablesOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ readonly name: string }>(
    "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
  )
  return rows.map(({ name }) => name)
}

async function readTables(
  client: Client,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly PlainRow[]>> {
  const read = new Map<string, readonly PlainRow[]>()
  for (const table of tables)
    read.set(table, (await client.query<Record<string, unknown>>(`SELECT * FROM ${table}`)).rows)
  return read
}

async function countRows(client: Client, table: string, row: PlainRow): Promise<number> {
  const given = Object.keys(row).filter(name => row[name] !== null)
  const conditions = Object.keys(row).map(name =>
    row[name] === null ? `${name} IS NULL` : `${name} = $${given.indexOf(name) + 1}`,
  )
  const sql = `SELECT count(*)::int AS count FROM ${table} WHERE ${conditions.join(' AND ')}`
  const { rows } = await client.query<{ readonly count: number }>(
    sql,
    given.map(name => row[name]),
  )
  return rows[0]?.count ?? 0
}

/** Fills tables two at a time, the largest first. */
async function load(url: string, loadings: readonly Loading[], plan: LoadPlan): Promise<void> {
  const pool = new Pool({ connectionString: url, max: connections })
  const tables = Map.groupBy(loadings, ({ template }) => template.table)
  const waiting = [...tables].toSorted(([, a], [, b]) => weigh(b) - weigh(a))
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const client = await pool.connect()
      try {
        await loadTable(client, { table: next[0], loadings: next[1], plan })
      } finally {
        client.release()
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, work))
  } finally {
    await pool.end()
  }
}

/** How long the rows of a table take, roughly. */
function weigh(loadings: readonly Loading[]): number {
  const weights = loadings.map(({ template, divisor, isRemainder }) => {
    const share = isRemainder ? 1 / divisor : 1 - 1 / divisor
    return share * (2 + Object.keys(template.columns).length)
  })
  return weights.reduce((sum, weight) => sum + weight, 0)
}

type TableLoad = { readonly table: string; readonly loadings: readonly Loading[]; readonly plan: LoadPlan }

/**
 * In one transaction, in which the table is emptied first: at `wal_level = minimal` its rows are then written once, and not
 * into the log too. What was in it is put back, and its indexes are made as they were when all rows are there.
 */
async function loadTable(client: PoolClient, { table, loadings, plan }: TableLoad): Promise<void> {
  const { facts, grants, progress } = plan
  const types = await typesOf(client, table)
  const indexes = await indexesOf(client, table)
  await client.query('BEGIN')
  await client.query(`CREATE TEMP TABLE kept_${table} ON COMMIT DROP AS SELECT * FROM ${table}`)
  await client.query(`TRUNCATE ${table}`)
  for (const { drop } of indexes) await client.query(drop)
  await client.query(`INSERT INTO ${table} SELECT * FROM kept_${table}`)
  progress(`making the rows of ${table}`)
  for (const loading of loadings) {
    const names = Object.keys(loading.template.columns).join(', ')
    const rows = selectRows(loading, facts, {
      cast: (expression, column) => `(${expression})::${types.get(column) ?? 'text'}`,
      numbers: numbersOf(loading, grants),
      fence: 'OFFSET 0',
    })
    await client.query(`INSERT INTO ${table} (${names}) ${rows}`)
  }
  progress(`making the indexes of ${table}`)
  for (const { create } of indexes) await client.query(create)
  await client.query('COMMIT')
  progress(`vacuuming ${table}`)
  await client.query(`VACUUM (ANALYZE) ${table}`)
}

function numbersOf({ divisor, isRemainder }: Loading, grants: number): string {
  if (isRemainder) return `generate_series(0::bigint, ${grants - 1}, ${divisor}) AS n`
  return `generate_series(0::bigint, ${grants - 1}) AS n WHERE n % ${divisor} <> 0`
}

async function typesOf(client: PoolClient, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ readonly name: string; readonly type: string }>(
    `SELECT column_name::text AS name, data_type::text AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  )
  return new Map(rows.map(({ name, type }) => [name, type]))
}

type IndexChange = { readonly drop: string; readonly create: string }

/** How the indexes of a table are taken away and made again; the one of a key comes and goes with its constraint. */
async function indexesOf(client: PoolClient, table: string): Promise<readonly IndexChange[]> {
  const { rows } = await client.query<{
    readonly index: string
    readonly definition: string
    readonly constraint: string | null
  }>(
    `SELECT i.indexrelid::regclass::text AS index, pg_get_indexdef(i.indexrelid) AS definition,
       pg_get_constraintdef(c.oid) AS constraint
     FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
     WHERE i.indrelid = $1::regclass`,
    [table],
  )
  return rows.map(({ index, definition, constraint }) =>
    constraint === null
      ? { drop: `DROP INDEX ${index}`, create: definition }
      : {
          drop: `ALTER TABLE ${table} DROP CONSTRAINT ${index}`,
          create: `ALTER TABLE ${table} ADD CONSTRAINT ${index} ${constraint}`,
        },
  )
}

async function sizes(client: Client): Promise<readonly RelationSize[]> {
  const { rows } = await client.query<{
    readonly name: string
    readonly owner: string
    readonly bytes: string
    readonly rows: number | null
  }>(
    `SELECT c.relname::text AS name, coalesce(t.relname, c.relname)::text AS owner,
       (pg_relation_size(c.oid) + CASE WHEN c.relkind = 'r' AND c.reltoastrelid <> 0
         THEN pg_total_relation_size(c.reltoastrelid) ELSE 0 END)::text AS bytes,
       CASE WHEN c.relkind = 'r' THEN c.reltuples END AS rows
     FROM pg_class AS c
     LEFT JOIN pg_index AS i ON i.indexrelid = c.oid LEFT JOIN pg_class AS t ON t.oid = i.indrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')`,
  )
  return rows.map(({ name, owner, bytes, rows: count }) => ({
    name,
    table: owner,
    bytes: Number(bytes),
    ...(count !== null && { rows: Math.max(0, Math.round(count)) }),
  }))
}
