// RFC 8414 §2
import { isSigningAlgorithm } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'

type Mounted = Pick<ServerContext, 'mounted'>

/** The methods by which a client can prove who it is, for endpoints that public clients may not call. @spec RFC 8414 §2 */
export function confidentialMethods(context: Mounted): readonly string[] {
  return allMethods(context).filter(method => method !== 'none')
}

/** All methods, for endpoints that public clients may call too. @spec RFC 8414 §2 */
export function allMethods({ mounted }: Mounted): readonly string[] {
  const methods = mounted.clientAuthentications.map(({ method }) => method)
  return [...methods.filter(method => method !== 'none'), ...methods.filter(method => method === 'none')]
}

/** The algorithms by which client assertions may be signed. @spec RFC 8414 §2 */
export function assertionAlgorithms({ mounted, acceptedAlgorithms }: ServerContext): readonly string[] {
  const all = mounted.clientAuthentications.flatMap(({ algorithms }) => algorithms ?? [])
  // one that is no signature, such as HS256, is a matter of its method alone
  const isAccepted = (each: string) => !isSigningAlgorithm(each) || (acceptedAlgorithms?.includes(each) ?? true)
  return [...new Set(all.filter(isAccepted))]
}
