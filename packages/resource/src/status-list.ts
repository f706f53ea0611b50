// Token Status List §6.2, §7.1, §8.3, §13.7
import { type JwtClaims, type Refusal, refuse } from '@ambit/protocol'
import { type FetchOptions, fetchBounded } from './bounded-fetch.ts'
import type { Clock } from './platform.ts'
import { type Loaded, Refreshed, UnavailableError } from './refreshed.ts'
import { checkSecureUrl, parseSecureUrl } from './secure-url.ts'
import { longestListToken, readStatusListToken, type StatusList, statusAt } from './status-list-token.ts'
import { isObject } from './strict-json.ts'
import { badToken, type Unavailable } from './verification.ts'
import type { JwsRules } from './verify-jws.ts'

/** How the status lists of an issuer are used. Spans are in seconds. */
export type StatusListOptions = {
  /** How long a list is believed, so how long a revoked token may still be good; 300 where it is left out. */
  readonly window?: number
  /** Whether a token without a status is refused. */
  readonly required?: boolean
  /** Origins that lists may come from besides the issuer's own. */
  readonly origins?: readonly string[]
}

/** What status lists are read with. */
export type StatusListContext = FetchOptions &
  Omit<JwsRules, 'isType'> & { readonly clock: Clock; readonly clockSkew: number }

/** That a token is not revoked, and until when that is believed, in seconds since the epoch. */
type Alive = { readonly kind: 'alive'; readonly until: number }

/** Finds out whether a token whose signature is good was revoked. */
export type CheckStatus = (issuer: string, claims: JwtClaims) => Promise<Alive | Refusal<'invalid_token'> | Unavailable>

const mostLists = 256
const defaultWindow = 300
const longAfter = Number.POSITIVE_INFINITY

/**
 * Looks tokens up in the status lists of their issuer, each fetched once for its time. Beyond that time, or where a list
 * cannot be had, nothing is let through.
 * @spec Token Status List §8.3
 * @throws {RangeError} for a window that is no positive number, and an origin that is no secure address
 * @errors invalid_token: revoked, suspended, without the status that is wanted, or at an address that lists may not come from
 */
export function statusChecker(options: StatusListOptions, context: StatusListContext): CheckStatus {
  const { window = defaultWindow, required = false, origins = [] } = options
  if (!(window > 0)) throw new RangeError(`\`window\` is ${window}; a number of seconds is wanted`)
  for (const origin of origins) checkSecureUrl('origins', origin)
  const lists = new Map<string, Refreshed<TimedList>>()
  return async (issuer, { status }) => {
    if (status === undefined && !required) return { kind: 'alive', until: longAfter }
    const reference = readReference(status)
    if (reference === undefined) return refuse('invalid_token', badToken, 'the token has no `status` in a status list')
    const { uri, index } = reference
    if (![issuer, ...origins].map(originOf).includes(originOf(uri)))
      return refuse('invalid_token', badToken, `the status list at \`${uri}\` is not of the issuer's origin`)
    // by issuer, since each may only speak of its own tokens
    const name = `${issuer} ${uri}`
    const known = lists.get(name) ?? listAt({ uri, window, issuer }, context)
    keep(lists, name, known)
    return lookUp(known, index)
  }
}

type Reference = { readonly uri: string; readonly index: number }
type TimedList = { readonly list: StatusList; readonly until: number }

function readReference(status: unknown): Reference | undefined {
  const reference = isObject(status) ? status['status_list'] : undefined
  if (!isObject(reference)) return undefined
  const { idx, uri } = reference
  const isIndex = typeof idx === 'number' && Number.isSafeInteger(idx) && idx >= 0
  return isIndex && typeof uri === 'string' && parseSecureUrl(uri) ? { uri, index: idx } : undefined
}

function originOf(url: string): string | undefined {
  return parseSecureUrl(url)?.origin
}

/** The least lately used list goes when there are many: an issuer does not make a resource server's memory grow. */
function keep(lists: Map<string, Refreshed<TimedList>>, name: string, list: Refreshed<TimedList>): void {
  lists.delete(name)
  lists.set(name, list)
  const oldest = lists.keys().next()
  if (lists.size > mostLists && !oldest.done) lists.delete(oldest.value)
}

async function lookUp(
  known: Refreshed<TimedList>,
  index: number,
): Promise<Alive | Refusal<'invalid_token'> | Unavailable> {
  try {
    const { list, until } = await known.get()
    const status = statusAt(list, index)
    if (status === undefined) return refuse('invalid_token', badToken, `the status list has no place ${index}`)
    if (status !== 0) return refuse('invalid_token', badToken, `the token is ${nameOf(status)} by its status list`)
    return { kind: 'alive', until }
  } catch (error) {
    if (error instanceof UnavailableError) return { kind: 'unavailable', reason: error.message }
    throw error
  }
}

/** What statuses that are not 0 are called. @spec Token Status List §7.1 */
const statusNames: readonly (string | undefined)[] = [undefined, 'revoked', 'suspended']

function nameOf(status: number): string {
  return statusNames[status] ?? `of status ${status}`
}

type Place = { readonly uri: string; readonly window: number; readonly issuer: string }

function listAt(place: Place, context: StatusListContext): Refreshed<TimedList> {
  const { clock, startTimer } = context
  const load = () => loadList(place, context)
  return new Refreshed({ name: `the status list at \`${place.uri}\``, clock, load, ...(startTimer && { startTimer }) })
}

async function loadList({ uri, window, issuer }: Place, context: StatusListContext): Promise<Loaded<TimedList>> {
  const now = context.clock.now()
  const headers = { accept: 'application/statuslist+jwt' }
  const { status, mediaType, body } = await fetchBounded({ url: uri, headers, limit: longestListToken }, context)
  if (status !== 200) throw new Error(`it answered with status ${status}`)
  if (mediaType !== 'application/statuslist+jwt') throw new Error(`it is of type \`${mediaType}\``)
  const token = new TextDecoder().decode(body)
  const {
    list,
    expiresAt = longAfter,
    ttl = window,
  } = await readStatusListToken(token, { ...context, issuer, uri, now })
  const usableTtl = Math.min(window, expiresAt - now)
  const freshTtl = Math.min(ttl, usableTtl)
  return { value: { list, until: now + freshTtl }, freshTtl, usableTtl }
}
