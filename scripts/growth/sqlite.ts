import { hash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteStore } from '@ambit/store'
import { type Engine, type Loading, type LoadPlan, type RelationSize, selectRows } from './engine.ts'
import { composeSecret } from './population.ts'
import type { PlainRow } from './template.ts'
import { readThrough } from './warm.ts'

/** SQLite, with a file for each place in a folder. */
export function sqliteEngine(folder: string): Engine {
  return {
    name: 'SQLite',
    functions: {
      text: expressions => expressions.join(' || '),
      seconds: expression => `(${expression} / 1000)`,
      shard: () => {
        throw new Error('the tables of SQLite have no shards')
      },
      digest: text => `growth_md5(${text})`,
      print: number => `CAST(${number} AS TEXT)`,
      hex: number => `printf('%x', ${number})`,
      part: (text, length) => `substr(${text}, 1, ${length})`,
      secretHash: (prefix, locator, seed) => `growth_secret_hash('${prefix}', ${locator}, ${seed})`,
    },
    create: name => Promise.resolve(join(folder, `${name}.sqlite`)),
    openStore: path => Promise.resolve(sqliteStore({ path })),
    readAll: path => Promise.resolve(using(path, db => readTables(db, tablesOf(db)))),
    readTable: (path, table) => Promise.resolve(using(path, db => readTables(db, [table]))),
    count: (path, table, row) => Promise.resolve(using(path, db => countRows(db, table, row))),
    load: (path, loadings, plan) => Promise.resolve(using(path, db => load(db, loadings, plan))),
    sizes: path => Promise.resolve(using(path, sizes)),
    warm: readThrough,
    close: () => Promise.resolve(),
  }
}

function using<T>(path: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

function tablesOf(db: DatabaseSync): readonly string[] {
  const rows = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
  return rows.map(({ name }) => String(name))
}

function readTables(db: DatabaseSync, tables: readonly string[]): ReadonlyMap<string, readonly PlainRow[]> {
  return new Map(tables.map(table => [table, db.prepare(`SELECT * FROM ${table}`).all()]))
}

function countRows(db: DatabaseSync, table: string, row: PlainRow): number {
  const conditions = Object.keys(row).map(name => (row[name] === null ? `${name} IS NULL` : `${name} = ?`))
  const values = Object.values(row).flatMap(value =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? [value] : [],
  )
  const sql = `SELECT count(*) AS count FROM ${table} WHERE ${conditions.join(' AND ')}`
  return Number(db.prepare(sql).get(...values)?.['count'])
}

/** The journal is left out while rows are made: a load that fails is begun again with a new file. */
function load(db: DatabaseSync, loadings: readonly Loading[], { facts, grants, progress }: LoadPlan): void {
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000')
  db.function('growth_md5', { deterministic: true }, text => hash('md5', String(text)))
  db.function('growth_secret_hash', { deterministic: true }, (prefix, locator, seed) =>
    hash('sha256', composeSecret(String(prefix), Number(locator), String(seed)), 'base64url'),
  )
  const tables = [...new Set(loadings.map(({ template }) => template.table))]
  const indexes = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all()
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }))
  for (const { name } of indexes) db.exec(`DROP INDEX ${name}`)
  for (const table of tables) {
    progress(`making the rows of ${table}`)
    const own = loadings.filter(({ template }) => template.table === table)
    db.exec(insertion(db, table, { own, facts, grants }))
  }
  for (const { name, sql } of indexes) {
    progress(`making the index ${name}`)
    db.exec(sql)
  }
  db.exec('ANALYZE; PRAGMA journal_mode = WAL')
}

type Insertion = Pick<LoadPlan, 'facts' | 'grants'> & { readonly own: readonly Loading[] }

/** In the order of the table's key, because its rows stand in it. */
function insertion(db: DatabaseSync, table: string, { own, facts, grants }: Insertion): string {
  const key = db
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .filter(({ pk }) => Number(pk) > 0)
  const names = Object.keys(own[0]?.template.columns ?? {})
  const selects = own.map(loading =>
    selectRows(loading, facts, {
      cast: (expression, column) => `${expression} AS ${column}`,
      numbers: numbersOf(loading, grants),
      fence: 'LIMIT -1 OFFSET 0',
    }),
  )
  const order = key.toSorted((a, b) => Number(a['pk']) - Number(b['pk'])).map(({ name }) => String(name))
  return `INSERT INTO ${table} (${names.join(', ')}) ${selects.join(' UNION ALL ')} ORDER BY ${order.join(', ')}`
}

function numbersOf({ divisor, isRemainder }: Loading, grants: number): string {
  const condition = isRemainder ? `n % ${divisor} = 0` : `n % ${divisor} <> 0`
  const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${grants - 1})`
  return `(${numbers} SELECT n FROM numbers) WHERE ${condition}`
}

function sizes(db: DatabaseSync): readonly RelationSize[] {
  const bytes = db.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = ?')
  const relations = db.prepare('SELECT name, tbl_name AS owner, type FROM sqlite_schema WHERE rootpage > 0').all()
  return relations.map(({ name, owner, type }) => {
    const size = { name: String(name), table: String(owner), bytes: Number(bytes.get(String(name))?.['bytes']) }
    if (type === 'index') return size
    return { ...size, rows: Number(db.prepare(`SELECT count(*) AS count FROM ${String(name)}`).get()?.['count']) }
  })
}
