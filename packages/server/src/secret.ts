import type { EpochSeconds } from '@ambit/protocol'
import type { FamilyId, SecretHash, SecretRef } from './ports/ids.ts'
import type { Clock, Crypto } from './ports/world.ts'

/** What secrets are for; the prefix lets a secret scanner and a reader of logs know them. */
export const secretPrefixes = {
  code: 'ac_',
  access_token: 'at_',
  refresh_token: 'rt_',
  session: 'se_',
  interaction: 'in_',
  browser: 'br_',
  pushed_request: 'pr_',
  device_code: 'dc_',
  backchannel_request: 'bc_',
  registration_token: 'rg_',
  initial_token: 'ia_',
  grant_id: 'gr_',
} as const

/** A kind of secret. */
export type SecretKind = keyof typeof secretPrefixes

/** A secret in clear, given out once, and where its record stands. */
export type MadeSecret = { readonly text: string; readonly ref: SecretRef }

type World = { readonly clock: Clock; readonly crypto: Crypto }

const bodyLength = 43
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const noValue = 0xff
/** The value of each character of the alphabet by its code. */
const values = Uint8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)) & 0xff)
const halfLocator = 64 ** 4

/**
 * Makes a secret of 210 random bits and a locator. The text is prefix, 8 characters of locator masked by random
 * characters that follow it, and 35 random characters: as random to look at as the rest.
 */
export function makeSecret(world: World, kind: SecretKind): MadeSecret {
  return composeSecret(world.crypto, kind, {
    locator: world.clock.millis(),
    body: world.crypto.random(27).slice(0, bodyLength - 8),
  })
}

/** Makes the `jti` of a JWT: like a secret without a prefix, so that the token's record is found as quickly. @spec RFC 7519 §4.1.7 */
export function makeJwtId({ clock, crypto }: World): { readonly jti: string; readonly locator: number } {
  const locator = clock.millis()
  const body = crypto.random(27).slice(0, bodyLength - 8)
  return { jti: mask(locator, body) + body, locator }
}

/** The locator that a `jti` of ours carries; `undefined` when it cannot be one. */
export function locatorOfJwtId(jti: string): number | undefined {
  return jti.length === bodyLength ? unmask(jti) : undefined
}

/**
 * The successor of a refresh token: from the presented secret and a salt that is kept with the spent record.
 * Whoever has only one of them can make nothing; whoever presents the same token again gets the same successor.
 */
export function deriveSuccessor(
  crypto: Crypto,
  presented: string,
  from: { readonly salt: string; readonly locator: number },
): MadeSecret {
  return deriveSecret(crypto, 'refresh_token', { key: from.salt, text: presented, locator: from.locator })
}

/** The one secret of a kind that a text has under a key: whoever lacks the key can neither make it nor tell what it is of. */
export function deriveSecret(
  crypto: Crypto,
  kind: SecretKind,
  from: { readonly key: string; readonly text: string; readonly locator: number },
): MadeSecret {
  const body = crypto.hmac(from.key, from.text).slice(0, bodyLength - 8)
  return composeSecret(crypto, kind, { locator: from.locator, body })
}

/** Where the record of a presented secret would stand; `undefined` when the text cannot be a secret of this kind. */
export function locateSecret(crypto: Crypto, kind: SecretKind, text: string): SecretRef | undefined {
  const prefix = secretPrefixes[kind]
  if (text.length !== prefix.length + bodyLength || !text.startsWith(prefix)) return undefined
  const locator = unmask(text.slice(prefix.length))
  return locator === undefined ? undefined : { locator, hash: crypto.hash(text) }
}

function composeSecret(
  crypto: Crypto,
  kind: SecretKind,
  parts: { readonly locator: number; readonly body: string },
): MadeSecret {
  const text = `${secretPrefixes[kind]}${mask(parts.locator, parts.body)}${parts.body}`
  return { text, ref: { locator: parts.locator, hash: crypto.hash(text) } }
}

function mask(locator: number, by: string): string {
  return maskHalf(Math.floor(locator / halfLocator), by, 0) + maskHalf(locator % halfLocator, by, 4)
}

// halves are integers of 24 bits, on which the processor can shift
function maskHalf(half: number, by: string, from: number): string {
  let masked = ''
  for (let index = 0; index < 4; index++)
    masked += alphabet[((half >>> (18 - 6 * index)) & 63) ^ valueAt(by, from + index)] ?? ''
  return masked
}

function unmask(body: string): number | undefined {
  let locator = 0
  for (let index = 0; index < 8; index++) {
    const value = valueAt(body, index)
    const mask = valueAt(body, index + 8)
    if (value === noValue || mask === noValue) return undefined
    locator = locator * 64 + (value ^ mask)
  }
  return locator
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? noValue
}

/**
 * Makes the id of a family, which is no secret: a random character, the second in which it begins, and 17 random characters.
 * So the ids of one time stand in 64 places of an index, and not each in a place of its own.
 */
export function makeFamilyId({ clock, crypto }: World): FamilyId {
  const random = crypto.random(14).slice(0, 18)
  return `${random.slice(0, 1)}${clock.now().toString(16)}${random.slice(1)}` as FamilyId
}

/** A hash as stored, from text that a record holds. */
export function secretHash(text: string): SecretHash {
  return text as SecretHash
}

/** The millisecond locators between which a request at this second may have stored something. */
export function locatorsAround(at: EpochSeconds, withinSeconds: number): readonly [number, number] {
  return [(at - 1) * 1000, (at + withinSeconds) * 1000]
}
