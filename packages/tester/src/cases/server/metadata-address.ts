// RFC 8414 §3.1, OpenID Connect Discovery §4
import { getDocument } from '../../tokens/endpoint-request.ts'
import type { ServerContext } from './server-trial.ts'

/** The two addresses at which the metadata of an issuer may be, by their names. */
export const metadataPlaces = [
  { name: 'oauth-authorization-server', at: (issuer: URL): string => inserted(issuer, 'oauth-authorization-server') },
  { name: 'openid-configuration', at: (issuer: URL): string => appended(issuer, 'openid-configuration') },
] as const

/** The well-known part between host and path. @spec RFC 8414 §3.1 */
export function inserted({ origin, pathname }: URL, suffix: string): string {
  return `${origin}/.well-known/${suffix}${pathname.replace(/\/$/, '')}`
}

/** The well-known part behind the path. @spec OpenID Connect Discovery §4 */
export function appended({ origin, pathname }: URL, suffix: string): string {
  return `${origin}${pathname.replace(/\/$/, '')}/.well-known/${suffix}`
}

/** Where the metadata are in fact. */
export async function metadataAddress({ target, send }: ServerContext): Promise<string> {
  const [first, second] = metadataPlaces
  const issuer = new URL(target.server?.issuer ?? '')
  const exchange = await send(getDocument(first.at(issuer)))
  return (exchange.kind === 'answered' && exchange.response.status === 200 ? first : second).at(issuer)
}
