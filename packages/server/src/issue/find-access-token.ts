// RFC 7662 §2.1, RFC 9068 §2.2
import { isCompactJws } from '@ambit/protocol'
import { decodeJwt } from 'jose'
import type { ServerContext } from '../context.ts'
import type { SecretRef } from '../ports/ids.ts'
import type { FoundAccessToken } from '../ports/store.ts'
import { locateSecret, locatorOfJwtId } from '../secret.ts'

/**
 * Finds an access token by its text, opaque or JWT. A JWT needs no look at its signature: the record holds the hash of
 * the whole text, so it is found only when this very text was issued.
 */
export async function findAccessToken(context: ServerContext, text: string): Promise<FoundAccessToken | undefined> {
  const ref = locateAccessToken(context, text)
  return ref && context.store.findAccessToken(ref)
}

/** Where the record of an access token would stand; `undefined` when the text cannot be one. */
function locateAccessToken({ crypto }: ServerContext, text: string): SecretRef | undefined {
  const opaque = locateSecret(crypto, 'access_token', text)
  if (opaque || !isCompactJws(text)) return opaque
  const locator = locatorOfJwt(text)
  return locator === undefined ? undefined : { locator, hash: crypto.hash(text) }
}

function locatorOfJwt(text: string): number | undefined {
  try {
    const { jti } = decodeJwt(text)
    return typeof jti === 'string' ? locatorOfJwtId(jti) : undefined
  } catch {
    return undefined
  }
}
