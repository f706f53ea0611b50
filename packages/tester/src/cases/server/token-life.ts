// RFC 7662 §2.2, RFC 7009 §2.2, OpenID Connect Core §5.3
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import { getDocument } from '../../tokens/endpoint-request.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { introspectionOf } from './introspection-ask.ts'
import type { ServerContext } from './server-trial.ts'
import { type Granted, refresh } from './token-grant.ts'
import { errorOf, isGiven } from './token-refusal.ts'

/** Whether a token is good, as far as the server lets one see. */
export type Life = { readonly state: 'alive' | 'dead' | 'unknown'; readonly evidence: readonly Exchange[] }

/** Asks the server whether an access token is good: by introspection, else at the user info endpoint. */
export async function lifeOfAccess(
  context: ServerContext,
  { tokens, client }: Pick<Granted, 'tokens' | 'client'>,
): Promise<Life> {
  const asked = await introspectionOf(context, tokens.accessToken, client)
  const active = asked?.answer?.['active']
  if (asked !== undefined && typeof active === 'boolean')
    return { state: active ? 'alive' : 'dead', evidence: [asked.exchange] }
  const endpoint = context.server.endpoint('userinfo_endpoint')
  const isOpenId = tokens.idToken !== undefined || tokens.scope?.includes('openid') === true
  if (endpoint === undefined || !isOpenId) return { state: 'unknown', evidence: [] }
  const exchange = await context.send(context.server.show(getDocument(endpoint), tokens.accessToken))
  const status = exchange.kind === 'answered' ? exchange.response.status : 0
  return { state: status === 200 ? 'alive' : status === 401 ? 'dead' : 'unknown', evidence: [exchange] }
}

/** Spends a refresh token to see whether it is good. */
export async function lifeOfRefresh(context: ServerContext, client: TestClient, token: Secret): Promise<Life> {
  const exchange = await refresh(context, client, token)
  if (isGiven(exchange)) return { state: 'alive', evidence: [exchange] }
  return { state: errorOf(exchange) === 'invalid_grant' ? 'dead' : 'unknown', evidence: [exchange] }
}
