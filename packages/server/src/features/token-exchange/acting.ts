// RFC 8693 §1.1, §4.1, §4.4
import { isRefusal, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { TokenRequest } from '../../grants/grant.ts'
import type { AccessTokenRecord, Actor } from '../../ports/records.ts'
import type { ExchangePolicy } from './exchange-policy.ts'
import type { PresentedToken } from './exchange-request.ts'
import { findPresented, refuseStrange, refuseUnproven } from './presented-token.ts'

/** An exchange whose target and subject are known: who may act in it is the question. */
export type ActingQuestion = {
  readonly request: TokenRequest
  readonly policy: ExchangePolicy
  readonly subject: AccessTokenRecord
  readonly presented: PresentedToken | undefined
  readonly mostActors: number
}

/**
 * Who acts with the new token, the nearest first: whoever acted before stays in the chain, and impersonation adds nobody.
 * @spec RFC 8693 §4.1, §4.4
 * @errors invalid_request: an actor where none is wanted, one who may not act, or too many one for another
 */
export async function decideActor(
  context: ServerContext,
  question: ActingQuestion,
): Promise<Actor | undefined | Refusal<'invalid_request'>> {
  const { policy, subject, presented, mostActors } = question
  if (policy.mode === 'impersonation' && presented !== undefined)
    return refuse('invalid_request', 'this client exchanges without an actor: `actor_token` is not wanted')
  const acting = await findActing(context, question)
  if (isRefusal(acting)) return acting
  if (subject.mayAct !== undefined && subject.mayAct !== acting)
    return refuse('invalid_request', '`may_act` of the subject token names another actor')
  if (policy.requiresMayAct && subject.mayAct === undefined)
    return refuse('invalid_request', 'the subject token has no `may_act`, which is wanted here')
  if (policy.mode === 'impersonation') return subject.actor
  if (depthOf(subject.actor) >= mostActors)
    return refuse('invalid_request', `no more than ${mostActors} may act one for another`)
  return { sub: acting, ...(subject.actor && { actor: subject.actor }) }
}

/** The client that acts: the one that asks, or the one whose token it presents. */
async function findActing(
  context: ServerContext,
  { request, policy, presented }: ActingQuestion,
): Promise<string | Refusal<'invalid_request'>> {
  const { client } = request
  const actors = policy.actors ?? [client.clientId]
  if (presented === undefined) {
    if (policy.mode === 'delegation' && !actors.includes(client.clientId))
      return refuse('invalid_request', '`actor_token` is missing: this client does not act itself')
    return client.clientId
  }
  const found = await findPresented(context, presented)
  if (isRefusal(found)) return found
  const { record } = found
  const refusal =
    refuseStrange(presented.parameter, record, { client, policy }) ??
    refuseUnproven(presented.parameter, record, { request, policy })
  if (refusal) return refusal
  if (record.userId !== undefined || record.consentOf !== undefined)
    return refuse('invalid_request', '`actor_token` must be a token that its client got for itself')
  if (!actors.includes(record.clientId))
    return refuse('invalid_request', 'the client of `actor_token` may not act in this exchange')
  return record.clientId
}

function depthOf(actor: Actor | undefined): number {
  return actor === undefined ? 0 : 1 + depthOf(actor.actor)
}
