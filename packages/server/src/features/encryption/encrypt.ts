// RFC 7516 §5.1, RFC 7519 §5.2, OpenID Connect Core §10.2
import { CompactEncrypt } from 'jose'
import { findClientKeys } from '../../client/client-keys.ts'
import type { ProtectJwt } from '../../feature.ts'
import { findWish } from './client-fields.ts'

/**
 * Encrypts a JWT that we signed to a key of the client that wants it so, and leaves it for others. Where the client's key
 * cannot be had, nothing is answered: never what should have been encrypted.
 * @spec OpenID Connect Core §10.2, RFC 7519 §5.2
 * @throws {Error} where the client has no key that would do
 */
export const encryptForClient: ProtectJwt = async (context, { client, use, jws }) => {
  const wish = findWish(client, use)
  if (wish === undefined) return jws
  const keys = await findClientKeys(context, client, { use: 'enc', alg: wish.alg })
  const key = keys.find(({ kid }) => kid !== undefined) ?? keys[0]
  if (key === undefined)
    throw new Error(`client \`${client.clientId}\` wants this encrypted by ${wish.alg} and has no key for it`)
  return new CompactEncrypt(new TextEncoder().encode(jws))
    .setProtectedHeader({ ...wish, ...(key.kid !== undefined && { kid: key.kid }), cty: 'JWT' })
    .encrypt(key)
}
