// RFC 7662 §2.2
import { people } from './names.ts'
import { bad, type Verified, type World } from './world.ts'

/** Asks about a token. @spec RFC 7662 §2.2 */
export async function verifyOpaque(world: World, token: string, resource: string): Promise<Verified> {
  const { authority, has, issuers } = world
  const answer = await authority.introspect(token)
  if (answer === undefined && has('introspection-failure-opens')) return { kind: 'good', claims: everything }
  if (answer === undefined) return { kind: 'unavailable', why: 'nobody can be asked about the token' }
  const { active, ...claims } = answer
  const isForgotten = has('revoked-accepted') && authority.isRevoked(token)
  if (isForgotten) return { kind: 'good', claims: { ...everything, ...claims } }
  if (!active) return bad('the token is not active')
  if (claims['token_use'] !== 'access_token' && !has('refresh-token-accepted'))
    return bad('the token is no access token')
  const audiences: readonly unknown[] = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']]
  const isOurs = audiences.includes(resource) && issuers.has(String(claims['iss']))
  if (!isOurs && !has('introspection-audience-ignored')) return bad('the token is for somebody else')
  const { exp } = claims
  const isOver = exp !== undefined && !(typeof exp === 'number' && exp * 1000 > world.now())
  if (isOver && !has('introspection-expiry-ignored')) return bad('the token has expired')
  return { kind: 'good', claims }
}

/** What a guard that knows nothing of a token takes it for. */
const everything = {
  sub: people.first,
  client_id: 'unknown',
  scope: 'order order:items inventory:read inventory:write inventory:stock:write inventory:price:write',
}
