// RFC 9101 §10.5, RFC 7591 §2, OpenID Connect Dynamic Client Registration §2
import { type SigningAlgorithm, signingAlgorithms } from '@ambit/protocol'
import { canDo } from '../../client/client-keys-purpose.ts'
import { booleanField, metadataOf, textsField, wordField } from '../../client/metadata-field.ts'
import type { ClientRule } from '../../client/registered-metadata/inconsistencies.ts'

/** Whether all requests of a client must be signed. @spec RFC 9101 §10.5 */
export const requireSignedRequests = booleanField('require_signed_request_object')

/** The one algorithm by which a client signs its requests. @spec OpenID Connect Dynamic Client Registration §2 */
export const requestSigningAlgorithm = wordField('request_object_signing_alg', signingAlgorithms)

const longestUri = 512

/** Where the requests of a client may stand. @spec OpenID Connect Dynamic Client Registration §2, RFC 9101 §5.2 */
export const requestUris = textsField(
  'request_uris',
  `https URIs of at most ${longestUri} characters, whose fragment is nothing or the SHA-256 of what stands there`,
  isRequestUri,
)

function isRequestUri(text: string): boolean {
  if (text.length > longestUri || !/^https:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false
  const { username, password, hash } = new URL(text)
  return username === '' && password === '' && (hash === '' || /^#[A-Za-z0-9_-]{43}$/.test(hash))
}

/** A client that signs its requests does so by an algorithm that the server takes, and has a key for it. @spec RFC 9101 §6.2 */
export function signingRule(algorithms: readonly SigningAlgorithm[]): ClientRule {
  return client => {
    const registered = metadataOf(client, requestSigningAlgorithm)
    const { name } = registered === undefined ? requireSignedRequests : requestSigningAlgorithm
    if (registered === undefined && metadataOf(client, requireSignedRequests) !== true) return []
    const wanted = algorithms.filter(each => registered === undefined || each === registered)
    if (wanted.length === 0) return [{ name, message: `one of ${algorithms.join(', ')} is wanted` }]
    const hasKey = client.jwks?.keys.some(key => wanted.some(alg => canDo(key, { use: 'sig', alg })))
    if (hasKey ?? client.jwksUri !== undefined) return []
    return [{ name, message: `wants a key for ${wanted.join(' or ')} in \`jwks\`, or \`jwks_uri\`` }]
  }
}
