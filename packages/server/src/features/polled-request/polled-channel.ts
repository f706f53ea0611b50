// RFC 8628 §3.3, OpenID Connect CIBA Core §8
import { type ErrorCodeAt, errorCodes, type HttpResponse, type Refusal, refuse } from '@ambit/protocol'
import { type CompletedRequest, codeRecord, hasLoggedOut } from '../../authorize/complete.ts'
import type { AsideChannel } from '../../authorize/respond.ts'
import type { Exchange, ServerContext } from '../../context.ts'
import { pageResponse, seeOther } from '../../page-response.ts'
import type { UserId } from '../../ports/ids.ts'
import type { AsideView } from '../../ports/pages.ts'
import { makeFamilyId } from '../../secret.ts'
import { findLogin } from '../../session/session.ts'
import { parseAsideRequest } from './aside-request.ts'
import { changePolledRequest, findPolledRequest, isPending, type PolledTicket } from './polled-request.ts'

/** What tells the answers to one kind of request from those to another. */
export type PolledAnswer = {
  readonly waiting: PolledTicket
  readonly grantType: string
  readonly view: AsideView
  /** The user, as the client knows them, where only they may answer. */
  readonly subject?: string
  /** Whether the user has said that the request is theirs. */
  readonly isConfirmed: boolean
  /** The page that tells what became of the request, below the issuer. */
  readonly donePath: string
  /** Is told when there is something to fetch. */
  readonly answered?: (context: ServerContext, answered: PolledTicket) => void
}

/** How often an answer is written that somebody's poll got in the way of. */
const attempts = 20

/** Takes the user's answer to where the client polls for it. @spec RFC 8628 §3.3, OpenID Connect CIBA Core §8 */
export function polledChannel(polled: PolledAnswer): AsideChannel {
  const { grantType, view, subject, isConfirmed } = polled
  return {
    kind: 'aside',
    view,
    parse: async (context, from, parameters) =>
      isConfirmed
        ? parseAsideRequest(context, from, { grantType, parameters, subject })
        : refuse('interaction_required', 'nobody has said that this request is theirs'),
    complete: (context, exchange, completed) => approve(context, exchange, { polled, completed }),
    refuse: (context, exchange, refusal) => deny(context, exchange, { polled, refusal }),
  }
}

/** What became of a request, for its page. */
export type Outcome = 'approved' | 'denied' | 'ended'

/** Leads to the page that tells what became of a request. */
export function answerSent({ basePath }: ServerContext, donePath: string, outcome: Outcome): HttpResponse {
  return seeOther(`${basePath}${donePath}?outcome=${outcome}`)
}

/**
 * The ticket is approved first, by one of those who answer at once; only that one writes what is redeemed. Until that is
 * written, the client is told to wait.
 */
async function approve(
  context: ServerContext,
  exchange: Exchange,
  { polled, completed }: { readonly polled: PolledAnswer; readonly completed: CompletedRequest },
): Promise<HttpResponse | Refusal<ErrorCodeAt<'authorization'>>> {
  const { ticket } = polled.waiting
  const { userId } = completed.login.user
  const approved = await answer(context, polled.waiting, { state: 'approved', userId })
  if (!approved) return answerSent(context, polled.donePath, 'ended')
  const familyId = makeFamilyId(context)
  const made = { completed, ref: ticket.ref, familyId, expiresAt: ticket.expiresAt }
  await context.store.saveCode(codeRecord(context, exchange, made))
  if (await hasLoggedOut(context, completed, familyId))
    return refuse('login_required', 'the user has logged out meanwhile')
  polled.answered?.(context, approved)
  return answerSent(context, polled.donePath, 'approved')
}

/** Whoever is not asked cannot refuse either. */
async function deny(
  context: ServerContext,
  exchange: Exchange,
  { polled, refusal }: { readonly polled: PolledAnswer; readonly refusal: Refusal },
): Promise<HttpResponse> {
  const { error, description } = refusal
  const isAsked = polled.subject === undefined || (await isOwnRequest(context, exchange, polled.waiting))
  const denied = isAsked && (await denyPolled(context, polled.waiting))
  if (denied) polled.answered?.(context, denied)
  if (error === 'access_denied' && isAsked) return answerSent(context, polled.donePath, denied ? 'denied' : 'ended')
  const status = refusal.status ?? errorCodes[error].status
  return pageResponse(context, exchange, { page: { page: 'error', status, error, description }, status })
}

async function isOwnRequest(context: ServerContext, exchange: Exchange, { ticket }: PolledTicket): Promise<boolean> {
  const login = await findLogin(context, exchange)
  return login?.user.userId === ticket.userId
}

/** Refuses a request that nobody has answered yet; answers it as it is now, or `undefined` where it was too late. */
export function denyPolled(context: ServerContext, waiting: PolledTicket): Promise<PolledTicket | undefined> {
  return answer(context, waiting, { state: 'denied' })
}

/** Polls change the ticket too, so a change that lost is tried again while the request is pending. */
async function answer(
  { store, clock }: ServerContext,
  { ticket: { ref, kind } }: PolledTicket,
  given: { readonly state: 'approved' | 'denied'; readonly userId?: UserId },
): Promise<PolledTicket | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const current = await findPolledRequest(store, ref, kind)
    if (current === undefined || !isPending(current, clock.now())) return undefined
    if (await changePolledRequest(store, current, { ...given, isDroppable: false })) return current
  }
  return undefined
}
