// RFC 7515 §5.2, RFC 8725 §3
import { constants, createHmac, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto'
import type { KeySet, PublishedKey } from './key-set.ts'
import { type Claims, decodeText, isObject, readJsonObject, type World } from './world.ts'

/** A token, taken apart. */
export type Jws = {
  readonly header: Claims
  /** What was signed. */
  readonly input: string
  readonly signature: string
}

const allowed = new Set(['ES256', 'RS256'])

/** Whether a token is signed as it must be, or as a defect lets it. */
export async function isSigned(world: World, jws: Jws, keySets: readonly KeySet[]): Promise<boolean> {
  const { has } = world
  const alg = String(jws.header['alg'])
  if (has('signature-ignored')) return true
  if (/^none$/i.test(alg)) return has('alg-none') && jws.signature === ''
  if (has('zero-signature') && /^A*$/.test(jws.signature)) return true
  if (alg.startsWith('HS'))
    return secretsOf(world, jws, keySets).some(secret => hmac(alg, secret, jws.input) === jws.signature)
  if (has('kid-is-path') && String(jws.header['kid']).includes('/'))
    throw new TypeError('the file of the key cannot be read')
  for (const key of await foreignKeys(world, jws.header)) if (isSignedBy(key, alg, jws)) return true
  const key = keySets.map(({ find }) => find(jws.header['kid'])).find(found => found !== undefined)
  return key !== undefined && mayBeUsed(world, key, alg) && isSignedBy(keyObject(key.publicJwk), alg, jws)
}

function mayBeUsed({ has }: World, key: PublishedKey, alg: string): boolean {
  if (key.role !== 'signing' && key.role !== 'retired') return has('any-key-of-set')
  if (has('any-algorithm') && key.alg === 'RS256') return true
  return key.alg === alg && allowed.has(alg)
}

/** Secrets by which HS256 would be good; a careful API knows none. */
function secretsOf({ has }: World, { header }: Jws, keySets: readonly KeySet[]): readonly (string | Uint8Array)[] {
  const published = has('public-key-as-secret')
    ? keySets.flatMap(({ all }) => all()).flatMap(({ publicJwk }) => textsOf(publicJwk))
    : []
  const weak = has('weak-secret') ? ['secret'] : []
  const emptyFile = has('kid-is-path') && String(header['kid']).includes('/') ? [''] : []
  return [...published, ...weak, ...emptyFile]
}

function textsOf(jwk: JsonWebKey): readonly (string | Uint8Array)[] {
  const key = keyObject(jwk)
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  return [pem, pem.trim(), key.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk)]
}

function hmac(alg: string, secret: string | Uint8Array, input: string): string {
  return createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')
}

/** Keys that the token itself brings or names. */
async function foreignKeys({ has, fetchText }: World, { jwk, jku, x5u, x5c }: Claims): Promise<readonly KeyObject[]> {
  const found: KeyObject[] = []
  if (has('embedded-key') && isObject(jwk)) found.push(keyObject(jwk))
  if (has('jku-followed'))
    for (const url of [jku, x5u]) if (typeof url === 'string') found.push(...keysIn((await fetchText(url)) ?? ''))
  if (has('x5c-trusted') && Array.isArray(x5c))
    found.push(new X509Certificate(Buffer.from(String(x5c[0]), 'base64')).publicKey)
  return found
}

function keysIn(text: string): readonly KeyObject[] {
  if (text.includes('BEGIN CERTIFICATE')) return [new X509Certificate(text).publicKey]
  const keys = readJsonObject(text)?.['keys']
  return Array.isArray(keys) ? keys.filter(isObject).map(keyObject) : []
}

const keyObjects = new WeakMap<JsonWebKey, KeyObject>()

function keyObject(jwk: JsonWebKey): KeyObject {
  const known = keyObjects.get(jwk)
  if (known !== undefined) return known
  const { kty, crv, x, y, n, e } = jwk
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined)
  const made = createPublicKey({ key: Object.fromEntries(members), format: 'jwk' })
  keyObjects.set(jwk, made)
  return made
}

/** The same token comes many times, and its signature stays what it is. */
const verdicts = new WeakMap<KeyObject, Map<string, boolean>>()
const mostVerdicts = 2000

/** Whether a text is signed by a key; false where key and algorithm do not go together. */
export function isSignedBy(key: KeyObject | JsonWebKey, alg: string, { input, signature }: Jws): boolean {
  const publicKey = 'kty' in key ? keyObject(key) : toKeyObject(key)
  const options = optionsOf(publicKey.asymmetricKeyType ?? '', alg)
  if (options === undefined) return false
  const known = verdicts.get(publicKey) ?? new Map<string, boolean>()
  verdicts.set(publicKey, known)
  const text = `${alg} ${input}.${signature}`
  const hash = alg === 'EdDSA' ? null : `sha${alg.slice(2)}`
  const check = () =>
    verify(hash, Buffer.from(input), { key: publicKey, ...options }, Buffer.from(signature, 'base64url'))
  const verdict = known.get(text) ?? check()
  if (known.size < mostVerdicts) known.set(text, verdict)
  return verdict
}

function toKeyObject(key: KeyObject | JsonWebKey): KeyObject {
  if ('export' in key) return key
  throw new TypeError('a key is wanted')
}

function optionsOf(type: string, alg: string): object | undefined {
  if (type === 'ec' && /^ES(256|384|512)$/.test(alg)) return { dsaEncoding: 'ieee-p1363' }
  if (type === 'rsa' && /^RS(256|384|512)$/.test(alg)) return { padding: constants.RSA_PKCS1_PADDING }
  if (type === 'rsa' && /^PS(256|384|512)$/.test(alg))
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  return type === 'ed25519' && alg === 'EdDSA' ? {} : undefined
}

/** Takes three parts apart; `undefined` where the first is no JSON object in base64url. */
export function splitToken(token: string): (Jws & { readonly payload: string }) | undefined {
  const [head = '', payload = '', signature = '', ...more] = token.split('.')
  const header = readJsonObject(decodeText(head))
  if (more.length > 0 || header === undefined || ![head, payload, signature].every(isBase64url)) return undefined
  return { header, input: `${head}.${payload}`, signature, payload: decodeText(payload) }
}

function isBase64url(part: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(part) && part.length % 4 !== 1
}
