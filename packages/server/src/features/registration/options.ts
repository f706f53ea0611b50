// RFC 7591 §1.2, §2.3, §3
import { type Seconds, seconds } from '@ambit/protocol'
import type { RegistrationPolicy } from '../../client/registered-metadata/policy.ts'

/** Who may sign software statements, and the keys by which that is known. @spec RFC 7591 §2.3 */
export type SoftwareStatementIssuer = {
  /** As `iss` of its statements has it. */
  readonly issuer: string
  readonly jwks: { readonly keys: readonly JsonWebKey[] }
}

/** What strangers can cause at the most. */
export type RegistrationLimits = {
  /** How many registrations without an initial access token one network may send within an hour. */
  readonly perNetwork: number
  /** How many clients there may be that no configuration file declares and no document describes; the oldest unused make room for new ones. */
  readonly clients: number
  /** A client that got no token for so long since it registered is removed. */
  readonly unusedTtl: Seconds
}

/** How clients register themselves. */
export type RegistrationOptions = {
  /** Whether anybody may register, or only who was invited. @spec RFC 7591 §3 */
  readonly access: 'open' | 'initial_token'
  readonly policy: RegistrationPolicy
  readonly limits?: Partial<RegistrationLimits>
  /** Whether a client may read, change and delete itself; yes, where it is left out. @spec RFC 7592 */
  readonly management?: boolean
  /** Whose software statements are believed; without it they are not looked at. @spec RFC 7591 §2.3 */
  readonly softwareStatements?: {
    readonly issuers: readonly SoftwareStatementIssuer[]
    /** Whether nobody registers without one. */
    readonly isRequired?: boolean
  }
}

/** Options with their defaults. */
export type RegistrationSettings = RegistrationOptions & {
  readonly limits: RegistrationLimits
  readonly management: boolean
}

/** The longest metadata that are read, in characters: what a stranger can have stored. */
export const longestMetadata = 32_768

const defaultLimits: RegistrationLimits = {
  perNetwork: 20,
  clients: 10_000,
  unusedTtl: seconds(30 * 86_400),
}

/** Completes the options. */
export function completeOptions(options: RegistrationOptions): RegistrationSettings {
  return { ...options, limits: { ...defaultLimits, ...options.limits }, management: options.management ?? true }
}
