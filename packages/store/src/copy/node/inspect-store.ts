import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { digestOf } from '../copy-store.ts'
import type { SheetDigest } from '../digest.ts'
import { type SheetName, sheetNames } from '../sheet.ts'
import { sha256 } from './copy-between.ts'
import { pendingVersionsOf } from './migrate-store.ts'
import { postgresReader } from './postgres-reader.ts'
import { patientMillis, withDatabase } from './postgres-source.ts'
import { sqliteReader } from './sqlite-reader.ts'
import type { StoreAddress } from './store-address.ts'
import { checkSqliteFile, problemsIn } from './store-rules.ts'

/** Something that no store should hold. */
export type StoreProblem = { readonly rule: string; readonly rows: number }

/** What a store holds, and what is wrong with it. */
export type Inspected = {
  readonly sheets: readonly (SheetDigest & { readonly sheet: SheetName })[]
  readonly problems: readonly StoreProblem[]
}

/**
 * Counts and digests everything that a store holds, at one moment and while servers go on, and looks for what does not go together.
 * @errors a sentence for the operator where it cannot be read
 */
export async function inspectStore(address: StoreAddress): Promise<Inspected> {
  if (address.kind === 'sqlite' && !existsSync(address.path)) throw new Error(`there is no store \`${address.path}\``)
  const { pending } = await pendingVersionsOf(address)
  if (pending.length > 0) {
    const name = address.kind === 'sqlite' ? `\`${address.path}\`` : address.name
    throw new Error(`${name} has an older schema, or none; \`ambit store migrate\` brings it up to date first`)
  }
  return address.kind === 'sqlite' ? inspectFile(address.path) : inspectDatabase(address)
}

async function inspectFile(path: string): Promise<Inspected> {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    connection.exec('BEGIN')
    const sheets = await digestAll(sqliteReader(connection, path))
    const count = async (sql: string) => Number(connection.prepare(sql).get()?.['rows_found'])
    return { sheets, problems: [...checkSqliteFile(connection), ...(await problemsIn('sqlite', count))] }
  } finally {
    connection.close()
  }
}

function inspectDatabase({ options, name }: Extract<StoreAddress, { kind: 'postgres' }>): Promise<Inspected> {
  return withDatabase(options, db =>
    db.hold(patientMillis, async query => {
      await query('SET statement_timeout = 0')
      await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
      const sheets = await digestAll(postgresReader(query, name))
      const count = async (sql: string) => Number((await query(sql))[0]?.['rows_found'])
      return { sheets, problems: await problemsIn('postgres', count) }
    }),
  )
}

async function digestAll(reader: Parameters<typeof digestOf>[1]): Promise<Inspected['sheets']> {
  const sheets: Inspected['sheets'][number][] = []
  for (const sheet of sheetNames) sheets.push({ sheet, ...(await digestOf(sheet, reader, { hash: sha256 })) })
  return sheets
}
