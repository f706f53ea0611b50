// RFC 8628 §3.1, §3.2, §3.4
import type { Judgement } from '../../catalogue/test-case.ts'
import type { UserConduct } from '../../run/probe-context.ts'
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { numberIn, textIn } from '../../tokens/json-object.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { inconclusive } from '../resource/guarded-call.ts'
import type { ServerContext } from './server-trial.ts'
import { askedByUser } from './token-ask.ts'
import { serverOf, tokenRequest } from './token-grant.ts'
import { answerOf, answerWords } from './token-refusal.ts'

/** The grant of devices. */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** What a device got to begin with. */
export type DeviceStart = {
  readonly deviceCode: Secret
  readonly userCode: Secret
  /** Where the user goes, without the code in it. */
  readonly address: string
  /** Seconds. */
  readonly interval: number
  readonly expiresIn: number
  readonly scope: readonly string[]
}

/** Begins as a device does. @spec RFC 8628 §3.1, §3.2 */
export async function beginDevice(context: ServerContext, client: TestClient): Promise<DeviceStart | Judgement> {
  const pairs = askedByUser(client, context.target, serverOf(context))
  const exchange = await context.send(context.server.formRequest('device_authorization_endpoint', pairs, client))
  const answer = answerOf(exchange) ?? {}
  const deviceCode = textIn(answer, 'device_code')
  const userCode = textIn(answer, 'user_code')
  const address = textIn(answer, 'verification_uri')
  if (deviceCode === undefined || userCode === undefined || address === undefined)
    return inconclusive(`a good request of a device was not taken: ${answerWords(exchange)}`, exchange)
  return {
    deviceCode: context.secrets.secret('device code', deviceCode),
    userCode: context.secrets.secret('user code', userCode),
    address,
    interval: numberIn(answer, 'interval') ?? 5,
    expiresIn: numberIn(answer, 'expires_in') ?? 0,
    scope: pairs.filter(([name]) => name === 'scope').flatMap(([, value]) => value.split(' ')),
  }
}

/** Asks once whether the user has answered. @spec RFC 8628 §3.4 */
export function poll(context: ServerContext, client: TestClient, { deviceCode }: DeviceStart): Promise<Exchange> {
  const pairs = [
    ['grant_type', deviceGrant],
    ['device_code', deviceCode.reveal()],
  ] as const
  return context.send(tokenRequest(context, client, pairs))
}

/** Sends the user to enter a code. @spec RFC 8628 §3.3 */
export function enterCode(
  context: ServerContext,
  { address, userCode, scope }: Pick<DeviceStart, 'address' | 'userCode' | 'scope'>,
  conduct: UserConduct = {},
) {
  return context.server.visit(address, { ...conduct, userCode: userCode.reveal(), scope })
}
