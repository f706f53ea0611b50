import { type Clock, type Crypto, nodeCrypto, type Store } from '@ambit/server'
import type { ResolvedConfig } from '../config/resolve-config.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { systemClock } from '../serve/clock.ts'
import { openStore } from '../serve/open-store.ts'
import { type CliIo, type CommandInput, fail } from './command.ts'

/** What a command that changes the store works with. */
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
  if (resolved.config.store === 'memory')
    return fail(
      io,
      'the store is `memory`, which only the server itself sees; this command wants a file or a database as `store`',
    )
  const store = await openStore(resolved.config)
  try {
    return await work({ ...resolved, store, clock: systemClock(), crypto: nodeCrypto() })
  } finally {
    await store.close()
  }
}
