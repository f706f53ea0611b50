// OAuth Client ID Metadata Document §5, §5.2
import { after, type EpochSeconds, epochSeconds, seconds } from '@ambit/protocol'
import { metadataOf } from '../../client/metadata-field.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { Store } from '../../ports/store.ts'
import { type DocumentWorld, readClientDocument } from './client-document.ts'
import { isAddress, parseClientIdUrl } from './client-id-url.ts'
import { documentField } from './document-field.ts'
import { FetchBudget } from './fetch-budget.ts'
import type { ClientDocumentsSettings } from './options.ts'
import { isSubstantialChange } from './substantial-change.ts'

/** How many clients that nobody has allowed anything are remembered; of more, those that were not asked for longest are forgotten. */
const mostRemembered = 1000
/** How many hosts are waited for at once because strangers named them: slow ones must not take the turns of keys and requests. */
const mostAtOnce = 16
/** How long a document that is no longer fresh serves before its host is asked again, where that has just failed. */
const retryTtl = seconds(60)
/** How long a document that was good serves on while its host cannot be asked. */
const staleTtl = seconds(86_400)

/**
 * Finds clients by their documents. Strangers can name as many as they like, so nothing is written for them: what was read
 * is remembered in memory, within bounds, until a user or the client itself gets something; only then it is stored.
 */
export class DocumentClients {
  readonly #store: Store
  readonly #world: DocumentWorld
  readonly #settings: ClientDocumentsSettings
  readonly #budget: FetchBudget
  /** Of clients that are stored, each for itself: strangers who name others take nothing from them. */
  readonly #budgetOfStored: FetchBudget
  readonly #remembered = new Map<string, ClientRecord>()
  readonly #underWay = new Map<string, Promise<ClientRecord | undefined>>()
  readonly #retryAt = new Map<string, EpochSeconds>()

  constructor(store: Store, world: DocumentWorld, settings: ClientDocumentsSettings) {
    this.#store = store
    this.#world = world
    this.#settings = settings
    this.#budget = new FetchBudget(settings.limits, world.clock, () =>
      this.#warn('client documents', 'more were named by strangers than are asked for within a minute'),
    )
    this.#budgetOfStored = new FetchBudget({ perHost: mostOfStored, overall: Infinity }, world.clock, () => {})
  }

  /** The client of an address: registered, or as its document says. */
  async find(clientId: string): Promise<ClientRecord | undefined> {
    const stored = await this.#store.findClient(clientId)
    if (stored && timesOf(stored) === undefined) return stored
    const url = parseClientIdUrl(clientId)
    if (url === undefined || !this.#isTaken(url)) return undefined
    const known = stored ?? this.#remembered.get(clientId)
    return known && this.#isFresh(known) ? known : this.#readOnce(url, { clientId, stored })
  }

  /** Stores a client that gets something, where it is not stored yet. */
  async keep(clientId: string): Promise<void> {
    if (!isAddress(clientId) || (await this.#store.findClient(clientId))) return
    const client = this.#remembered.get(clientId) ?? (await this.find(clientId))
    if (client === undefined) return
    await this.#store.saveClient(client)
    this.#remembered.delete(clientId)
  }

  /** Our own address describes no client. */
  #isTaken({ host, hostname }: URL): boolean {
    if (host === new URL(this.#world.issuer).host) return false
    return this.#settings.hosts?.some(each => isAt(hostname, each)) ?? true
  }

  #isFresh(client: ClientRecord): boolean {
    const now = this.#world.clock.now()
    return now < Math.max(timesOf(client)?.freshUntil ?? 0, this.#retryAt.get(client.clientId) ?? 0)
  }

  /** Whoever wants a document that is asked for already waits for the same answer. */
  #readOnce(url: URL, wanted: Wanted): Promise<ClientRecord | undefined> {
    const { clientId, stored } = wanted
    const already = this.#underWay.get(clientId)
    if (already) return already
    if (!stored && this.#underWay.size >= mostAtOnce) return Promise.resolve(undefined)
    const isWithin = stored ? this.#budgetOfStored.take(clientId) : this.#budget.take(url.hostname)
    if (!isWithin) return Promise.resolve(undefined)
    const reading = this.#read(url, wanted).finally(() => this.#underWay.delete(clientId))
    this.#underWay.set(clientId, reading)
    return reading
  }

  async #read(url: URL, { clientId, stored }: Wanted): Promise<ClientRecord | undefined> {
    const read = await readClientDocument(this.#world, url, { clientId, policy: this.#settings.policy })
    if (read.kind === 'read') return stored ? this.#replace(stored, read.client) : this.#remember(read.client)
    this.#warn(clientId, `the client document was not read: ${read.reason}`)
    const known = stored ?? this.#remembered.get(clientId)
    return known && read.kind === 'failed' ? this.#serveStale(known) : undefined
  }

  /** A good document serves on for a while where its host cannot be asked; one that its host takes back does not. */
  #serveStale(known: ClientRecord): ClientRecord | undefined {
    const now = this.#world.clock.now()
    const freshUntil = timesOf(known)?.freshUntil ?? epochSeconds(0)
    if (now >= after(freshUntil, staleTtl)) return undefined
    putLast(this.#retryAt, known.clientId, after(now, retryTtl))
    return known
  }

  #remember(client: ClientRecord): ClientRecord {
    putLast(this.#remembered, client.clientId, client)
    return client
  }

  /** What was allowed to a client ends where the document now describes another. @spec OAuth Client ID Metadata Document §8.4 */
  async #replace(stored: ClientRecord, read: ClientRecord): Promise<ClientRecord> {
    const client = { ...read, createdAt: stored.createdAt }
    if (isSubstantialChange(stored, client)) {
      await this.#store.deleteClient(stored.clientId, this.#world.clock.now())
      this.#warn(stored.clientId, 'the document describes another client than before; what was allowed to it has ended')
    }
    await this.#store.saveClient(client)
    return client
  }

  #warn(about: string, message: string): void {
    this.#world.observe({ kind: 'warning', about: about.slice(0, longestNote), message: message.slice(0, longestNote) })
  }
}

type Wanted = { readonly clientId: string; readonly stored: ClientRecord | undefined }

const longestNote = 300
/** How often in a minute the document of a stored client is asked for, whose host gives none that may be taken. */
const mostOfStored = 10

function timesOf(client: ClientRecord) {
  return metadataOf(client, documentField)
}

function isAt(hostname: string, place: string): boolean {
  return place.startsWith('*.') ? hostname.endsWith(place.slice(1).toLowerCase()) : hostname === place.toLowerCase()
}

/** Puts the youngest last, and drops the oldest of too many. */
function putLast<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > mostRemembered && oldest !== undefined) map.delete(oldest)
}
