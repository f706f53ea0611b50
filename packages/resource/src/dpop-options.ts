// RFC 9449 §4.3, §9, §11.1
import { normalizeUri, type SigningAlgorithm, signingAlgorithms } from '@ambit/protocol'
import type { DpopNonces } from './dpop-nonces.ts'
import type { GuardedRequest } from './find-token.ts'
import type { Clock } from './platform.ts'
import { LocalReplayMemory, type ReplayMemory } from './replay-memory.ts'

/** How proofs of possession are taken in. Spans are in seconds. */
export type DpopOptions = {
  /** Lets in no token that is not bound to a key. */
  readonly required?: boolean
  /** The signature algorithms of proofs that count; all of this house where it is left out. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /**
   * Where clients reach this API, as far as the path that requests come with: the origin of `resource` where it is left out.
   * The `Host` field is a word of the client's and is not read; a function may, and answers for it.
   */
  readonly publicUrl?: string | ((request: GuardedRequest) => string)
  /** How old a proof may be: 60 where it is left out. @spec RFC 9449 §11.1 */
  readonly maxAge?: number
  /** How far a proof may be ahead of our clock: 15 where it is left out. */
  readonly clockSkew?: number
  /** Asks for proofs that hold a nonce of ours, so that none can be made in advance. @spec RFC 9449 §9 */
  readonly nonces?: DpopNonces
  /** Remembers proofs, so that each serves once; in this process where it is left out. @spec RFC 9449 §11.1 */
  readonly replay?: ReplayMemory
}

/** Proofs of possession as a guard takes them in, all defaults filled in. */
export type DpopRules = {
  readonly isRequired: boolean
  readonly algorithms: readonly SigningAlgorithm[]
  readonly uriOf: (request: GuardedRequest) => string | undefined
  readonly maxAge: number
  readonly clockSkew: number
  readonly nonces: DpopNonces | undefined
  readonly replay: ReplayMemory
  readonly clock: Clock
}

/** The guard that the rules are for. */
type Surroundings = { readonly resource: string; readonly clock: Clock }

const greatestAge = 300

/**
 * Fills in the defaults.
 * @throws {RangeError} where spans make no sense, no algorithm is left, or nothing says where clients reach this API
 */
export function dpopRules(options: DpopOptions | 'required', { resource, clock }: Surroundings): DpopRules {
  const given: DpopOptions = options === 'required' ? { required: true } : options
  const { algorithms = signingAlgorithms, maxAge = 60, clockSkew = 15, nonces } = given
  if (algorithms.length === 0) throw new RangeError('`dpop.algorithms` is empty; at least one is wanted')
  if (!(maxAge > 0 && maxAge <= greatestAge))
    throw new RangeError(`\`dpop.maxAge\` is ${maxAge}; 1 to ${greatestAge} seconds are wanted`)
  if (!(clockSkew >= 0 && clockSkew <= maxAge))
    throw new RangeError(`\`dpop.clockSkew\` is ${clockSkew}; 0 to \`dpop.maxAge\` seconds are wanted`)
  const replay = given.replay ?? new LocalReplayMemory({ clock })
  const uriOf = uriWithin(given.publicUrl ?? originOf(resource))
  return { isRequired: given.required ?? false, algorithms, uriOf, maxAge, clockSkew, nonces, replay, clock }
}

function originOf(resource: string): string {
  return /^https?:/i.test(resource) && URL.canParse(resource) ? new URL(resource).origin : resource
}

/** Dot segments and what follows `#`: a URI loses both, and what a router makes of them is another resource. @spec RFC 3986 §5.2.4 */
const isAmbiguous = /#|\/(?:\.|%2e){1,2}(?:\/|$)/i

function uriWithin(publicUrl: NonNullable<DpopOptions['publicUrl']>): DpopRules['uriOf'] {
  if (typeof publicUrl === 'string' && (normalizeUri(publicUrl) === undefined || /[?#]/.test(publicUrl)))
    throw new RangeError(`\`dpop.publicUrl\` is \`${publicUrl}\`; an http or https URL is wanted, without a query`)
  return request => {
    const { path } = request
    if (path === undefined || !path.startsWith('/') || isAmbiguous.test(path)) return undefined
    const base = typeof publicUrl === 'string' ? publicUrl : publicUrl(request)
    return normalizeUri(base.replace(/\/$/, '') + path)
  }
}
