import { resolve } from 'node:path'
import { checkConnectionUrl, type StoreAddress } from '@ambit/store'
import { UsageError } from '../cli/usage-error.ts'
import type { Config } from '../config/config.ts'
import { hidePassword, isDatabaseUrl } from '../config/database-url.ts'
import { databaseOptions } from '../serve/open-store.ts'
import { StartError } from '../serve/start-error.ts'

const inEnvironment = /^env:(.+)$/

/** What stands on the command line: an option, and its value. */
export type NamedStore = { readonly option: string; readonly text: string }

type Around = {
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * The store that an operator names on the command line: a path, the URL of a database, or `env:NAME` for a variable that holds
 * one of the two, so that no password stands in a list of processes.
 * @throws {UsageError} where it names none
 */
export function parseStoreAddress({ option, text }: NamedStore, { folder, environment }: Around): StoreAddress {
  const [, variable] = inEnvironment.exec(text) ?? []
  const value = variable === undefined ? text : environment[variable]
  const from = variable === undefined ? `\`${option}\`` : `\`${option}\`: the environment variable \`${variable}\``
  if (!value) throw new UsageError(variable === undefined ? `${from} wants ${wanted}` : `${from} is not set`)
  if (value === 'memory')
    throw new UsageError(`${from} is \`memory\`, which ends with its process; ${wanted} is wanted`)
  if (isDatabaseUrl(value)) return databaseAt(value, from)
  // what looks like a URL may hold a password, and is no file
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    throw new UsageError(`${from} holds the URL of no database; ${wanted} is wanted`)
  return { kind: 'sqlite', path: resolve(folder, value) }
}

const wanted = 'a SQLite file, a URL like `postgres://name@host/database`, or `env:NAME` of a variable with one'

function databaseAt(url: string, from: string): StoreAddress {
  const problem = checkConnectionUrl(url)
  if (problem !== undefined) throw new UsageError(`${from}: ${problem}`)
  return { kind: 'postgres', options: { url }, name: `\`${hidePassword(url)}\`` }
}

/**
 * The store of a configuration.
 * @throws {StartError} where it is in memory
 */
export function addressOf(store: Config['store']): StoreAddress {
  if (store === 'memory')
    throw new StartError('a store in memory ends with its process; a file or a database is wanted')
  if (typeof store === 'string') return { kind: 'sqlite', path: store }
  return { kind: 'postgres', options: databaseOptions(store), name: `\`${hidePassword(store.url)}\`` }
}
