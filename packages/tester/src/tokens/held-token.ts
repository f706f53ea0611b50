// RFC 6749 §5.1, RFC 9449 §5
import type { Catalogue } from '@ambit/scope'
import type { KeyPair, ServerTarget, TestClient } from '../target/target.ts'
import { claimsOf, expiryOf, grantedScope, problemOfAudience, problemOfScope } from './granted-scope.ts'
import { peculiaritiesOf } from './peculiarities.ts'
import type { HeldToken, Holder, TokenOutcome, TokenWish } from './token.ts'
import type { IssuedTokens } from './token-response.ts'

/** For whom tokens came, and what they must be measured by. */
export type Arrival = {
  readonly wish: TokenWish
  readonly holder: Holder
  readonly client: TestClient
  readonly server: ServerTarget
  readonly catalogue: Catalogue | undefined
  readonly now: number
  readonly dpopKey?: KeyPair
}

/** Makes a held token of what the server gave, unless it is another one than was wished. */
export function holdToken(tokens: IssuedTokens, arrival: Arrival): TokenOutcome {
  const { wish, holder, server, now, dpopKey } = arrival
  const peculiarities = peculiaritiesOf(server.provider)
  const scope = grantedScope(tokens, wish, peculiarities)
  const problem = problemOf(tokens, scope, arrival)
  if (problem !== undefined) return { kind: 'unavailable', reason: problem }
  const token: HeldToken = {
    accessToken: tokens.accessToken,
    tokenType: isDpop(tokens) ? 'DPoP' : 'Bearer',
    scope,
    holder,
    expiresAt: expiryOf(tokens, claimsOf(tokens, peculiarities), now),
    from: 'server',
    ...(wish.resource !== undefined && { resource: wish.resource }),
    ...(tokens.refreshToken !== undefined && { refreshToken: tokens.refreshToken }),
    ...(tokens.idToken !== undefined && { idToken: tokens.idToken }),
    ...(dpopKey !== undefined && { dpopKey }),
  }
  return { kind: 'token', token }
}

function problemOf(tokens: IssuedTokens, scope: readonly string[], arrival: Arrival): string | undefined {
  const { wish, client, server, catalogue } = arrival
  const peculiarities = peculiaritiesOf(server.provider)
  if (wish.binding === 'dpop' && !isDpop(tokens))
    return `the server gave a \`${tokens.tokenType}\` token although a DPoP key was shown`
  if (wish.alsoWants?.includes('refresh_token') === true && tokens.refreshToken === undefined)
    return 'the server gave no refresh token'
  if (wish.alsoWants?.includes('id_token') === true && tokens.idToken === undefined)
    return 'the server gave no ID token'
  const claims = claimsOf(tokens, peculiarities)
  const audience = claims && problemOfAudience(claims, { ...wish, client }, peculiarities)
  return audience ?? problemOfScope(scope, wish.scope, catalogue)
}

function isDpop({ tokenType }: IssuedTokens): boolean {
  return tokenType.toLowerCase() === 'dpop'
}
