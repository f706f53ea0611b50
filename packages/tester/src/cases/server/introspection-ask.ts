// RFC 7662 §2.1, §2.2
import type { Secret } from '../../secret/secret.ts'
import type { TestClient } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import type { ServerContext } from './server-trial.ts'
import { answerOf, isGiven } from './token-refusal.ts'

/** What the introspection endpoint says of a token. */
export type Introspection = { readonly exchange: Exchange; readonly answer?: Readonly<Record<string, unknown>> }

/** Asks about a token: by the client that may, else by the one that it was issued to. `undefined` where nobody may ask. */
export async function introspectionOf(
  context: ServerContext,
  token: Secret,
  owner?: TestClient,
  hint: 'access_token' | 'refresh_token' = 'access_token',
): Promise<Introspection | undefined> {
  const { server } = context
  const isOwnerFit = owner !== undefined && owner.credential.method !== 'none'
  const own = isOwnerFit ? owner : undefined
  const other = server.client(({ mayIntrospect }) => mayIntrospect)
  // a refresh token may be nobody’s business but its client’s
  const asker = hint === 'refresh_token' ? (own ?? other) : (other ?? own)
  if (asker === undefined || server.endpoint('introspection_endpoint') === undefined) return undefined
  const pairs = [
    ['token', token.reveal()],
    ['token_type_hint', hint],
  ] as const
  const exchange = await context.send(server.formRequest('introspection_endpoint', pairs, asker))
  const answer = isGiven(exchange) ? answerOf(exchange) : undefined
  return { exchange, ...(answer !== undefined && { answer }) }
}
