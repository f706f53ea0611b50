// RFC 6749 §4.1.1, §4.1.2, OpenID Connect Core §3.1.2
import { type HttpResponse, isRefusal, refuse } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { beginInteraction, type Interaction, interactionUrl } from '../interaction/interaction.ts'
import { seeOther } from '../page-response.ts'
import { knowBrowser } from '../session/browser.ts'
import { completeRequest } from './complete.ts'
import type { AuthorizationDecision } from './decide.ts'
import { refuseOutage } from './outage.ts'
import { refuseOnPage, refuseToClient } from './refuse.ts'
import { type PendingRequest, type WeighedRequest, weighRequest } from './weigh.ts'

/** The page on which each question is asked. */
const pageOf = { login: 'login', select_account: 'login', login_code: 'login/code', consent: 'consent' } as const

/** A decision for which the user must be shown a page. */
export type AskingDecision = Extract<AuthorizationDecision, { kind: keyof typeof pageOf }>

/** Whether the user must be shown a page. */
export function isAsking(decided: AuthorizationDecision): decided is AskingDecision {
  return decided.kind !== 'refuse' && decided.kind !== 'proceed'
}

/** Takes the next step of an authorization request: a page for the user, an error, or what the client asked for. */
export async function answerAuthorization(
  context: ServerContext,
  exchange: Exchange,
  pending: PendingRequest & { readonly interaction?: Interaction['record']; readonly id?: string },
): Promise<HttpResponse> {
  const weighed = await weighRequest(context, exchange, pending)
  if (!isRefusal(weighed) && isAsking(weighed.decided))
    return askUser(context, exchange, { ...pending, decided: weighed.decided })
  const isFirst = pending.interaction === undefined || (await context.store.endInteraction(pending.interaction.ref))
  if (!isFirst) return refuseOnPage(context, exchange, { refusal: refuse('invalid_request', 'this sign-in has ended') })
  const { client, channel } = pending.from
  const hasActed = pending.interaction !== undefined
  const about = { channel, hasActed, clientId: client.clientId, requested: pending.parameters.get('scope') }
  if (isRefusal(weighed)) return refuseToClient(context, exchange, { ...about, refusal: weighed })
  const finished = finish(context, exchange, weighed)
  const answer = await (hasActed ? finished.catch(refuseOutage) : finished)
  if (!isRefusal(answer)) return answer
  return refuseToClient(context, exchange, { ...about, ...explanationOf(weighed), refusal: answer })
}

async function finish(context: ServerContext, exchange: Exchange, weighed: WeighedRequest) {
  const { request, login, grant, decided } = weighed
  if (decided.kind === 'refuse') return decided.refusal
  if (decided.kind !== 'proceed' || login === undefined) throw new Error('the user has not been asked')
  const { decision, details } = decided
  return completeRequest(context, exchange, { request, login, grant, decision, details })
}

function explanationOf({ login, decided }: WeighedRequest) {
  const scope = decided.kind === 'refuse' ? decided.scope : decided.kind === 'proceed' ? decided.decision : undefined
  return { userId: login?.user.userId, ...(scope && { steps: scope.steps }) }
}

async function askUser(
  context: ServerContext,
  exchange: Exchange,
  asking: PendingRequest & { readonly id?: string; readonly decided: AskingDecision },
): Promise<HttpResponse> {
  const page = pageOf[asking.decided.kind]
  if (asking.id !== undefined) return seeOther(interactionUrl(context, page, asking.id))
  const browser = knowBrowser(context, exchange)
  const id = await beginInteraction(context, exchange, { browser, parameters: asking.parameters })
  return seeOther(interactionUrl(context, page, id), browser.cookie === undefined ? [] : [browser.cookie])
}
