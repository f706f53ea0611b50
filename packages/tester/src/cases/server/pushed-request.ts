// RFC 9126 §2.1, §2.2, §4
import type { Judgement } from '../../catalogue/test-case.ts'
import type { AuthorizationOutcome, UserConduct } from '../../run/probe-context.ts'
import type { TestClient } from '../../target/target.ts'
import type { Pair } from '../../tokens/endpoint-request.ts'
import { numberIn, textIn } from '../../tokens/json-object.ts'
import { pushedForm } from '../../tokens/pushed-form.ts'
import type { Exchange, SentRequest } from '../../wire/exchange.ts'
import { inconclusive, notApplicable } from '../resource/guarded-call.ts'
import type { ServerContext } from './server-trial.ts'
import { valueOf } from './token-ask.ts'
import { answerOf, answerWords } from './token-refusal.ts'

/** A request that waits at the server. */
export type Pushed = {
  readonly reference: string
  /** Seconds. */
  readonly expiresIn: number | undefined
  readonly scope: string
  readonly exchange: Exchange
}

/** The endpoint’s name in the metadata. */
export const pushedEndpoint = 'pushed_authorization_request_endpoint'

/**
 * The request that pushes parameters, good but for what the caller puts in it. The client's name stands in it once, also where
 * the authentication does not bring it. @spec RFC 9126 §2.1
 */
export function pushRequest(context: ServerContext, client: TestClient, pairs: readonly Pair[]): SentRequest {
  return pushedForm(pairs, client, form => context.server.formRequest(pushedEndpoint, form, client))
}

/** Pushes a request, or says why it was not taken. @spec RFC 9126 §2.1 */
export async function push(
  context: ServerContext,
  client: TestClient,
  pairs: readonly Pair[],
): Promise<Pushed | Judgement> {
  const sealed = context.server.seal(pairs, client)
  if (sealed.kind === 'unsealable') return notApplicable(sealed.reason)
  const exchange = await context.send(pushRequest(context, client, sealed.pairs))
  const answer = answerOf(exchange) ?? {}
  const reference = textIn(answer, 'request_uri')
  if (reference === undefined)
    return inconclusive(`a good pushed request was not taken: ${answerWords(exchange)}`, exchange)
  // whoever has it can begin the user's authorization
  context.secrets.secret('request URI', reference)
  return { reference, expiresIn: numberIn(answer, 'expires_in'), scope: valueOf(pairs, 'scope') ?? '', exchange }
}

/** Sends the user's browser with a reference. @spec RFC 9126 §4 */
export function visitPushed(
  context: ServerContext,
  client: Pick<TestClient, 'clientId'>,
  reference: string,
  { more = [], conduct }: { readonly more?: readonly Pair[]; readonly conduct?: UserConduct } = {},
): Promise<AuthorizationOutcome> {
  return context.server.authorize([['client_id', client.clientId], ['request_uri', reference], ...more], conduct)
}
