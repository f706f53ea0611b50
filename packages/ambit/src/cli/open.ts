import { type Clock, type Crypto, nodeCrypto, type Store } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { describeStore } from '../config/database-url.ts'
import type { ResolvedConfig } from '../config/resolve-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { systemClock } from '../serve/clock.ts'
import { openStore } from '../serve/open-store.ts'
import { openStoreToRead } from '../store/store-to-read.ts'
import { type CliIo, type CommandInput, fail } from './command.ts'

/** What a command works with that asks or changes the store. */
export type Opened = ResolvedConfig & { readonly store: Store; readonly clock: Clock; readonly crypto: Crypto }

/** Reads the configuration that the command's options name. */
export function readConfig(input: CommandInput, io: CliIo): Promise<ResolvedConfig> {
  const file = input.text('config')
  return resolveConfig({ folder: io.folder, environment: io.environment, ...(file !== undefined && { file }) })
}

/** Opens the configured store, does the work, and closes the store again. */
export async function withStore(
  input: CommandInput,
  io: CliIo,
  work: (opened: Opened) => Promise<number>,
): Promise<number> {
  const resolved = await readConfig(input, io)
  if (resolved.config.store === 'memory') return failForMemory(io)
  return workWith(await openStore(resolved.config), { resolved, work })
}

/**
 * Opens the configured store to be looked at, does the work, and closes the store again. Nothing is changed: a store that is not
 * there is read as an empty one, which is told, and one with an older schema is left to `store migrate` or a server.
 */
export async function withStoreToRead(
  input: CommandInput,
  io: CliIo,
  work: (opened: Opened) => Promise<number>,
): Promise<number> {
  const resolved = await readConfig(input, io)
  if (resolved.config.store === 'memory') return failForMemory(io)
  const store = await openStoreToRead(resolved.config)
  if (!store) tellNotThere(resolved, io)
  return workWith(store ?? memoryStore(), { resolved, work })
}

/** Says that the configured store is not there yet. */
export function tellNotThere({ config }: ResolvedConfig, io: CliIo): void {
  io.err(`ambit: there is no store yet at \`${describeStore(config.store)}\`; the server makes it when it starts\n`)
}

/** Says that a store in memory cannot be seen from here. */
export function failForMemory(io: CliIo): number {
  return fail(
    io,
    'the store is `memory`, which only the server itself sees; this command wants a file or a database as `store`',
  )
}

type Working = { readonly resolved: ResolvedConfig; readonly work: (opened: Opened) => Promise<number> }

async function workWith(store: Store, { resolved, work }: Working): Promise<number> {
  try {
    return await work({ ...resolved, store, clock: systemClock(), crypto: nodeCrypto() })
  } finally {
    await store.close()
  }
}
