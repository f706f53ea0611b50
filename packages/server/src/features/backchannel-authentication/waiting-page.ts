// OpenID Connect CIBA Core §8
import { type HttpResponse, isRefusal, type Parameters } from '@ambit/protocol'
import { lacksCode } from '../../accounts/authentication.ts'
import { parseParameters } from '../../authorize/parameters.ts'
import { readAsked } from '../../authorize/read-asked.ts'
import { refuseOnPage } from '../../authorize/refuse.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { readForm } from '../../interaction/form.ts'
import { beginInteraction, interactionUrl } from '../../interaction/interaction.ts'
import { scopeView } from '../../interaction/scope-view.ts'
import { pageResponse, seeOther } from '../../page-response.ts'
import type { AsideView, WaitingRequestsPage } from '../../ports/pages.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../../session/browser.ts'
import { findLogin, type Login } from '../../session/session.ts'
import { isPending, type PolledTicket, readPolledTicket } from '../polled-request/polled-request.ts'
import { cibaGrantType, requestKind } from './settings.ts'

/** More of them cannot wait for one user, see `promptLimits`. */
const mostShown = 1000

/** What apps have asked the signed-in user: each leads to the consent page. */
export const waitingEndpoint: Endpoint = {
  path: '/backchannel',
  methods: ['GET', 'POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const login = await findLogin(context, exchange)
    if (login === undefined) return seeOther(`${context.basePath}/login`)
    if (lacksCode(login)) return seeOther(`${context.basePath}/login/code`)
    return exchange.request.method === 'POST'
      ? answerForm(context, exchange, { login, form })
      : showPage(context, exchange, login)
  },
}

/** What waits for a user's answer now. */
export async function findWaiting(
  { store, clock }: ServerContext,
  { user: { userId } }: Login,
): Promise<readonly PolledTicket[]> {
  const now = clock.now()
  const tickets = await store.listTickets({ kind: requestKind, userId }, mostShown)
  return tickets.map(readPolledTicket).filter(waiting => isPending(waiting, now))
}

/** Where a request came from, for the pages. */
export function backchannelView({ ticket, request }: PolledTicket): AsideView {
  const { bindingMessage } = request
  return {
    kind: 'backchannel',
    requestedAt: ticket.createdAt,
    ...(bindingMessage !== undefined && { bindingMessage }),
  }
}

function purposeOf({ session }: Login): string {
  return `backchannel\n${session.sessionId}`
}

async function showPage(context: ServerContext, exchange: Exchange, login: Login): Promise<HttpResponse> {
  const browser = knowBrowser(context, exchange)
  const shown = await Promise.all((await findWaiting(context, login)).map(waiting => viewOf(context, waiting)))
  return pageResponse(context, exchange, {
    page: {
      page: 'waiting_requests',
      csrf: csrfToken(context, browser, purposeOf(login)),
      username: login.user.username,
      requests: shown.flat(),
    },
    headers: browser.cookie === undefined ? {} : { 'set-cookie': [browser.cookie] },
  })
}

/** A request that its client could not make any more is not shown. */
async function viewOf(context: ServerContext, waiting: PolledTicket): Promise<WaitingRequestsPage['requests']> {
  const { clientId = '', expiresAt } = waiting.ticket
  const client = await context.store.findClient(clientId)
  const parameters = parseParameters(waiting.request.parameters)
  if (client === undefined || isRefusal(parameters)) return []
  const asked = readAsked(context, { client, grantType: cibaGrantType, parameters })
  if (isRefusal(asked)) return []
  const { name, uri } = client
  const scopes = asked.decision.scope.tokens.map(token =>
    scopeView(context.catalogue, token, { isMandatory: false, isTicked: true }),
  )
  const view = { clientId, name, ...(uri !== undefined && { uri }), aside: backchannelView(waiting) }
  return [{ id: idOf(waiting), client: view, scopes, expiresAt }]
}

/** Names a request to its own user; worth nothing elsewhere. */
function idOf({ ticket }: PolledTicket): string {
  return ticket.ref.hash
}

async function answerForm(
  context: ServerContext,
  exchange: Exchange,
  { login, form }: { readonly login: Login; readonly form: Parameters },
): Promise<HttpResponse> {
  const again = seeOther(`${context.basePath}/backchannel`)
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: purposeOf(login) })) return again
  const waiting = (await findWaiting(context, login)).find(each => idOf(each) === form.get('request'))
  const parameters = waiting && parseParameters(waiting.request.parameters)
  if (waiting === undefined || parameters === undefined || isRefusal(parameters)) return again
  const browser = knowBrowser(context, exchange)
  const purpose = { kind: requestKind, ticket: waiting.ticket.ref }
  const id = await beginInteraction(context, exchange, { browser, parameters, purpose })
  return seeOther(interactionUrl(context, 'continue', id))
}
