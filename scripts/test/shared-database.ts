import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  hasDatabaseServer,
  quickSettings,
  startDatabaseServer,
} from '../../packages/store/src/postgres/testing/database-server.ts'
import { root } from '../source/tree.ts'

/** A PostgreSQL for one run of the tests. */
export type SharedDatabase = {
  readonly environment: { readonly AMBIT_TEST_DATABASE_URL: string }
  readonly remove: () => Promise<void>
}

/**
 * Starts one where the files speak of PostgreSQL. Where it does not start, where there is none for this platform, or where the
 * environment names one, nothing: the files then use that one, start one each, or say that they skip.
 */
export async function startSharedDatabase(
  files: readonly string[],
  tell: (message: string) => void,
): Promise<SharedDatabase | undefined> {
  if (process.env['AMBIT_TEST_DATABASE_URL'] !== undefined || !hasDatabaseServer()) return undefined
  if (!files.some(mayNeedDatabase)) return undefined
  try {
    const server = await startDatabaseServer({ settings: quickSettings })
    tell(`PostgreSQL for the tests at ${server.url()}`)
    return { environment: { AMBIT_TEST_DATABASE_URL: server.url() }, remove: server.remove }
  } catch (error) {
    tell(`no PostgreSQL is shared by the tests, each file starts its own: ${String(error)}`)
    return undefined
  }
}

function mayNeedDatabase(file: string): boolean {
  return /postgres|emptyDatabase/i.test(file) || /postgres|emptyDatabase/i.test(readFileSync(join(root, file), 'utf8'))
}
