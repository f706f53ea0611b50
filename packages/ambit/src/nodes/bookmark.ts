import { after, seconds } from '@ambit/protocol'
import { type Clock, type Crypto, type Store, secretHash } from '@ambit/server'

/** How far a long work has come, kept where whoever takes it up finds it. */
export type Bookmark = {
  readonly read: () => Promise<string | undefined>
  readonly keep: (place: string) => Promise<void>
  readonly remove: () => Promise<void>
}

/** What a bookmark is kept with. */
export type BookmarkWorld = {
  readonly store: Pick<Store, 'findTicket' | 'saveTicket' | 'changeTicket' | 'takeTicket'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'hash'>
}

const kind = 'bookmark'
/** A work that nobody goes on with for a day is begun again. */
const bookmarkTtl = seconds(86_400)

/** A bookmark of a name. Of two who keep a place at once one does; where one is lost, some of the work is done again. */
export function createBookmark(name: string, { store, clock, crypto }: BookmarkWorld): Bookmark {
  const ref = { locator: 0, hash: secretHash(crypto.hash(`${kind} ${name}`)) }
  const find = async () => {
    const found = await store.findTicket(ref, kind)
    return found && found.expiresAt > clock.now() ? found : undefined
  }
  return {
    read: async () => (await find())?.data,
    keep: async data => {
      const now = clock.now()
      const before = await store.findTicket(ref, kind)
      const kept = { ref, kind, createdAt: now, expiresAt: after(now, bookmarkTtl), isDroppable: false, data }
      if (before) await store.changeTicket({ ...kept, revision: before.revision + 1 })
      else await store.saveTicket({ ...kept, revision: 0 })
    },
    remove: async () => void (await store.takeTicket(ref, kind)),
  }
}
