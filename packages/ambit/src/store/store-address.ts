import { resolve } from 'node:path'
import type { StoreAddress } from '@ambit/store'
import type { Config } from '../config/config.ts'
import { hidePassword, isDatabaseUrl } from '../config/database-url.ts'
import { databaseOptions } from '../serve/open-store.ts'
import { StartError } from '../serve/start-error.ts'

const inEnvironment = /^env:(.+)$/

/**
 * The store that an operator names on the command line: a path, the URL of a database, or `env:NAME` for a variable that holds
 * one of the two, so that no password stands in a list of processes.
 * @throws {StartError} where it names none
 */
export function parseStoreAddress(
  text: string,
  {
    folder,
    environment,
  }: { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> },
): StoreAddress {
  const [, name] = inEnvironment.exec(text) ?? []
  const value = name === undefined ? text : environment[name]
  if (!value)
    throw new StartError(name === undefined ? 'a store is wanted' : `the environment variable \`${name}\` is not set`)
  if (isDatabaseUrl(value)) return { kind: 'postgres', options: { url: value }, name: `\`${hidePassword(value)}\`` }
  return addressOf(value === 'memory' ? value : resolve(folder, value))
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
