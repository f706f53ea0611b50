// RFC 6749 §4.3.2, §10.10
import { seconds } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { RequestId } from '../ports/ids.ts'
import type { UserRecord } from '../ports/records.ts'
import type { Passwords } from '../ports/world.ts'
import { findDevice } from './device.ts'
import { networkOf } from './network.ts'
import { Turns } from './turns.ts'
import { foldUsername, maxUsernameLength } from './username.ts'

/** A username and a password, and where they come from. */
export type PasswordAttempt = {
  readonly username: string
  readonly password: string
  readonly remoteAddress: string
  readonly requestId: RequestId
  /** What the browser kept of an earlier login, see `makeDevice`. */
  readonly device?: string
}

/** How an attempt ended; `retryAfter` in seconds. */
export type PasswordCheck =
  | { readonly kind: 'ok'; readonly user: UserRecord }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfter: number }

/** How many wrong passwords are let through within a window, by whom they are counted. */
export const passwordLimits = {
  windowTtl: seconds(900),
  /** For one username from one network, or from one known device. */
  perUsername: 10,
  /** From one network, whatever the username; known devices are not counted. */
  perNetwork: 100,
} as const

/** How many passwords are compared at once, each in 19 MiB and some 50 ms of a processor, and how many more may wait. */
export const passwordTurns = { running: 3, waiting: 150 } as const

/** Seconds after which to try again where too many wait. */
const crowdedFor = 5

/**
 * Checks a password, with the same work for users that do not exist. Failures are counted for the username and the
 * network together, and for the network; never for the username alone, so that no stranger can lock a user out, and a
 * device on which the user logged in before has a count of its own. Where too many are compared already, none is counted.
 * @spec RFC 6749 §10.10
 */
export async function checkPassword(context: ServerContext, attempt: PasswordAttempt): Promise<PasswordCheck> {
  const checked = await turnsOf(context.passwords).take(() => checkInTurn(context, attempt))
  if (checked !== undefined) return checked
  context.observe({ kind: 'login.failed', requestId: attempt.requestId, isThrottled: true })
  return { kind: 'throttled', retryAfter: crowdedFor }
}

async function checkInTurn(context: ServerContext, attempt: PasswordAttempt): Promise<PasswordCheck> {
  const username = foldUsername(attempt.username.slice(0, maxUsernameLength))
  const user = await context.store.findUserByName(username)
  const dummy = await dummyHash(context.passwords)
  const buckets = await bucketsOf(context, { username, user, attempt })
  const retryAfter = await countAttempt(context, buckets)
  if (retryAfter !== undefined) {
    context.observe({ kind: 'login.failed', requestId: attempt.requestId, isThrottled: true })
    return { kind: 'throttled', retryAfter }
  }
  const isRight = await context.passwords.verify(attempt.password, user?.passwordHash ?? dummy)
  if (user === undefined || !isRight) {
    if (buckets.network !== undefined)
      await context.store.countFailure(buckets.network, context.clock.now(), passwordLimits.windowTtl)
    context.observe({ kind: 'login.failed', requestId: attempt.requestId, isThrottled: false })
    return { kind: 'wrong' }
  }
  await context.store.clearFailures(buckets.own)
  context.observe({ kind: 'login.succeeded', requestId: attempt.requestId, userId: user.userId })
  return { kind: 'ok', user }
}

type Buckets = { readonly own: string; readonly network?: string }

async function bucketsOf(
  context: ServerContext,
  from: { readonly username: string; readonly user: UserRecord | undefined; readonly attempt: PasswordAttempt },
): Promise<Buckets> {
  const device = from.user && (await findDevice(context, from.user, from.attempt.device))
  const name = context.crypto.hash(from.username)
  if (device !== undefined) return { own: `login:${name}:device:${device}` }
  const network = networkOf(from.attempt.remoteAddress)
  return { own: `login:${name}:network:${network}`, network: `login:network:${network}` }
}

/** Counts the attempt before the slow comparison, so that many at once cannot slip past; answers seconds to wait. */
async function countAttempt(context: ServerContext, buckets: Buckets): Promise<number | undefined> {
  const now = context.clock.now()
  const { perUsername, perNetwork, windowTtl } = passwordLimits
  const network = buckets.network === undefined ? undefined : await context.store.findFailures(buckets.network, now)
  if (network !== undefined && network.count >= perNetwork) return Math.max(1, network.windowEndsAt - now)
  const own = await context.store.countFailure(buckets.own, now, windowTtl)
  return own.count > perUsername ? Math.max(1, own.windowEndsAt - now) : undefined
}

const turns = new WeakMap<Passwords, Turns>()

function turnsOf(passwords: Passwords): Turns {
  const known = turns.get(passwords) ?? new Turns(passwordTurns)
  turns.set(passwords, known)
  return known
}

const dummies = new WeakMap<Passwords, Promise<string>>()

function dummyHash(passwords: Passwords): Promise<string> {
  const dummy = dummies.get(passwords) ?? passwords.hash('the password of nobody')
  dummies.set(passwords, dummy)
  dummy.catch(() => dummies.delete(passwords))
  return dummy
}
