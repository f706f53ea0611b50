// RFC 7515 §5.2
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { FindKey } from './find-key.ts'
import { type HeaderRules, judgeHeader } from './jose-header.ts'
import type { StrictJws } from './strict-jws.ts'
import { badToken, type Unavailable } from './verification.ts'

/** Says that one key of the issuer signed a JWS as the wanted type of token, and for how many seconds that is believed. */
export type Signed = { readonly kind: 'signed'; readonly ttl: number }

/** What a JWS must be, and whose keys decide. */
export type JwsRules = HeaderRules & { readonly findKey: FindKey }

/**
 * Verifies that a JWS is of the wanted type and signed by a key of its issuer.
 * @spec RFC 7515 §5.2
 * @errors invalid_token: a header that is not wanted, no such key, or not its signature
 */
export async function verifyJws(
  { header, signed, signature }: StrictJws,
  rules: JwsRules,
): Promise<Signed | Refusal<'invalid_token'> | Unavailable> {
  const wanted = judgeHeader(header, rules)
  if (isRefusal(wanted)) return wanted
  const found = await rules.findKey(wanted)
  if (found.kind !== 'key') return found
  const isGood = await found.check(signed, signature)
  if (!isGood) return refuse('invalid_token', badToken, 'the signature is not by the key that the header names')
  return { kind: 'signed', ttl: found.ttl }
}
