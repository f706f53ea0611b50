// RFC 9449 §4.3, §7; RFC 8705 §3
import { createHash, X509Certificate } from 'node:crypto'
import { fieldValues, type SentRequest } from '../../wire/exchange.ts'
import { isSignedBy, splitToken } from './verify-signature.ts'
import { type Claims, isObject, readJsonObject, type World } from './world.ts'

/** What a proof is judged with. */
export type Held = {
  readonly request: SentRequest
  readonly scheme: 'bearer' | 'dpop'
  readonly token: string
  readonly claims: Claims
}

/** Why the sender does not hold what the token is bound to; `undefined` where it does. */
export type Unproven = {
  readonly error: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce'
  readonly why: string
}

/** Whether the sender holds what the token is bound to. */
export function problemOfBinding(world: World, held: Held): Unproven | undefined {
  const cnf = isObject(held.claims['cnf']) ? held.claims['cnf'] : {}
  return problemOfCertificate(world, held, cnf['x5t#S256']) ?? problemOfKey(world, held, cnf['jkt'])
}

/** @spec RFC 8705 §3 */
function problemOfCertificate({ has }: World, { request }: Held, wanted: unknown): Unproven | undefined {
  if (wanted === undefined || has('certificate-ignored')) return undefined
  if (has('certificate-from-header') && fieldValues(request.headers, 'x-client-cert').length > 0) return undefined
  const shown = request.certificate && thumbprintOfCertificate(request.certificate.certificate)
  return shown === wanted ? undefined : { error: 'invalid_token', why: 'the token is bound to another certificate' }
}

/** The thumbprint of a certificate. @spec RFC 8705 §3.1 */
function thumbprintOfCertificate(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
}

function problemOfKey(world: World, held: Held, jkt: unknown): Unproven | undefined {
  const { has } = world
  const isBound = typeof jkt === 'string'
  if (held.scheme === 'bearer') {
    if (!isBound || has('bound-as-bearer')) return undefined
    return { error: 'invalid_token', why: 'the token is bound to a key; the scheme `DPoP` and a proof are wanted' }
  }
  if (!isBound) return { error: 'invalid_token', why: 'the token is bound to no key' }
  const proofs = fieldValues(held.request.headers, 'dpop')
  if (proofs.length === 0 && has('proof-optional')) return undefined
  const [proof, ...more] = proofs
  if (proof === undefined || (more.length > 0 && !has('two-proofs'))) return unproven('one proof is wanted')
  if (has('any-nonce') && nonceIn(proof) === undefined)
    return { error: 'use_dpop_nonce', why: 'a nonce of this API is wanted in the proof' }
  const why = problemOfProof(world, held, { proof, jkt })
  return why === undefined ? undefined : unproven(why)
}

function nonceIn(proof: string): unknown {
  const jws = splitToken(proof)
  return jws && readJsonObject(jws.payload)?.['nonce']
}

function unproven(why: string): Unproven {
  return { error: 'invalid_dpop_proof', why }
}

type Proof = { readonly proof: string; readonly jkt: string }

/** The checks of a proof, one after the other. @spec RFC 9449 §4.3 */
function problemOfProof(world: World, held: Held, { proof, jkt }: Proof): string | undefined {
  const { has } = world
  const jws = splitToken(proof)
  const claims = jws && readJsonObject(jws.payload)
  if (jws === undefined || claims === undefined) return 'the proof is no JWT'
  const { typ, alg, jwk } = jws.header
  if (typ !== 'dpop+jwt' && !(typ === undefined && has('proof-members-optional'))) return 'the proof is of another type'
  if (!isObject(jwk)) return 'the proof has no key'
  if ('d' in jwk && !has('proof-with-private-key')) return 'the proof shows a private key'
  const isUnsigned = has('proof-unsigned') && (/^none$/i.test(String(alg)) || String(alg).startsWith('HS'))
  if (!isUnsigned && (alg !== 'ES256' || !isSignedBy(jwk, alg, jws))) return 'the proof is not signed by its key'
  if (thumbprintOfKey(jwk) !== jkt && !has('proof-by-any-key')) return 'the token is bound to another key'
  return problemOfProofClaims(world, held, claims)
}

function problemOfProofClaims(world: World, { request, token }: Held, claims: Claims): string | undefined {
  const { has, now, seenProofs } = world
  const { jti, htm, htu, iat, ath } = claims
  const isLeft = (claim: unknown) => claim === undefined && has('proof-members-optional')
  const digest = createHash('sha256').update(token).digest('base64url')
  if (htm !== request.method && !isLeft(htm) && !has('proof-for-any-method')) return 'the proof is for another method'
  if (!isThisPlace(request, htu) && !isLeft(htu) && !has('proof-for-any-place')) return 'the proof is for another place'
  if (ath !== digest && !isLeft(ath) && !has('proof-for-any-token')) return 'the proof is for another token'
  const isTimely = typeof iat === 'number' && Math.abs(iat - now() / 1000) <= 60
  if (!isTimely && !isLeft(iat) && !(typeof iat === 'number' && has('proof-of-any-age'))) return 'the proof is too old'
  if (isLeft(jti)) return undefined
  if (typeof jti !== 'string' || jti === '') return 'the proof has no `jti`'
  if (seenProofs.has(jti) && !has('proof-replayed')) return 'the proof was seen before'
  seenProofs.add(jti)
  return undefined
}

/** Compares without query and fragment. @spec RFC 9449 §4.3 */
function isThisPlace({ origin, target }: SentRequest, htu: unknown): boolean {
  if (typeof htu !== 'string' || !URL.canParse(htu)) return false
  const claimed = new URL(htu)
  return `${claimed.origin}${claimed.pathname}` === `${origin}${target.split('?')[0]}`
}

/** The thumbprint of a key. @spec RFC 7638 §3 */
function thumbprintOfKey({ kty, crv, x, y, e, n }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, e, kty, n, x, y })).digest('base64url')
}
