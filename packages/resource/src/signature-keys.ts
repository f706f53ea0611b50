// RFC 7517 §4, §5; RFC 8725 §3.1
import { bytesOfBase64Url, isBase64Url } from './base64url.ts'
import { algorithmRow, type CheckSignature, type LoadKey, type SignatureAlgorithm } from './signature-algorithms.ts'
import { isObject, type JsonObject } from './strict-json.ts'

/** What a JWS says of the key that it is signed by. @spec RFC 7515 §4.1.1, §4.1.4 */
export type WantedKey = { readonly alg: SignatureAlgorithm; readonly kid?: string }

const mostKeys = 100
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** A public key of an issuer, read once for each algorithm that it is used for. */
export class SignatureKey {
  readonly #jwk: JsonObject
  readonly #load: LoadKey
  readonly #checks = new Map<SignatureAlgorithm, CheckSignature | Promise<CheckSignature>>()

  constructor(jwk: JsonObject, load: LoadKey) {
    this.#jwk = jwk
    this.#load = load
  }

  /**
   * Whether the key may check what this header announces: kind, curve, algorithm, use and operations of the key all count,
   * not only its `kid`.
   * @spec RFC 7517 §4.1, §4.2, §4.3, §4.4; RFC 8725 §3.1
   */
  fits({ alg, kid }: WantedKey): boolean {
    const { kty, crv } = algorithmRow(alg)
    const jwk = this.#jwk
    if (kid !== undefined && jwk['kid'] !== kid) return false
    if (jwk['kty'] !== kty || (crv !== undefined && jwk['crv'] !== crv)) return false
    if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return false
    if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return false
    const operations = jwk['key_ops']
    return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
  }

  /** What checks signatures by this key. @throws {Error} when the key is malformed */
  async checkBy(algorithm: SignatureAlgorithm): Promise<CheckSignature> {
    const known = this.#checks.get(algorithm)
    if (known !== undefined) return known
    const check = this.#load(this.#jwk, algorithm)
    this.#checks.set(algorithm, check)
    return check
  }
}

/**
 * Reads the public keys of a key set; keys that are private, secret or too weak are passed over, as are those that nobody
 * here understands. `undefined` for what is no key set.
 * @spec RFC 7517 §5
 */
export function parseKeySet(value: unknown, load: LoadKey): readonly SignatureKey[] | undefined {
  if (!isObject(value) || !Array.isArray(value['keys']) || value['keys'].length > mostKeys) return undefined
  const keys: readonly unknown[] = value['keys']
  return keys.filter(isUsable).map(jwk => new SignatureKey(jwk, load))
}

function isUsable(jwk: unknown): jwk is JsonObject {
  if (!isObject(jwk) || privateMembers.some(member => Object.hasOwn(jwk, member))) return false
  return jwk['kty'] === 'RSA' ? hasFitSize(jwk['n']) : jwk['kty'] === 'EC' || jwk['kty'] === 'OKP'
}

const leastBits = 2048
const mostBits = 8192

/** RFC 7518 §3.3: 2048 bits at least; and a check by a giant key would take too long. */
function hasFitSize(modulus: unknown): boolean {
  if (typeof modulus !== 'string' || !isBase64Url(modulus)) return false
  const bytes = bytesOfBase64Url(modulus)
  const start = bytes.findIndex(byte => byte !== 0)
  const bits = start < 0 ? 0 : (bytes.length - start) * 8 - Math.clz32(bytes[start] ?? 0) + 24
  return bits >= leastBits && bits <= mostBits
}
