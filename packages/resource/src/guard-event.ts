import type { Explanation } from '@ambit/policy'
import type { Access, Principal } from './access.ts'

/**
 * What a guard decided, for logs, metrics and reports. No member can hold a token, a proof or a secret.
 */
export type GuardEvent = {
  readonly kind: 'allowed' | 'refused'
  /** The action of a policy, or the scope that was needed. */
  readonly operation: string
  /** What the client was answered; absent where it was let through. */
  readonly status?: number
  readonly error?: string
  /** Why, in the operator's words; absent where it was let through. */
  readonly reason?: string
  /** Who sent the request, where the token was good. */
  readonly issuer?: string
  readonly principal?: Principal
  readonly clientId?: string
  /** The scope-tokens of the access token by which the call was allowed. */
  readonly usedScope: readonly string[]
  /** Tells each rule of the policy with the values that it compared, where a policy decided; worked out when asked. */
  readonly explain?: () => Explanation | Promise<Explanation>
  /** When, in seconds since the epoch. */
  readonly at: number
}

/** Hears what a guard decides; it is called within the request and must be quick. */
export type ObserveGuard = (event: GuardEvent) => void

/** What an event tells of who sent the request. */
export function senderOf(access: Access | undefined): Pick<GuardEvent, 'issuer' | 'principal' | 'clientId'> {
  if (access === undefined) return {}
  const { issuer, principal, clientId } = access
  return { issuer, principal, ...(clientId !== undefined && { clientId }) }
}
