// RFC 6750 §3.1, RFC 9470 §6
import type { Access } from './access.ts'
import type { GuardedRequest } from './find-token.ts'
import type { GuardCore, Guarded, Refused } from './guard-core.ts'
import type { Operation } from './operation.ts'

/** How far the clock that told of a login may be ahead of ours, in seconds. */
const greatestSkew = 60

/** Decides by a token's scope and the login behind it. */
export async function guardOperation(core: GuardCore, request: GuardedRequest, operation: Operation): Promise<Guarded> {
  const found = await core.authenticate(request)
  if (found.kind !== 'authenticated') return core.turnAway(operation, found)
  const { access, nextNonce } = found
  const refused = core.judgeScope(operation, access) ?? judgeLogin(core, operation, access)
  return refused ?? core.allow(operation, access, nextNonce)
}

function judgeLogin(core: GuardCore, operation: Operation, access: Access): Refused | undefined {
  const { acr, maxAge } = operation
  if (acr.length > 0 && !acr.includes(access.acr ?? ''))
    return core.askForLogin(operation, access, `the user logged in by \`${access.acr ?? 'no known class'}\``)
  if (maxAge !== undefined && !isFresh(core.clock.now() - (access.authTime ?? Number.NEGATIVE_INFINITY), maxAge))
    return core.askForLogin(operation, access, `the user logged in more than ${maxAge} s ago, or nobody knows when`)
  return undefined
}

/** A login in the future, such as one in milliseconds, would be fresh for as long as it is ahead. */
function isFresh(age: number, maxAge: number): boolean {
  return age <= maxAge && age >= -greatestSkew
}
