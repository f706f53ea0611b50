import type { Store } from '@ambit/server'
import { hasUnfinishedCopy, pendingVersionsOf } from '@ambit/store'
import type { Config } from '../config/config.ts'
import { wrapStore } from '../observe/wrap-store.ts'
import { brokenOff, openStore } from '../serve/open-store.ts'
import { StartError } from '../serve/start-error.ts'
import { addressOf } from './store-address.ts'

type Stored = Pick<Config, 'store'>

/**
 * Whether the configured store was made yet; nothing is made by asking.
 * @throws {StartError} where it cannot be read as it is
 */
export async function isStoreThere({ store }: Stored): Promise<boolean> {
  const address = addressOf(store)
  if (address.kind === 'postgres' && (await explained(hasUnfinishedCopy(address.options))))
    throw new StartError(brokenOff)
  const { found, known, pending } = await explained(pendingVersionsOf(address))
  if (pending.length === 0) return true
  const isLeftToOperator = typeof store === 'object' && store.migrate === 'never'
  if (found === 0 && !isLeftToOperator) return false
  throw new StartError(
    `the store has schema version ${found}, and this program wants version ${known}; run \`ambit store migrate\``,
  )
}

/**
 * Opens the configured store to be looked at, where it was made yet: nothing in it can be changed.
 * @throws {StartError} where it cannot be read as it is
 */
export async function openStoreToRead({ store }: Stored): Promise<Store | undefined> {
  if (!(await isStoreThere({ store }))) return undefined
  const asItIs = typeof store === 'object' ? { ...store, migrate: 'never' as const } : store
  return refusingWrites(await openStore({ store: asItIs }))
}

const reading = /^(?:find|list|close$)/

function refusingWrites(store: Store): Store {
  return wrapStore(store, (name, call) => {
    if (reading.test(name)) return call
    return () => {
      throw new TypeError(`a command that only reads called \`${name}\` of the store`)
    }
  })
}

async function explained<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
