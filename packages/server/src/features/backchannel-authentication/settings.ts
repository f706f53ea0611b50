// OpenID Connect CIBA Core §4
import type { Seconds, SigningAlgorithm } from '@ambit/protocol'
import type { Sealing } from '../../keys/sealing.ts'
import type { UserRecord } from '../../ports/records.ts'

/** The grant type that a client redeems its request by. @spec OpenID Connect CIBA Core §10.1 */
export const cibaGrantType = 'urn:openid:params:grant-type:ciba'

/** Of the tickets, and of the interactions that carry them. */
export const requestKind = 'backchannel'

/** The page that tells what became of a request. */
export const donePath = '/backchannel/done'

/** How a client learns that it can fetch its tokens. @spec OpenID Connect CIBA Core §5 */
export type DeliveryMode = 'poll' | 'ping'

/** Whom a client means: a hint in a form that the operator has agreed on with the client. */
export type UserHint = {
  readonly kind: 'login_hint' | 'login_hint_token'
  readonly value: string
  readonly clientId: string
}

/** Finds out who is meant. @spec OpenID Connect CIBA Core §7.1 */
export type FindUser = (hint: UserHint) => Promise<{ readonly username: string } | 'unknown' | 'expired'>

/** Tells a user, by whatever way, that a request waits for them at an address. */
export type NotifyUser = (
  user: Pick<UserRecord, 'userId' | 'username' | 'claims'>,
  url: string,
  request: { readonly clientName: string; readonly bindingMessage?: string },
) => Promise<void>

/** How back-channel authentication behaves, with every default filled in. */
export type BackchannelSettings = {
  readonly ttl: Seconds
  readonly interval: Seconds
  readonly modes: readonly DeliveryMode[]
  readonly requireBindingMessage: boolean
  /** By which requests may be signed; none: they may not. */
  readonly signedRequests: readonly SigningAlgorithm[]
  readonly findUser?: FindUser
  readonly notify?: NotifyUser
  readonly sealing?: Sealing
}
