// OpenID Connect Core §3.1.3.7, RFC 7518 §3.4
import { type AppFetch, type JsonObject, parseObject, readJson } from './discovery.ts'

/** What an ID token must say. */
export type ExpectedIdToken = {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  /** Where the issuer's keys are. */
  readonly keys: string
  readonly fetch: AppFetch
}

/** What is wrong with an ID token, or `undefined`. @spec OpenID Connect Core §3.1.3.7 */
export async function checkIdToken(
  idToken: string | undefined,
  expected: ExpectedIdToken,
): Promise<string | undefined> {
  if (idToken === undefined) return 'the answer has no ID token'
  const claims = claimsOf(idToken)
  if (!(await isSigned(idToken, expected))) return 'the ID token is not signed by the server'
  if (claims['iss'] !== expected.issuer) return 'the ID token is of another issuer'
  if (claims['aud'] !== expected.clientId) return 'the ID token is for another client'
  if (claims['nonce'] !== expected.nonce) return 'the ID token belongs to another login'
  if (!(Number(claims['exp']) > Date.now() / 1000)) return 'the ID token has expired'
  return undefined
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: string): JsonObject {
  return decode(jwt.split('.')[1])
}

async function isSigned(jwt: string, { keys, fetch }: ExpectedIdToken): Promise<boolean> {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { alg, kid } = decode(header)
  const key = keysIn(await readJson(await fetch(keys))).find(each => each['kid'] === kid)
  if (alg !== 'ES256' || key === undefined) return false
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const imported = await crypto.subtle.importKey('jwk', key, curve, false, ['verify'])
  const signed = new TextEncoder().encode(`${header}.${payload}`)
  const hash = { name: 'ECDSA', hash: 'SHA-256' }
  return crypto.subtle.verify(hash, imported, Buffer.from(signature, 'base64url'), signed)
}

function keysIn({ keys }: JsonObject): readonly JsonObject[] {
  return Array.isArray(keys) ? keys.filter(isObject) : []
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}

function decode(part: string | undefined): JsonObject {
  return parseObject(Buffer.from(part ?? '', 'base64url').toString())
}
