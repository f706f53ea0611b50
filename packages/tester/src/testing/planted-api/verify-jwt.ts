// RFC 9068 §4, RFC 8725 §3
import type { Has } from './defects.ts'
import type { KeySet } from './key-set.ts'
import { clients } from './names.ts'
import { isSigned, splitToken } from './verify-signature.ts'
import { bad, type Claims, decodeText, readJsonObject, type Verified, type World } from './world.ts'

const skew = 5
const longestLife = 31 * 86_400

/** Verifies an access token by the keys of its issuer. @spec RFC 9068 §4 */
export async function verifyJwt(world: World, token: string, resource: string): Promise<Verified> {
  const { has } = world
  if (token.split('.').length === 5) return verifyEncrypted(world, token)
  const jws = splitToken(token)
  const isThree = token.split('.').length === 3
  if (jws === undefined && isThree && has('garbage-crashes')) throw new SyntaxError('Unexpected token in JSON')
  if (jws === undefined && has('garbage-accepted')) return { kind: 'good', claims: guestClaims }
  const claims = jws && readJsonObject(jws.payload)
  if (jws === undefined || claims === undefined) return bad('the token is no JWT')
  if (hasDuplicates(jws.payload) && !has('duplicate-claims')) return bad('a claim comes twice')
  if ((jws.header['crit'] !== undefined || jws.header['b64'] !== undefined) && !has('crit-ignored'))
    return bad('an extension is not understood')
  if (has('assertion-accepted') && typeof claims['iss'] === 'string' && claims['iss'] === claims['sub'])
    return { kind: 'good', claims: guestClaims }
  if (!(await isSigned(world, jws, keysOf(world, claims)))) return bad('the signature is not good')
  if (has('id-token-accepted') && isIdToken(claims)) return { kind: 'good', claims: { ...claims, scope: everyScope } }
  if (!isAccessTokenType(jws.header['typ']) && !has('typ-ignored')) return bad('the token is no access token')
  const problem = problemOfClaims(world, claims, resource)
  if (problem !== undefined) return bad(problem)
  if (world.authority.isRevoked(token) && !has('revoked-accepted')) return bad('the token was revoked')
  return { kind: 'good', claims }
}

/** What a guard that takes anything takes it for. */
const everyScope = 'read_pets write_pets read_orders write_orders admin'
const guestClaims: Claims = { sub: 'guest', client_id: clients.first, scope: everyScope }

async function verifyEncrypted({ has, wait }: World, token: string): Promise<Verified> {
  const header = readJsonObject(decodeText(token.split('.')[0] ?? ''))
  if (header?.['epk'] !== undefined && has('curve-crashes')) throw new RangeError('the point is not on the curve')
  if (has('bomb-inflated')) await wait(5000)
  return bad('encrypted tokens are not known')
}

function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
}

function isIdToken({ aud, nonce, at_hash: hash }: Claims): boolean {
  return aud === clients.first || nonce !== undefined || hash !== undefined
}

function keysOf({ issuers, has }: World, { iss }: Claims): readonly KeySet[] {
  if (has('issuer-ignored') || has('issuer-loose')) return [...issuers.values()]
  const keySet = issuers.get(String(iss))
  return keySet === undefined ? [] : [keySet]
}

function problemOfClaims(world: World, claims: Claims, resource: string): string | undefined {
  return (
    problemOfIssuer(world, claims) ??
    problemOfAudience(world.has, claims, resource) ??
    problemOfExpiry(world, claims) ??
    problemOfTime(world, claims) ??
    problemOfSubject(world.has, claims)
  )
}

function problemOfIssuer({ issuers, has }: World, { iss }: Claims): string | undefined {
  if (has('issuer-ignored') || (typeof iss === 'string' && issuers.has(iss))) return undefined
  const loose = (name: string) => name.toLowerCase().replace(/\/+$/, '')
  const isLike = [...issuers.keys()].some(name => loose(name) === loose(String(iss)))
  return has('issuer-loose') && isLike ? undefined : 'the issuer is not trusted'
}

/** @spec RFC 9068 §4 */
function problemOfAudience(has: Has, { aud }: Claims, resource: string): string | undefined {
  if (has('audience-ignored') || (aud === undefined && has('audience-optional'))) return undefined
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (audiences.includes(resource)) return undefined
  const isLike = audiences.some(each => typeof each === 'string' && each !== '' && resource.startsWith(each))
  return has('audience-prefix') && isLike ? undefined : 'the token is for somebody else'
}

/** @spec RFC 7519 §4.1.4 */
function problemOfExpiry({ has, now }: World, { exp }: Claims): string | undefined {
  if (has('expiry-ignored') || (exp === undefined && has('expiry-optional'))) return undefined
  const at = has('expiry-any-type') ? Number(exp) : exp
  const isFit = has('expiry-any-type') ? Number.isFinite(at) : Number.isSafeInteger(at)
  if (!isFit || typeof at !== 'number' || at < 0) return '`exp` is no time'
  const tolerance = has('large-skew') ? 90 : skew
  return at + tolerance <= now() / 1000 ? 'the token has expired' : undefined
}

function problemOfTime({ has, now }: World, { iat, nbf, exp }: Claims): string | undefined {
  const seconds = now() / 1000
  if (nbf !== undefined && !has('nbf-ignored') && !(typeof nbf === 'number' && nbf <= seconds + skew))
    return 'the token is not good yet'
  if (has('far-future')) return undefined
  if (!Number.isSafeInteger(iat) || typeof iat !== 'number' || iat > seconds + skew) return '`iat` is no time that was'
  return Number(exp ?? iat) - iat > longestLife ? 'the token lives too long' : undefined
}

function problemOfSubject(has: Has, { sub, client_id: client, jti }: Claims): string | undefined {
  if (has('subject-optional')) return undefined
  const isThere = [sub, client, jti].every(claim => typeof claim === 'string' && claim !== '')
  return isThere ? undefined : '`sub`, `client_id` and `jti` are wanted'
}

/** Whether a JSON object names a member twice at its top. @spec RFC 7519 §4 */
function hasDuplicates(text: string): boolean {
  const names: string[] = []
  let depth = 0
  for (const [piece, quoted, colon] of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g)) {
    if (piece === '{' || piece === '[') depth += 1
    else if (piece === '}' || piece === ']') depth -= 1
    else if (depth === 1 && colon !== undefined) names.push(quoted ?? '')
  }
  return new Set(names).size < names.length
}
