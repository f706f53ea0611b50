// RFC 8628 §5.1
import { seconds } from '@ambit/protocol'
import { networkOf } from '../../accounts/network.ts'
import type { Exchange, ServerContext } from '../../context.ts'
import type { SecretRef } from '../../ports/ids.ts'
import type { Browser } from '../../session/browser.ts'
import { findLogin } from '../../session/session.ts'
import { findPolledRequest, isPending, type PolledTicket } from '../polled-request/polled-request.ts'
import { locateUserCode, type UserCode } from './user-code.ts'

/** Of the tickets that are found by the device code, and of those that lead there from the user code. */
export const ticketKinds = { device: 'device_code', user: 'user_code' } as const

/**
 * How many codes are tried within a window, right or wrong: right ones must not clear the count, since whoever guesses has
 * codes of their own. Of eight letters there are 2^34.5 codes, so from one network a certain one is met by 1 in 2^31.
 * @spec RFC 8628 §5.1
 */
export const entryLimits = { windowTtl: seconds(600), perUser: 5, perBrowser: 5, perNetwork: 10 } as const

/** What a code that was typed leads to; `retryAfter` in seconds. */
export type CodeEntry =
  | { readonly kind: 'found'; readonly waiting: PolledTicket }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfter: number }

/** Finds the request that a typed code belongs to. Each attempt is counted first, so that many at once cannot slip past. */
export async function enterCode(
  context: ServerContext,
  exchange: Exchange,
  entered: { readonly code: UserCode | undefined; readonly browser: Browser },
): Promise<CodeEntry> {
  const { code, browser } = entered
  const retryAfter = await countWho(context, exchange, browser)
  if (retryAfter !== undefined) return { kind: 'throttled', retryAfter }
  const waiting = code && (await findByCode(context, code))
  return waiting ? { kind: 'found', waiting } : { kind: 'wrong' }
}

/** Whoever is logged in is counted by themselves: nobody else in their network can use up their tries. */
async function countWho(context: ServerContext, exchange: Exchange, { secret }: Browser): Promise<number | undefined> {
  const login = await findLogin(context, exchange)
  if (login) return countEntry(context, `device:user:${login.user.userId}`, entryLimits.perUser)
  const network = networkOf(exchange.request.remoteAddress)
  return (
    (await countEntry(context, `device:network:${network}`, entryLimits.perNetwork)) ??
    (await countEntry(context, `device:browser:${context.crypto.hash(secret)}`, entryLimits.perBrowser))
  )
}

async function countEntry({ store, clock }: ServerContext, key: string, limit: number): Promise<number | undefined> {
  const now = clock.now()
  const { count, windowEndsAt } = await store.countFailure(key, now, entryLimits.windowTtl)
  return count > limit ? Math.max(1, windowEndsAt - now) : undefined
}

async function findByCode(context: ServerContext, code: UserCode): Promise<PolledTicket | undefined> {
  const { store, clock } = context
  const pointer = await store.findTicket(await locateUserCode(context, code), ticketKinds.user)
  const waiting = pointer && (await findPolledRequest(store, parseRef(pointer.data), ticketKinds.device))
  return waiting && isPending(waiting, clock.now()) ? waiting : undefined
}

function parseRef(data: string): SecretRef {
  return JSON.parse(data) as SecretRef
}
