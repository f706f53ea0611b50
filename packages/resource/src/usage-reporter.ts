// RFC 6749 §2.3.1, RFC 9110 §9.3.3
import { basicCredentials } from './basic-credentials.ts'
import { type FetchOptions, fetchBounded } from './bounded-fetch.ts'
import type { GuardEvent } from './guard-event.ts'
import { checkSecureUrl } from './secure-url.ts'
import { type ScopeUsage, UsageCounts } from './usage-counts.ts'

/** Calls a task every so many milliseconds, until what it returns is called. */
export type Repeat = (milliseconds: number, task: () => void) => () => void

/** Where and how often the use of scope is reported. */
export type UsageReporterOptions = FetchOptions & {
  /** The authorization server; only what its own tokens did is reported to it. */
  readonly issuer: string
  /** `/scope-usage` of the issuer where it is left out. */
  readonly endpoint?: string
  /** As whom this API reports: the client that it introspects as. */
  readonly clientId: string
  readonly clientSecret: string
  /** Seconds between two reports: 60 where it is left out. */
  readonly interval?: number
  /** How many pairs of client and scope wait at most: 10,000 where it is left out; further ones are not counted. */
  readonly max?: number
  readonly repeat?: Repeat
  /** Hears why a report was not delivered; it is sent again, unless the server says that it is malformed. */
  readonly onFailure?: (reason: string) => void
}

const largestBatch = 1_000
/** Below what servers take in, of which 64 KiB is usual. */
const longestBatch = 48_000
const longestAnswer = 65_536
const longestPause = 16

/**
 * Reports to the authorization server which scopes each client used: in batches, one at a time, never within a request. A
 * batch that was not delivered is kept and sent again, after longer and longer pauses; so a report whose answer was lost
 * counts twice.
 * @example
 * const usage = new UsageReporter({ issuer: 'https://as.example', clientId: 'pets-api', clientSecret })
 * const guard = createGuard({ issuers, resource, catalogue, observe: usage.observe })
 */
export class UsageReporter {
  readonly #options: UsageReporterOptions
  readonly #counts: UsageCounts
  readonly #stop: () => void
  #sending: Promise<void> | undefined
  #failures = 0
  #pause = 0

  /** @throws {RangeError} for an address that is not secure: the secret goes there */
  constructor(options: UsageReporterOptions) {
    const { interval = 60, max = 10_000, repeat = runtimeRepeat } = options
    checkSecureUrl('endpoint', endpointOf(options))
    this.#options = options
    this.#counts = new UsageCounts(max)
    this.#stop = repeat(interval * 1000, () => this.#tick())
  }

  /** How many pairs of client and scope wait to be reported. */
  get waiting(): number {
    return this.#counts.size
  }

  /** Counts what a guard allows; to be given to it as `observe`, or called from there. */
  readonly observe = ({ kind, issuer, clientId, usedScope, at }: GuardEvent): void => {
    if (kind !== 'allowed' || issuer !== this.#options.issuer || clientId === undefined) return
    for (const scope of usedScope) this.#counts.add({ clientId, scope, count: 1, lastUsedAt: at })
  }

  /** Sends what has been counted, as far as it can be delivered. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
    return this.#sending
  }

  /** Stops, and sends what has been counted. */
  async close(): Promise<void> {
    this.#stop()
    await this.#sending
    await this.flush()
  }

  #tick(): void {
    if (this.#pause > 0) this.#pause--
    else void this.flush()
  }

  async #sendAll(): Promise<void> {
    while (this.#counts.size > 0) {
      const batch = this.#counts.take(largestBatch, longestBatch)
      const failure = await post(this.#options, batch)
      if (failure !== undefined) this.#options.onFailure?.(failure.reason)
      if (failure?.isLasting === false) return this.#keep(batch)
      this.#failures = 0
    }
  }

  #keep(batch: readonly ScopeUsage[]): void {
    for (const usage of batch) this.#counts.add(usage)
    this.#pause = Math.min(2 ** this.#failures, longestPause)
    this.#failures++
  }
}

/** Why a report was not delivered. One that lasts is not sent again: the same report would always be refused. */
type Failure = { readonly reason: string; readonly isLasting: boolean }

/** Posts a batch; what went wrong, or nothing. */
async function post(options: UsageReporterOptions, batch: readonly ScopeUsage[]): Promise<Failure | undefined> {
  const url = endpointOf(options)
  const headers = { 'content-type': 'application/json', authorization: basicCredentials(options) }
  const body = JSON.stringify({ reports: batch.map(wireOf) })
  try {
    const { status } = await fetchBounded({ url, method: 'POST', headers, body, limit: longestAnswer }, options)
    if (status >= 200 && status < 300) return undefined
    const reason = `the report of scope usage was answered with status ${status}`
    return { reason, isLasting: status === 400 || status === 413 }
  } catch (error) {
    const reason = `the report of scope usage failed: ${error instanceof Error ? error.message : 'unknown error'}`
    return { reason, isLasting: false }
  }
}

function endpointOf({ endpoint, issuer }: UsageReporterOptions): string {
  return endpoint ?? `${issuer.replace(/\/$/, '')}/scope-usage`
}

function wireOf({ clientId, scope, count, lastUsedAt }: ScopeUsage): object {
  return { client_id: clientId, scope, count, last_used_at: lastUsedAt }
}

/** The runtime's own timer; it keeps no process alive. */
const runtimeRepeat: Repeat = (milliseconds, task) => {
  const timer = setInterval(task, milliseconds)
  if (typeof timer === 'object') timer.unref()
  return () => clearInterval(timer)
}
