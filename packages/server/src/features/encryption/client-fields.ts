// OpenID Connect Dynamic Client Registration §2, JARM §3, RFC 9701 §6
import { canDo } from '../../client/client-keys-purpose.ts'
import { type MetadataProblem, metadataOf, wordField } from '../../client/metadata-field.ts'
import type { ClientRule } from '../../client/registered-metadata/inconsistencies.ts'
import type { SignedFor } from '../../feature.ts'
import type { ClientRecord } from '../../ports/records.ts'
import {
  type ContentAlgorithm,
  contentAlgorithms,
  defaultContentAlgorithm,
  type KeyAlgorithm,
  keyAlgorithms,
} from './algorithms.ts'

/** How a client wants what we signed to be encrypted. */
export type EncryptionWish = { readonly alg: KeyAlgorithm; readonly enc: ContentAlgorithm }

/** What a client registers for each kind of JWT that can be encrypted to it. */
const fields = {
  id_token: fieldsOf('id_token_encrypted_response'),
  authorization_response: fieldsOf('authorization_encrypted_response'),
  introspection: fieldsOf('introspection_encrypted_response'),
} as const

/** Everything that clients can register of encryption. */
export const encryptionFields = Object.values(fields).flatMap(({ alg, enc }) => [alg, enc])

/** What a client wants of a kind of JWT; `undefined` where it wants it as it is. */
export function findWish(client: Pick<ClientRecord, 'metadata'>, use: SignedFor): EncryptionWish | undefined {
  if (use === 'userinfo') return undefined
  const alg = metadataOf(client, fields[use].alg)
  return alg && { alg, enc: metadataOf(client, fields[use].enc) ?? defaultContentAlgorithm }
}

/** Finds what is wrong with a client's wishes: no algorithm for the key, or no key. @spec OpenID Connect Dynamic Client Registration §2 */
export const findWishProblems: ClientRule = client =>
  Object.values(fields).flatMap(({ alg, enc }): readonly MetadataProblem[] => {
    const wanted = metadataOf(client, alg)
    if (wanted === undefined)
      return metadataOf(client, enc) === undefined
        ? []
        : [{ name: enc.name, message: `wants \`${alg.name}\` beside it` }]
    const canBe = client.jwks?.keys.some(key => canDo(key, { use: 'enc', alg: wanted })) ?? client.jwksUri !== undefined
    return canBe ? [] : [{ name: alg.name, message: `wants a key for ${wanted} in \`jwks\`, or \`jwks_uri\`` }]
  })

function fieldsOf(name: string) {
  return { alg: wordField(`${name}_alg`, keyAlgorithms), enc: wordField(`${name}_enc`, contentAlgorithms) }
}
