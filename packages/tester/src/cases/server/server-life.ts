// RFC 7662 §2, RFC 6750 §2.1, RFC 6749 §6
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { getDocument } from '../../tokens/endpoint-request.ts'
import { introspectionOf } from './introspection-ask.ts'
import type { ServerContext } from './server-trial.ts'
import { refresh } from './token-grant.ts'
import { errorOf, isGiven } from './token-refusal.ts'

/** Whether a token still opens something; `unknown` where nobody can be asked. */
export type Life = 'alive' | 'dead' | 'unknown'

/**
 * Asks the server about an access token: its introspection endpoint, by a client that may ask, and where that does not call it
 * good, the user info endpoint as well, which a token with the scope `openid` opens. Introspection by somebody for whom the
 * token is not calls a good token dead too, and so `dead` counts only where the same token was `alive` before.
 * @spec RFC 7662 §2.2
 */
export async function lifeOfAccess(context: ServerContext, token: Secret): Promise<Life> {
  const introspection = await introspected(context, token)
  if (introspection === 'alive') return introspection
  const atUserInfo = await lifeAtUserInfo(context, token)
  return atUserInfo === 'unknown' ? introspection : atUserInfo
}

/** Asks the server about a refresh token by using it, which spends it. */
export async function lifeOfRefresh(context: ServerContext, token: Secret, client: TestClient): Promise<Life> {
  const exchange = await refresh(context, client, token)
  if (isGiven(exchange)) return 'alive'
  return errorOf(exchange) === 'invalid_grant' ? 'dead' : 'unknown'
}

async function introspected(context: ServerContext, token: Secret): Promise<Life> {
  const active = (await introspectionOf(context, token))?.answer?.['active']
  return typeof active === 'boolean' ? (active ? 'alive' : 'dead') : 'unknown'
}

/** @spec OpenID Connect Core §5.3 */
async function lifeAtUserInfo(context: ServerContext, token: Secret): Promise<Life> {
  const endpoint = context.server.endpoint('userinfo_endpoint')
  if (endpoint === undefined) return 'unknown'
  const exchange = await context.send(context.server.show(getDocument(endpoint), token))
  if (exchange.kind === 'failed') return 'unknown'
  const { status } = exchange.response
  return status === 200 ? 'alive' : status === 401 ? 'dead' : 'unknown'
}
