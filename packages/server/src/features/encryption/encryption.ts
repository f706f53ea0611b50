// RFC 7516, OpenID Connect Core §10.2, RFC 9101 §6.1
import type { MetadataPart } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { Feature } from '../../feature.ts'
import { checkSealingKey } from '../../keys/key-seal.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { contentAlgorithms, keyAlgorithms } from './algorithms.ts'
import { encryptionFields, findWishProblems } from './client-fields.ts'
import { decryptCompact } from './decrypt.ts'
import { encryptForClient } from './encrypt.ts'
import { findServerKeys } from './server-keys.ts'

/** How the server's own keys are kept. */
export type EncryptionOptions = {
  /** Seals the keys that clients encrypt to; they stand in clear in the store without it. */
  readonly sealing?: Sealing
}

/** The name of the feature; whatever needs it by this name wants it to decrypt. */
const encryptionName = 'encryption'

/**
 * Encrypts ID tokens, authorization responses and introspection responses for the clients that want it, and decrypts the request
 * objects of those who encrypt them to the server.
 * @spec RFC 7516, OpenID Connect Core §10.2, RFC 9101 §6.1
 * @throws {Error} where a sealing key is not 32 bytes in base64url
 * @example
 * createServer({ ...options, features: [requestObjects({ encrypted: true }), encryption()] })
 */
export function encryption({ sealing }: EncryptionOptions = {}): Feature {
  checkSealingKey(sealing?.key)
  return {
    name: encryptionName,
    clientMetadata: encryptionFields,
    clientRules: [findWishProblems],
    protectJwt: encryptForClient,
    decryptJwt: async (context, _client, jwe) => decryptCompact(jwe, await findServerKeys(context, sealing)),
    publishedKeys: async context =>
      isDecrypting(context) ? (await findServerKeys(context, sealing)).map(({ publicJwk }) => publicJwk) : [],
    metadata: describeEncryption,
    settings: { isSealed: sealing !== undefined },
  }
}

function isDecrypting({ features = [] }: ServerContext): boolean {
  return features.some(({ needs = [] }) => needs.includes(encryptionName))
}

/** @spec OpenID Connect Discovery §3, JARM §4, RFC 9701 §7 */
function describeEncryption(context: ServerContext): MetadataPart {
  const { responseModes, formatIntrospection } = context.mounted
  return {
    id_token_encryption_alg_values_supported: keyAlgorithms,
    id_token_encryption_enc_values_supported: contentAlgorithms,
    ...(responseModes.size > 0 && {
      authorization_encryption_alg_values_supported: keyAlgorithms,
      authorization_encryption_enc_values_supported: contentAlgorithms,
    }),
    ...(formatIntrospection.length > 0 && {
      introspection_encryption_alg_values_supported: keyAlgorithms,
      introspection_encryption_enc_values_supported: contentAlgorithms,
    }),
    ...(isDecrypting(context) && {
      request_object_encryption_alg_values_supported: keyAlgorithms,
      request_object_encryption_enc_values_supported: contentAlgorithms,
    }),
  }
}
