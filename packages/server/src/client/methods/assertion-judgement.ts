// RFC 7523 §3; OpenID Connect Core §9
import { after, epochSeconds, type Refusal, refuse, seconds } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { AssertionClaims } from './assertion.ts'
import { failedAuthentication } from './method.ts'

/** How long an assertion may be good at the most, and how far clocks may differ; in seconds. */
const limits = { lifetime: 600, skew: 30 } as const

/** An assertion that a client's key or secret signed: whose, and the request it came with. */
export type AssertionQuestion = { readonly client: ClientRecord; readonly exchange: Exchange }

/**
 * Judges the claims of an assertion whose signature is good, and remembers it: each is good once.
 * @spec RFC 7523 §3, OpenID Connect Core §9
 * @errors invalid_client: another client's, for somebody else, not of this time, or used before
 */
export async function judgeAssertion(
  context: ServerContext,
  question: AssertionQuestion,
  claims: AssertionClaims,
): Promise<Refusal<'invalid_client'> | undefined> {
  const { exp, jti } = claims
  if (exp === undefined || jti === undefined) return failedAssertion('the assertion must have `exp` and `jti`')
  return judgeClaims(context, question, { ...claims, exp }) ?? refuseReplay(context, question, { exp, jti })
}

/** @spec RFC 7523 §3 */
function judgeClaims(
  context: ServerContext,
  { client, exchange }: AssertionQuestion,
  claims: AssertionClaims & { readonly exp: number },
): Refusal<'invalid_client'> | undefined {
  const now = context.clock.now()
  const { iss, sub, aud, exp, nbf, iat } = claims
  if (iss !== client.clientId) return failedAssertion('`iss` of the assertion is not the client')
  if (sub !== client.clientId) return failedAssertion('`sub` of the assertion is not the client')
  if (!isForUs(context, exchange, aud))
    return failedAssertion('`aud` of the assertion must be the issuer, and nobody else')
  if (exp + limits.skew <= now) return failedAssertion('the assertion has expired')
  if (exp > now + limits.lifetime + limits.skew)
    return failedAssertion(`\`exp\` is more than ${limits.lifetime} s ahead`)
  if (nbf !== undefined && nbf > now + limits.skew) return failedAssertion('the assertion is not yet good')
  if (iat !== undefined && iat > now + limits.skew) return failedAssertion('the assertion was issued in the future')
  return undefined
}

/** @spec RFC 7523 §3, RFC 9126 §2 */
function isForUs(context: ServerContext, { request }: Exchange, aud: AssertionClaims['aud']): boolean {
  const { issuer, assertionAudience = 'endpoint' } = context
  if (assertionAudience === 'issuer') return aud === issuer
  const [only] = typeof aud === 'object' ? aud : [aud]
  return only === issuer || only === context.url('/token') || only === new URL(issuer).origin + request.path
}

async function refuseReplay(
  context: ServerContext,
  { client, exchange }: AssertionQuestion,
  { exp, jti }: { readonly exp: number; readonly jti: string },
): Promise<Refusal<'invalid_client'> | undefined> {
  const hash = context.crypto.hash(`client assertion\n${client.clientId}\n${jti}`)
  if (await context.store.remember(hash, after(epochSeconds(Math.ceil(exp)), seconds(limits.skew)))) return undefined
  context.observe({
    kind: 'replay.detected',
    requestId: exchange.requestId,
    of: 'client_assertion',
    clientId: client.clientId,
  })
  return failedAssertion('the assertion was used before')
}

/** What is answered for an assertion that does not do: the public learns nothing of the reason. */
export function failedAssertion(reason: string): Refusal<'invalid_client'> {
  return refuse('invalid_client', failedAuthentication, reason)
}
