// RFC 7517 §5, RFC 8414 §2
import { type FetchOptions, fetchBounded } from './bounded-fetch.ts'
import { chooseKey, type FindKey } from './find-key.ts'
import type { Clock } from './platform.ts'
import { type Loaded, Refreshed, UnavailableError } from './refreshed.ts'
import { checkSecureUrl } from './secure-url.ts'
import type { LoadKey } from './signature-algorithms.ts'
import { parseKeySet, type SignatureKey } from './signature-keys.ts'
import { parseStrictObject } from './strict-json.ts'

/** Where a key set is fetched, and how long it serves. Spans are in seconds. */
export type RemoteKeysOptions = FetchOptions & {
  readonly jwksUri: string
  readonly clock: Clock
  readonly load: LoadKey
  /** How long a fetched key set serves without being fetched again; 600 where it is left out. */
  readonly cacheTtl?: number
  /** How much longer it serves while it cannot be fetched; 3600 where it is left out. */
  readonly staleTtl?: number
}

/** How long after a fetch an unknown `kid` leads to no further one, so that forged tokens cause no traffic. */
const unknownKeyCooldown = 30
const defaultTtl = 600
const largestKeySet = 262_144

/**
 * Finds keys of an authorization server: fetched when first needed, once for all who wait, again before they are stale and
 * when a `kid` is unknown.
 * @throws {RangeError} for an address that is not secure
 */
export function remoteKeys(options: RemoteKeysOptions): FindKey {
  const { jwksUri, clock, startTimer, cacheTtl = defaultTtl } = options
  checkSecureUrl('jwksUri', jwksUri)
  const name = `the key set at \`${jwksUri}\``
  const keys = new Refreshed({ name, clock, load: () => loadKeys(options), ...(startTimer && { startTimer }) })
  return async wanted => {
    try {
      const current = await keys.get()
      const isKnown = current.some(key => key.fits(wanted))
      return await chooseKey(isKnown ? current : await keys.renew(unknownKeyCooldown), wanted, cacheTtl)
    } catch (error) {
      if (error instanceof UnavailableError) return { kind: 'unavailable', reason: error.message }
      throw error
    }
  }
}

async function loadKeys(options: RemoteKeysOptions): Promise<Loaded<readonly SignatureKey[]>> {
  const { jwksUri, load, cacheTtl = defaultTtl, staleTtl = 3600 } = options
  const request = {
    url: jwksUri,
    headers: { accept: 'application/jwk-set+json, application/json' },
    limit: largestKeySet,
  }
  const { status, body } = await fetchBounded(request, options)
  if (status !== 200) throw new Error(`it answered with status ${status}`)
  const value = parseKeySet(parseStrictObject(new TextDecoder().decode(body)), load)
  if (value === undefined) throw new Error('it is no key set')
  return { value, freshTtl: cacheTtl, usableTtl: cacheTtl + staleTtl }
}
