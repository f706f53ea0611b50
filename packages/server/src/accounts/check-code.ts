// RFC 6238 §5.2, RFC 4226 §7.3
import { after, seconds } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { RequestId } from '../ports/ids.ts'
import type { UserRecord } from '../ports/records.ts'
import { codeAuthentication } from './authentication.ts'

/** How a code was judged; `retryAfter` in seconds. */
export type CodeCheck =
  | { readonly kind: 'ok' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfter: number }

/**
 * How many codes are tried for one user within a window: of a million codes three are right at a time. Whoever tries knows
 * the password, so they are counted for the user alone, wherever they come from.
 * @spec RFC 4226 §7.3
 */
const codeLimits = { windowTtl: seconds(900), perUser: 5 } as const

/** Longer than a code is right: it may come one step early and one step late. */
const rememberedFor = seconds(120)

/**
 * Checks a one-time code. Each is good once; an attempt is counted before the comparison, so that many at once cannot slip past.
 * @spec RFC 6238 §5.2
 */
export async function checkCode(
  context: ServerContext,
  attempt: { readonly user: UserRecord; readonly code: string; readonly requestId: RequestId },
): Promise<CodeCheck> {
  const { user, requestId } = attempt
  const { store, crypto, observe } = context
  const now = context.clock.now()
  const key = `code:${crypto.hash(user.userId)}`
  const { count, windowEndsAt } = await store.countFailure(key, now, codeLimits.windowTtl)
  const isThrottled = count > codeLimits.perUser
  if (isThrottled || !(await isGood(context, attempt))) {
    observe({ kind: 'login.failed', requestId, isThrottled })
    return isThrottled ? { kind: 'throttled', retryAfter: Math.max(1, windowEndsAt - now) } : { kind: 'wrong' }
  }
  await store.clearFailures(key)
  observe({ kind: 'login.raised', requestId, userId: user.userId, acr: codeAuthentication.acr })
  return { kind: 'ok' }
}

/** People type codes in two halves, as their apps show them. */
async function isGood(
  { store, crypto, clock, oneTimeCodes }: ServerContext,
  { user, code }: { readonly user: UserRecord; readonly code: string },
): Promise<boolean> {
  const { userId, oneTimeCode } = user
  if (oneTimeCode === undefined || oneTimeCodes === undefined) return false
  const { sealedSecret, enrolledAt } = oneTimeCode
  const now = clock.now()
  const step = oneTimeCodes.findStep({ userId, sealedSecret }, code.replaceAll(/\s/g, ''), now)
  if (step === undefined) return false
  return store.remember(crypto.hash(`code\n${userId}\n${enrolledAt}\n${step}`), after(now, rememberedFor))
}
