// Token Status List §6.2, §12.5.1, §13.3
import type { AccessTokenClaims } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { TokenStatus } from '../ports/records.ts'
import type { Crypto } from '../ports/world.ts'

/** How many tokens a list has room for: 16 KiB of bits, of which next to nothing is left where next to nothing is revoked. */
export const listSize = 131_072

/** How many places a process takes at once, so that it asks the store once for as many tokens. */
const blockSize = 1024

/** The store's name for the numbers of blocks that were taken. */
const blocks = 'status block'

type World = Pick<ServerContext, 'store' | 'crypto'>

/**
 * A place that no other token has or had. A process takes a block of places at a time and gives them out in random order,
 * so that neighbours in a list have nothing to do with each other; what a process leaves behind when it ends is never used.
 * @spec Token Status List §12.5.1, §13.3
 */
export function takeStatus(world: World): Promise<TokenStatus> {
  const known = places.get(world.store) ?? new Places()
  places.set(world.store, known)
  return known.take(world)
}

/** The number of lists of which places were taken. */
export async function countLists({ store }: Pick<World, 'store'>): Promise<number> {
  return Math.ceil(((await store.findNumber(blocks)) * blockSize) / listSize)
}

/** What an access token says of its status. @spec Token Status List §6.2 */
export function statusClaim(
  context: Pick<ServerContext, 'url'>,
  { list, index }: TokenStatus,
): NonNullable<AccessTokenClaims['status']> {
  return { status_list: { idx: index, uri: listUri(context, list) } }
}

/** The address of a list, which is also its subject. @spec Token Status List §5.1 */
export function listUri({ url }: Pick<ServerContext, 'url'>, list: number): string {
  return url(`/status-lists/${list}`)
}

class Places {
  readonly #left: TokenStatus[] = []
  #taking: Promise<void> | undefined

  async take(world: World): Promise<TokenStatus> {
    for (;;) {
      const place = this.#left.pop()
      if (place) return place
      this.#taking ??= this.#takeBlock(world).finally(() => {
        this.#taking = undefined
      })
      await this.#taking
    }
  }

  async #takeBlock({ store, crypto }: World): Promise<void> {
    const first = ((await store.takeNumber(blocks)) - 1) * blockSize
    const list = Math.floor(first / listSize)
    for (const offset of shuffled(crypto, blockSize)) this.#left.push({ list, index: (first % listSize) + offset })
  }
}

const places = new WeakMap<World['store'], Places>()

/** The numbers below `length` in random order. */
function shuffled(crypto: Crypto, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => ({ index, by: crypto.random(12) }))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
    .map(({ index }) => index)
}
