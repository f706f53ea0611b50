// RFC 9101 §4, §6
import { splitJws } from '../../node/forge-jws.ts'
import { isSignedBy, splitToken } from '../planted-api/verify-signature.ts'
import type { WeakWorld } from './world.ts'

/** The parameters of a request object, which stand instead of those beside it; or what is wrong with it. @spec RFC 9101 §6.3 */
export function readRequestObject(
  text: string,
  plain: ReadonlyMap<string, string>,
  { state, issuer, now, has }: WeakWorld,
): { readonly parameters: ReadonlyMap<string, string>; readonly isPushed: boolean } | { readonly problem: string } {
  const jws = splitToken(text)
  const key = state.clients.get(plain.get('client_id') ?? '')?.publicJwk
  const isSigned =
    jws !== undefined && key !== undefined && jws.header['alg'] === 'ES256' && isSignedBy(key, 'ES256', jws)
  if (!isSigned && !has('object-unsigned'))
    return { problem: 'invalid_request_object: the request object is not signed by the client' }
  const claims = splitJws(text)?.payload ?? {}
  const { exp, aud, iss, client_id: clientId } = claims
  const isInTime = typeof exp === 'number' && exp > now() / 1000
  if (!isInTime && !has('object-expired')) return { problem: 'invalid_request_object: it is over' }
  if (aud !== issuer && !(Array.isArray(aud) && aud.includes(issuer)) && !has('object-anywhere'))
    return { problem: 'invalid_request_object: it is for somebody else' }
  if (iss !== clientId || clientId !== plain.get('client_id'))
    return { problem: 'invalid_request_object: it is of somebody else' }
  const texts = Object.entries(claims).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  const inside = texts.filter(([name]) => !['iss', 'aud', 'jti'].includes(name))
  const outside = [...plain].filter(([name]) => name !== 'request')
  return { parameters: new Map(has('outside-wins') ? [...inside, ...outside] : inside), isPushed: false }
}
