// RFC 8414 §2
import { signingAlgorithms } from '@ambit/protocol'
import { clientAuthentications } from '../client/methods/list.ts'

/** The methods by which a client can prove who it is, for endpoints that public clients may not call. @spec RFC 8414 §2 */
export const confidentialMethods: readonly string[] = clientAuthentications
  .map(({ method }) => method)
  .filter(method => method !== 'none')

/** All methods, for endpoints that public clients may call too. @spec RFC 8414 §2 */
export const allMethods: readonly string[] = [...confidentialMethods, 'none']

/** The algorithms by which client assertions may be signed. @spec RFC 8414 §2 */
export const assertionAlgorithms: readonly string[] = signingAlgorithms
