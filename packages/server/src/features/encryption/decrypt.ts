// RFC 7516 §5.2, RFC 9101 §6.1
import { compactDecrypt, decodeProtectedHeader } from 'jose'
import { isContentAlgorithm, isKeyAlgorithm } from './algorithms.ts'
import type { ServerKey } from './server-keys.ts'

const longestJwe = 32_768
const compactJwe = /^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * What stands in a compact JWE that was encrypted to one of these keys. What its header asks for is judged before anything
 * is computed, and whatever fails is answered alike.
 * @spec RFC 7516 §5.2, RFC 8725 §3.1, §3.2
 */
export async function decryptCompact(jwe: string, keys: readonly ServerKey[]): Promise<string | undefined> {
  if (jwe.length > longestJwe || !compactJwe.test(jwe)) return undefined
  const key = findKey(jwe, keys)
  if (key === undefined) return undefined
  try {
    const { plaintext } = await compactDecrypt(jwe, key.privateJwk)
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext)
  } catch {
    return undefined
  }
}

/** The key for a header that asks for nothing but what we list: no compression, which tells of its content, no extension. */
function findKey(jwe: string, keys: readonly ServerKey[]): ServerKey | undefined {
  try {
    const { alg, enc, kid, zip, crit } = decodeProtectedHeader(jwe)
    if (!isKeyAlgorithm(alg) || !isContentAlgorithm(enc) || zip !== undefined || crit !== undefined) return undefined
    return keys.find(key => key.algorithms.includes(alg) && (kid === undefined || kid === key.kid))
  } catch {
    return undefined
  }
}
