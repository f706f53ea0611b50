// RFC 8628 §3.1, §3.2, §3.4, §3.5

import type { UserConduct } from '../run/probe-context.ts'
import type { TestClient } from '../target/target.ts'
import { clientRequest } from './client-authentication.ts'
import type { Pair } from './endpoint-request.ts'
import type { FrontChannel } from './front-channel.ts'
import { numberIn, parseJsonObject, textIn } from './json-object.ts'
import { isSecureUrl } from './secure-url.ts'
import type { ServerAccess } from './server-access.ts'
import { type Asker, requestTokens } from './token-request.ts'
import type { IssuedTokens, IssueRefusal } from './token-response.ts'

/** What a device asks for, and how its user behaves. */
export type DeviceWish = Asker & {
  readonly pairs: readonly Pair[]
  readonly scope: readonly string[]
  readonly conduct: UserConduct
}

/** What the server told the device. @spec RFC 8628 §3.2 */
type DeviceGrant = {
  readonly deviceCode: string
  readonly address: string
  readonly userCode: string
  /** Seconds. */
  readonly interval: number
  readonly expiresIn: number
}

/** Seconds between two questions that anybody waits for, and for which anybody goes on asking, whatever the server says. */
const longestInterval = 300
const longestLife = 1800

/** Gets tokens by the device flow; the user is sent to the verification page with the code filled in. @spec RFC 8628 §3 */
export async function deviceFlow(
  wish: DeviceWish,
  access: ServerAccess,
  front: FrontChannel,
): Promise<IssuedTokens | IssueRefusal> {
  const grant = await beginDevice(wish, access)
  if ('kind' in grant) return grant
  const visited = await front.visit(grant.address, {
    ...wish.conduct,
    scope: wish.scope,
    redirectUris: [],
    userCode: grant.userCode,
  })
  if (visited.kind === 'stuck') return refused(`the user could not enter the code: ${visited.reason}`)
  const isElsewhere =
    visited.kind === 'redirected' && URL.parse(visited.location)?.href === URL.parse(grant.address)?.href
  if (isElsewhere)
    return refused('the address where the user enters the code belongs neither to the server nor to its login pages')
  return pollUntilDone(grant, wish, access)
}

async function beginDevice(
  { client, pairs }: { readonly client: TestClient; readonly pairs: readonly Pair[] },
  access: ServerAccess,
): Promise<DeviceGrant | IssueRefusal> {
  const exchange = await access.send(clientRequest('device_authorization_endpoint', pairs, client, access))
  if (exchange.kind === 'failed') return refused('the device authorization endpoint gave no answer', true)
  const { status, body } = exchange.response
  const answer = parseJsonObject(body)
  if (status !== 200 || answer === undefined)
    return refused(`the device authorization endpoint answered ${status}`, status === 429 || status === 503)
  const deviceCode = textIn(answer, 'device_code')
  const userCode = textIn(answer, 'user_code')
  const plain = textIn(answer, 'verification_uri')
  if (deviceCode === undefined || userCode === undefined || plain === undefined)
    return refused(
      'the device authorization endpoint answered without `device_code`, `user_code` or `verification_uri`',
    )
  const address = textIn(answer, 'verification_uri_complete') ?? plain
  if (!isSecureUrl(address)) return refused('the address where the user enters the code is not https')
  return {
    deviceCode: access.secrets.secret('device code', deviceCode).reveal(),
    address,
    userCode: access.secrets.secret('user code', userCode).reveal(),
    interval: between(1, numberIn(answer, 'interval') ?? 5, longestInterval),
    expiresIn: between(0, numberIn(answer, 'expires_in') ?? 300, longestLife),
  }
}

/** Polls no faster than it may, five seconds slower whenever it is told so, and not beyond the code's end. @spec RFC 8628 §3.5 */
async function pollUntilDone(
  { deviceCode, interval, expiresIn }: DeviceGrant,
  asker: Asker,
  access: ServerAccess,
): Promise<IssuedTokens | IssueRefusal> {
  const endsAt = access.now() + expiresIn * 1000
  const pairs: readonly Pair[] = [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['device_code', deviceCode],
  ]
  let pause = interval
  for (;;) {
    await access.wait(pause * 1000, access.signal)
    if (access.signal?.aborted === true) return refused('the run is over')
    if (access.now() >= endsAt) return refused('the device code expired before the user was done')
    const answer = await requestTokens(pairs, asker, access)
    if (answer.kind === 'tokens') return answer
    if (answer.error === 'slow_down') pause += 5
    else if (answer.error !== 'authorization_pending' && !answer.isTemporary) return answer
  }
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}

function refused(reason: string, isTemporary = false): IssueRefusal {
  return { kind: 'refused', reason, isTemporary }
}
