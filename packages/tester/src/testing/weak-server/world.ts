import { randomBytes } from 'node:crypto'
import type { KeyPair } from '../../target/target.ts'
import type { Has } from './defects.ts'

/** A client, as the server has it registered. */
export type WeakClient = {
  readonly clientId: string
  readonly name: string
  readonly method:
    | 'none'
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'private_key_jwt'
    | 'self_signed_tls_client_auth'
  readonly secret?: string
  readonly publicJwk?: JsonWebKey
  readonly certificate?: string
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  readonly grantTypes: readonly string[]
  readonly scope: readonly string[]
  readonly mayIntrospect: boolean
  readonly requiresPar: boolean
  /** Whether it registered itself, so that nobody vouches for it. */
  readonly isStranger: boolean
  /** By which a registration is read and deleted. @spec RFC 7592 §3 */
  readonly registrationToken?: string
}

/** A user. */
type WeakUser = { readonly sub: string; readonly username: string; readonly password: string }

/** What a user allowed a client, with everything that came of it. */
export type Grant = {
  readonly id: string
  /** Absent where the client acts for itself. */
  readonly sub?: string
  readonly clientId: string
  readonly scope: readonly string[]
  readonly resources: readonly string[]
  readonly nonce?: string
  readonly authTime?: number
  isRevoked: boolean
}

/** A code that waits for its client. */
export type CodeRecord = {
  readonly grant: Grant
  /** As it was sent; absent where it was not. */
  readonly redirectUri?: string
  readonly challenge?: string
  readonly challengeMethod?: string
  /** The key that it is bound to. @spec RFC 9449 §10 */
  readonly jkt?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  isSpent: boolean
}

/** A token that was given out. */
export type TokenRecord = {
  readonly kind: 'access' | 'refresh'
  readonly grant: Grant
  readonly scope: readonly string[]
  readonly audience: readonly string[]
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
  readonly jkt?: string
  isRevoked: boolean
  /** Of a refresh token that was rotated. */
  isSpent: boolean
}

/** A request to authorize that a user has not answered yet. */
export type Interaction = {
  readonly id: string
  readonly parameters: ReadonlyMap<string, string>
  readonly client: WeakClient
  readonly redirectUri: string
  readonly scope: readonly string[]
  /** The browser that it began in. */
  readonly browser: string
  readonly csrf: string
}

/** What a device waits for. */
export type DeviceRecord = {
  readonly userCode: string
  readonly clientId: string
  readonly scope: readonly string[]
  readonly expiresAt: number
  /** When it asked last. */
  polledAt: number
  /** Seconds. */
  interval: number
  answer: 'pending' | 'allowed' | 'denied' | 'spent'
  sub?: string
}

/** Everything that the server remembers. */
export type WeakState = {
  readonly clients: Map<string, WeakClient>
  readonly users: readonly WeakUser[]
  /** By the value of the cookie. */
  readonly sessions: Map<string, { readonly sub: string; readonly authTime: number }>
  readonly interactions: Map<string, Interaction>
  readonly codes: Map<string, CodeRecord>
  readonly tokens: Map<string, TokenRecord>
  readonly grants: Grant[]
  readonly devices: Map<string, DeviceRecord>
  readonly pushed: Map<
    string,
    { readonly clientId: string; readonly parameters: ReadonlyMap<string, string>; readonly expiresAt: number }
  >
  /** What users agreed to: scopes by `sub client_id`. */
  readonly consents: Map<string, Set<string>>
  /** `jti` of proofs and assertions. */
  readonly seen: Set<string>
  /** Wrong attempts by what they were about. */
  readonly failures: Map<string, { count: number; since: number }>
}

/** What endpoints work with. */
export type WeakWorld = {
  readonly issuer: string
  readonly state: WeakState
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly has: Has
  readonly signingKey: KeyPair
  readonly decoyKey: KeyPair
  /** Fetches an address, as a careless server would. */
  readonly fetchText: (url: string) => Promise<string | undefined>
}

/** A text of 256 bits that nobody guesses. */
export function unguessable(): string {
  return randomBytes(32).toString('base64url')
}

/** The tokens of a scope value. */
export function scopeOf(text: string | null | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter(token => token !== ''))]
}
