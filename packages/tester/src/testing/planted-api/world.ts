import type { Authority } from './authority.ts'
import type { Has } from './defects.ts'
import type { KeySet } from './key-set.ts'
import type { Shop } from './shop.ts'

/** Claims of a token, by name. */
export type Claims = Readonly<Record<string, unknown>>

/** Everything that an answer depends on. */
export type World = {
  readonly origin: string
  readonly has: Has
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Lets time pass where a defect costs some. */
  readonly wait: (milliseconds: number) => Promise<void>
  /** Fetches what a token names, where a defect makes the API do so. */
  readonly fetchText: (url: string) => Promise<string | undefined>
  /** The issuers that are trusted, with their keys. */
  readonly issuers: ReadonlyMap<string, KeySet>
  readonly authority: Authority
  readonly shop: Shop
  /** Proofs that were seen, by their `jti`. */
  readonly seenProofs: Set<string>
  readonly badTokens: { inARow: number }
}

/** The answer to a token or proof: its claims, or why it is not good. */
export type Verified = { readonly kind: 'good'; readonly claims: Claims } | Bad | Unavailable
/** Why something is not good. */
export type Bad = { readonly kind: 'bad'; readonly why: string }
/** Nobody could be asked. */
type Unavailable = { readonly kind: 'unavailable'; readonly why: string }

/** Tells why something is not good. */
export function bad(why: string): Bad {
  return { kind: 'bad', why }
}

/** Reads a JSON object; `undefined` where it is none. */
export function readJsonObject(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Decodes base64url to text. */
export function decodeText(part: string): string {
  return Buffer.from(part, 'base64url').toString()
}
