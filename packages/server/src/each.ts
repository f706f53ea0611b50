import type { ClientRecord, UserRecord } from './ports/records.ts'
import type { ListPart, Store } from './ports/store.ts'

const pageSize = 500

/** Every client of a store, or those after an identifier, some at a time: there may be more than memory holds. */
export function eachClient(store: Pick<Store, 'listClients'>, after?: string): AsyncGenerator<ClientRecord> {
  return each(store.listClients, client => client.clientId, after)
}

/** Every user of a store, some at a time. */
export function eachUser(store: Pick<Store, 'listUsers'>): AsyncGenerator<UserRecord> {
  return each(store.listUsers, user => user.userId)
}

async function* each<T>(
  list: (part: ListPart) => Promise<readonly T[]>,
  idOf: (record: T) => string,
  after?: string,
): AsyncGenerator<T> {
  let part: ListPart = { limit: pageSize, ...(after !== undefined && { after }) }
  for (;;) {
    const page = await list(part)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    part = { after: idOf(last), limit: pageSize }
  }
}
