// RFC 7515 §4.1.4, RFC 8725 §3.8
import { type Refusal, refuse } from '@ambit/protocol'
import type { CheckSignature } from './signature-algorithms.ts'
import type { SignatureKey, WantedKey } from './signature-keys.ts'
import { quoteJson } from './strict-json.ts'
import { badToken, type Unavailable } from './verification.ts'

/** A key that was found, as what checks signatures by it. */
export type FoundKey = {
  readonly kind: 'key'
  readonly check: CheckSignature
  /** How many seconds what it signed is believed without asking again whether it still is a key of the issuer. */
  readonly ttl: number
}

/** Finds the one key of an issuer that a header announces. */
export type FindKey = (wanted: WantedKey) => Promise<FoundKey | Refusal<'invalid_token'> | Unavailable>

/**
 * Chooses the one key of a set that fits; where the set changes, for some seconds only.
 * @errors invalid_token: none fits, several do, or the one that fits is malformed
 */
export async function chooseKey(
  keys: readonly SignatureKey[],
  wanted: WantedKey,
  ttl = Number.POSITIVE_INFINITY,
): Promise<FoundKey | Refusal<'invalid_token'>> {
  const [key, ...others] = keys.filter(each => each.fits(wanted))
  if (key === undefined) return refuse('invalid_token', badToken, `the issuer has no key for ${describe(wanted)}`)
  if (others.length > 0) return refuse('invalid_token', badToken, `several keys of the issuer fit ${describe(wanted)}`)
  try {
    return { kind: 'key', check: await key.checkBy(wanted.alg), ttl }
  } catch {
    return refuse('invalid_token', badToken, `the issuer's key for ${describe(wanted)} is malformed`)
  }
}

function describe({ alg, kid }: WantedKey): string {
  return `\`alg\` ${alg} and ${kid === undefined ? 'no `kid`' : `\`kid\` ${quoteJson(kid)}`}`
}
