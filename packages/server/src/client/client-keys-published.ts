// RFC 7517 §5, RFC 7591 §2
import { after, type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { ClientKey } from '../ports/records.ts'
import type { Outbound } from '../ports/world.ts'
import { keySetLimits, parseKeySet } from './client-keys-set.ts'

/** Where a client, or whoever else is named so, publishes its keys. */
export type PublishedKeys = { readonly clientId: string; readonly jwksUri: string }

type World = Pick<ServerContext, 'clock' | 'observe'>

/** How long keys serve, how soon a key that is missing is asked for again, and how long a failure stands; in seconds. */
const spans = { fresh: seconds(300), askAgain: seconds(30), failed: seconds(10) } as const
const timeoutMillis = 3000

/** The key set that a client publishes: fetched when it is needed, once for all who wait. */
export class PublishedKeySet {
  readonly #outbound: Outbound
  readonly #published: PublishedKeys
  #keys: readonly ClientKey[] = []
  #askedAt: EpochSeconds = epochSeconds(0)
  #freshUntil: EpochSeconds = epochSeconds(0)
  #asking: Promise<void> | undefined

  constructor(outbound: Outbound, published: PublishedKeys) {
    this.#outbound = outbound
    this.#published = published
  }

  /** The keys that fit; where none does, those of what the client publishes by now. */
  async find(world: World, fits: (key: ClientKey) => boolean): Promise<readonly ClientKey[]> {
    if (!this.#isFresh(world)) await this.#ask(world)
    const found = this.#keys.filter(fits)
    if (found.length > 0 || !this.#mayAskAgain(world)) return found
    await this.#ask(world)
    return this.#keys.filter(fits)
  }

  /** What was asked for in the future, before the clock was set back, may be of any age. */
  #isFresh({ clock }: World): boolean {
    const now = clock.now()
    return this.#askedAt <= now && now < this.#freshUntil
  }

  #mayAskAgain({ clock }: World): boolean {
    return this.#asking !== undefined || clock.now() >= after(this.#askedAt, spans.askAgain)
  }

  #ask(world: World): Promise<void> {
    this.#asking ??= this.#fetch(world).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** A failure takes no keys away that still serve. */
  async #fetch(world: World): Promise<void> {
    this.#askedAt = world.clock.now()
    this.#freshUntil = epochSeconds(Math.min(this.#freshUntil, after(this.#askedAt, spans.fresh)))
    try {
      this.#keys = await fetchKeySet(this.#outbound, this.#published.jwksUri)
      this.#freshUntil = after(world.clock.now(), spans.fresh)
    } catch (error) {
      tell(world, this.#published, error)
      const now = world.clock.now()
      if (now < this.#freshUntil) return
      this.#keys = []
      this.#freshUntil = after(now, spans.failed)
    }
  }
}

async function fetchKeySet(outbound: Outbound, url: string): Promise<readonly ClientKey[]> {
  const headers = { accept: 'application/jwk-set+json, application/json' }
  const { status, body } = await outbound({ url, headers, maxBytes: keySetLimits.bytes, timeoutMillis })
  if (status !== 200) throw new Error(`it answered with status ${status}`)
  return parseKeySet(body)
}

function tell({ observe }: World, { clientId }: PublishedKeys, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  observe({
    kind: 'warning',
    about: 'jwks_uri',
    message: `the keys of client \`${clientId}\` cannot be had: ${reason}`,
  })
}
