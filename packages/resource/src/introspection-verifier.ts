// RFC 7662 §2
import { type JwtClaims, printForm, refuse } from '@ambit/protocol'
import { badToken } from './access.ts'
import { type Clock, type Fetch, runtimeFetch, systemClock } from './platform.ts'
import { RecentAnswers } from './recent-answers.ts'
import type { Expectation, Unavailable, Verification, VerifyToken } from './verification.ts'

/** Whom to ask about tokens, and as whom. */
export type IntrospectionVerifierOptions = {
  readonly endpoint: string
  readonly clientId: string
  readonly clientSecret: string
  readonly fetch?: Fetch
  readonly clock?: Clock
  /** Seconds for which a good answer is believed again, so that a revoked token may live on; 0, never, where it is left out. */
  readonly cacheTtl?: number
}

const timeout = 5_000

/**
 * Verifies tokens of any kind by asking the authorization server; where it cannot be asked, nothing is let through.
 * @spec RFC 7662 §2
 * @errors invalid_token: not active, of another issuer, for another audience, expired, not of type Bearer
 * @example
 * introspectionVerifier({ endpoint: 'https://as.example/introspect', clientId: 'inventory', clientSecret })
 */
export function introspectionVerifier(options: IntrospectionVerifierOptions): VerifyToken {
  const { fetch = runtimeFetch, clock = systemClock, cacheTtl = 0 } = options
  const recent = new RecentAnswers(cacheTtl, clock)
  return async (token, expected) => {
    const known = recent.get(token)
    const answer = known ? answerOf(known) : await ask({ ...options, fetch }, token)
    if (answer.kind === 'unavailable') return answer
    const verification = judge(answer.claims, expected, { clock, cacheTtl })
    if (verification.kind === 'verified') recent.set(token, verification.claims)
    return verification
  }
}

type Answer = { readonly kind: 'answer'; readonly claims: JwtClaims }
type Asking = IntrospectionVerifierOptions & { readonly fetch: Fetch }

async function ask(options: Asking, token: string): Promise<Answer | Unavailable> {
  try {
    const response = await options.fetch(options.endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(options),
      },
      body: printForm({ token, token_type_hint: 'access_token' }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    if (response.status !== 200) return unavailable(`introspection answered with status ${response.status}`)
    return parseAnswer(await response.json())
  } catch (error) {
    return unavailable(`introspection failed: ${error instanceof Error ? error.message : 'unknown error'}`)
  }
}

function parseAnswer(value: unknown): Answer | Unavailable {
  const isAnswer = typeof value === 'object' && value !== null && 'active' in value && typeof value.active === 'boolean'
  return isAnswer ? answerOf({ ...value }) : unavailable('introspection answered without `active`')
}

function answerOf(claims: JwtClaims): Answer {
  return { kind: 'answer', claims }
}

function unavailable(reason: string): Unavailable {
  return { kind: 'unavailable', reason }
}

// RFC 6749 §2.3.1: both parts are form-encoded before they are joined
function basic({ clientId, clientSecret }: IntrospectionVerifierOptions): string {
  return `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`
}

function judge(claims: JwtClaims, expected: Expectation, { clock, cacheTtl }: Believing): Verification {
  const { active, iss, aud, exp, nbf, token_type: type } = claims
  const now = clock.now()
  if (active !== true) return refuse('invalid_token', badToken, 'the token is not active')
  if (iss !== undefined && iss !== expected.issuer)
    return refuse('invalid_token', badToken, 'the token is of another issuer')
  if (!names(aud, expected.audience)) return refuse('invalid_token', badToken, 'the token is for another audience')
  if (exp !== undefined && !(typeof exp === 'number' && now < exp))
    return refuse('invalid_token', 'the access token has expired')
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now))
    return refuse('invalid_token', badToken, 'the token is not valid yet')
  if (type !== undefined && !(typeof type === 'string' && type.toLowerCase() === 'bearer'))
    return refuse('invalid_token', badToken, 'the token is not of type Bearer')
  const until = now + cacheTtl
  return { kind: 'verified', claims, until: exp === undefined ? until : Math.min(exp, until) }
}

type Believing = { readonly clock: Clock; readonly cacheTtl: number }

function names(audience: unknown, wanted: string): boolean {
  return Array.isArray(audience) ? audience.includes(wanted) : audience === wanted
}
