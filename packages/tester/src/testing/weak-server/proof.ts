// RFC 9449 §4.3
import { thumbprintOf } from '../../node/dpop-proof.ts'
import { splitJws } from '../../node/forge-jws.ts'
import { fieldValues } from '../../wire/exchange.ts'
import { isSignedBy, splitToken } from '../planted-api/verify-signature.ts'
import { isObject } from '../planted-api/world.ts'
import type { WeakRequest } from './message.ts'
import type { WeakWorld } from './world.ts'

/** What came of the proof of a request: the key's thumbprint, what is wrong, or nothing where none came. */
export type Proven = { readonly jkt?: string } | { readonly problem: string }

/** Verifies the proof of a request. @spec RFC 9449 §4.3 */
export function verifyProof({ sent }: WeakRequest, { state, now, has }: WeakWorld): Proven {
  const proofs = fieldValues(sent.headers, 'dpop')
  const [text, ...more] = proofs
  if (text === undefined) return {}
  const jws = splitToken(text)
  if ((more.length > 0 && !has('proof-unverified')) || jws === undefined) return { problem: 'one proof is wanted' }
  const { typ, alg, jwk } = jws.header
  if (typ !== 'dpop+jwt' || alg !== 'ES256' || !isObject(jwk) || 'd' in jwk)
    return { problem: 'the proof is malformed' }
  if (!isSignedBy(jwk, alg, jws) && !has('proof-unverified')) return { problem: 'the proof is not signed by its key' }
  const { htm, htu, iat, jti } = splitJws(text)?.payload ?? {}
  const isHere = htm === sent.method && htu === `${sent.origin}${sent.target.split('?')[0]}`
  if (!isHere && !has('proof-elsewhere')) return { problem: 'the proof is for another request' }
  if (typeof iat !== 'number' || Math.abs(iat - now() / 1000) > 60) return { problem: 'the proof is too old' }
  const isSeen = typeof jti === 'string' && state.seen.has(`proof ${jti}`) && !has('proof-replayed')
  if (typeof jti !== 'string' || isSeen) return { problem: 'the proof was seen before' }
  state.seen.add(`proof ${jti}`)
  return { jkt: thumbprintOf(jwk) }
}
