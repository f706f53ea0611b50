import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { Client } from 'pg'
import { type DatabaseServer, hasDatabaseServer, quickSettings, startDatabaseServer } from './database-server.ts'

let own: Promise<DatabaseServer> | undefined
// Here and not where it is started, which may be within a test, and would end with it.
after(async () => (await own)?.remove())

/** Why tests that need a PostgreSQL are skipped here; `false` where they are not. */
export const noDatabase =
  hasDatabaseServer() || process.env['AMBIT_TEST_DATABASE_URL'] !== undefined
    ? false
    : `there is no PostgreSQL package for ${process.platform}-${process.arch}`

/**
 * The URL of a new and empty database, on the server that the test run has started, or else on one that this file's tests
 * start for themselves.
 */
export async function emptyDatabase(): Promise<string> {
  return databaseOn(process.env['AMBIT_TEST_DATABASE_URL'] ?? (await ownServer()).url())
}

/** The URL of a new and empty database that no other file's transactions keep from being cleared up. */
export async function undisturbedDatabase(): Promise<string> {
  return databaseOn((await ownServer()).url())
}

async function databaseOn(server: string): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

function ownServer(): Promise<DatabaseServer> {
  own ??= startDatabaseServer({ settings: quickSettings })
  return own
}
