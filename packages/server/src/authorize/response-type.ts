// RFC 6749 §3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices §2.1, §3
import type { ServerContext } from '../context.ts'
import type { WrappedResponseMode } from '../feature.ts'

/** What each response type is: the grant type it belongs to, and how its response travels unless told otherwise. */
export const responseTypes = {
  code: { grantType: 'authorization_code', defaultMode: 'query' },
  token: { grantType: 'implicit', defaultMode: 'fragment' },
  id_token: { grantType: 'implicit', defaultMode: 'fragment' },
  'id_token token': { grantType: 'implicit', defaultMode: 'fragment' },
} as const

/** A response type of this server. */
export type ResponseType = keyof typeof responseTypes

/** How an authorization response travels. @spec OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** A response type from what a client sent; the order of its words means nothing. @spec RFC 6749 §3.1.1 */
export function parseResponseType(text: string | undefined): ResponseType | undefined {
  const sorted = text?.split(' ').sort().join(' ')
  return sorted !== undefined && Object.hasOwn(responseTypes, sorted) ? (sorted as ResponseType) : undefined
}

/** A response mode that a client sent: how it travels, and what puts its parameters into one. */
export type AskedMode = { readonly mode: ResponseMode | 'default'; readonly wrapped?: WrappedResponseMode }

/** A response mode from what a client sent. */
export function parseResponseMode(
  { mounted }: Pick<ServerContext, 'mounted'>,
  text: string | undefined,
): AskedMode | undefined {
  if (text === 'query' || text === 'fragment' || text === 'form_post') return { mode: text }
  const wrapped = mounted.responseModes.get(text ?? '')
  return wrapped && { mode: wrapped.travels, wrapped }
}
