import type { EpochSeconds, SigningAlgorithm } from '@ambit/protocol'
import type { SecretHash, UserId } from './ids.ts'

/** Time as an argument. */
export type Clock = {
  readonly now: () => EpochSeconds
  /** Milliseconds since the epoch, for locators and latencies. */
  readonly millis: () => number
}

/** Randomness, hashing and comparison as arguments; the Node implementation stands in `node/crypto.ts`. */
export type Crypto = {
  /** `length` random bytes as base64url text. */
  readonly random: (length: number) => string
  /** SHA-256 of the UTF-8 text, base64url. */
  readonly hash: (text: string) => SecretHash
  /** HMAC-SHA-256, key and text as UTF-8, base64url. */
  readonly hmac: (key: string, text: string) => string
  /** Compares two texts in a time that does not depend on where they differ. */
  readonly isEqual: (a: string, b: string) => boolean
}

/** Passwords: slow hashes, made and compared off the event loop. */
export type Passwords = {
  readonly hash: (password: string) => Promise<string>
  readonly verify: (password: string, hash: string) => Promise<boolean>
}

/** One-time codes by the clock, as authenticator apps show them; the Node implementation stands in `node/one-time-codes.ts`. */
export type OneTimeCodes = {
  /** Makes a secret: sealed for the user's record, and in base32 for the app, shown once. */
  readonly enrol: (userId: UserId) => { readonly sealedSecret: string; readonly secret: string }
  /** The time step of which a code is, at most one before or after the present one; `undefined` when of none. @spec RFC 6238 §5.2 */
  readonly findStep: (
    enrolled: { readonly userId: UserId; readonly sealedSecret: string },
    code: string,
    at: EpochSeconds,
  ) => number | undefined
}

/** Signs; keys rotate behind it without a restart. */
export type Signer = {
  /** A compact JWS over the claims, signed with the algorithm's active key. @spec RFC 7515 §7.1 */
  readonly sign: (claims: object, options: { readonly typ: string; readonly algorithm: SigningAlgorithm }) => string
  /** The claims of a compact JWS that one of our own keys signed, whatever its expiry; `undefined` when none did. */
  readonly verifyOwn: (jws: string, typ: string) => Promise<Readonly<Record<string, unknown>> | undefined>
  /** What the JWKS endpoint serves now. @spec RFC 7517 §5 */
  readonly jwks: () => { readonly keys: readonly JsonWebKey[] }
  readonly algorithms: readonly SigningAlgorithm[]
  /**
   * Reads the keys again where they were read longer ago than so many milliseconds; `undefined` where they were not. Without an
   * age: longer than a process that runs leaves them, so that one that was paused does not go on with keys of before. Never
   * rejects: while they cannot be read, those of before serve.
   */
  readonly reread?: (olderThan?: number) => Promise<void> | undefined
}

/** A request to an address that a stranger named. */
export type OutboundRequest = {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The most bytes of body that are read. */
  readonly maxBytes: number
  /** How long the whole may take, in milliseconds. */
  readonly timeoutMillis: number
}

/** What came back. */
export type OutboundResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Reaches out to an address that a stranger named, and to no other: https only, no private, loopback or link-local address,
 * the address that was checked is the one that is called, no redirects, size and time limited. The Node implementation stands
 * in `node/outbound.ts`.
 * @errors `OutboundError` with a reason for the operator
 */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>
