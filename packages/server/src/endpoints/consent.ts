// OpenID Connect Core §3.1.2.4, RFC 6749 §10.12
import {
  type AuthorizationDetail,
  defaultFormLimits,
  type HttpResponse,
  isRefusal,
  type Parameters,
  refuse,
} from '@ambit/protocol'
import { printScope, type ScopeSet } from '@ambit/scope'
import { grantOf, isMandatory } from '../authorize/consent.ts'
import { refuseOnPage, refuseToClient } from '../authorize/refuse.ts'
import { formTargetOf } from '../authorize/respond.ts'
import { weighRequest } from '../authorize/weigh.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { consentPage } from '../interaction/consent-page.ts'
import { readForm } from '../interaction/form.ts'
import { findInteraction, type Interaction, interactionUrl } from '../interaction/interaction.ts'
import { endLostTokens } from '../issue/end-lost-tokens.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../session/browser.ts'
import type { Login } from '../session/session.ts'

/** The consent page and its form: `scope`, `detail` and `choice` (repeated), `decision` = `allow` or `deny`. */
export const consentEndpoint: Endpoint = {
  path: '/consent',
  methods: ['GET', 'POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request, { repeatable: ['scope', 'detail', 'choice'], limits })
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const interaction = await findInteraction(context, exchange, form.get('interaction') ?? '')
    if (isRefusal(interaction)) return refuseOnPage(context, exchange, { refusal: interaction })
    const asked = await findAsked(context, exchange, interaction)
    if (asked === undefined) return seeOther(interactionUrl(context, 'continue', interaction.id))
    return exchange.request.method === 'POST'
      ? answerForm(context, exchange, { ...asked, form })
      : showPage(context, exchange, asked)
  },
}

/** Details may have many choices. */
const limits = { ...defaultFormLimits, maxParameters: 1024 }

type Asked = {
  readonly interaction: Interaction
  readonly login: Login
  readonly ask: ScopeSet
  readonly granted: ScopeSet
  /** What is asked beside scope. @spec RFC 9396 §9 */
  readonly details: readonly AuthorizationDetail[]
}

/** What the user is to be asked now; `undefined` when it is something else, or nothing. */
async function findAsked(
  context: ServerContext,
  exchange: Exchange,
  interaction: Interaction,
): Promise<Asked | undefined> {
  const { from, parameters, record } = interaction
  const weighed = await weighRequest(context, exchange, { from, parameters, interaction: record })
  if (isRefusal(weighed) || weighed.decided.kind !== 'consent' || weighed.login === undefined) return undefined
  const { ask, granted, details } = weighed.decided
  return { interaction, login: weighed.login, ask, granted, details }
}

/** The form is bound to who is logged in and to all that was shown: an answer never counts for another user or question. */
function purposeOf(context: ServerContext, { login, ...asked }: Asked): string {
  const shown = consentPage(context, { ...asked, user: login.user, csrf: '' })
  return `consent\n${login.session.sessionId}\n${JSON.stringify(shown)}`
}

function showPage(context: ServerContext, exchange: Exchange, asked: Asked): HttpResponse {
  const { login, ...question } = asked
  const { interaction } = question
  const csrf = csrfToken(context, knowBrowser(context, exchange), purposeOf(context, asked))
  const uiLocales = interaction.parameters.get('ui_locales')
  return pageResponse(context, exchange, {
    page: consentPage(context, { ...question, user: login.user, csrf }),
    ...formTargetOf(interaction.from),
    ...(uiLocales !== undefined && { uiLocales }),
  })
}

async function answerForm(
  context: ServerContext,
  exchange: Exchange,
  answer: Asked & { readonly form: Parameters },
): Promise<HttpResponse> {
  const { interaction, form } = answer
  const decision = form.get('decision')
  const again = seeOther(interactionUrl(context, 'consent', interaction.id))
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: purposeOf(context, answer) })) return again
  if (decision === 'deny') return deny(context, exchange, answer)
  if (decision !== 'allow') return again
  await allow(context, exchange, answer)
  return seeOther(interactionUrl(context, 'continue', interaction.id))
}

async function deny(context: ServerContext, exchange: Exchange, { interaction, login }: Asked): Promise<HttpResponse> {
  const { client, channel } = interaction.from
  const { userId } = login.user
  const { clientId } = client
  const requested = interaction.parameters.get('scope')
  const isFirst = await context.store.endInteraction(interaction.record.ref)
  if (!isFirst) return refuseOnPage(context, exchange, { refusal: refuse('invalid_request', 'this sign-in has ended') })
  context.observe({ kind: 'consent.denied', requestId: exchange.requestId, userId, clientId })
  const refusal = refuse('access_denied', 'the user refused the request')
  return refuseToClient(context, exchange, { channel, hasActed: true, refusal, clientId, userId, requested })
}

async function allow(
  context: ServerContext,
  { requestId }: Exchange,
  { interaction, login, ask, details, form }: Asked & { readonly form: Parameters },
): Promise<void> {
  const { client } = interaction.from
  const { catalogue, store, clock } = context
  const { userId } = login.user
  const { clientId } = client
  const ticked = new Set(form.all('scope'))
  const isKept = (token: string) => ticked.has(token) || isMandatory(catalogue, client, token)
  const scope = catalogue.read(ask.tokens.filter(isKept)).scope
  const refused = ask.tokens.filter(token => !isKept(token))
  const now = clock.now()
  if (scope.size > 0) await store.addToGrant(grantOf(context, { userId, clientId, scope, now }))
  if (refused.length > 0) await store.removeFromGrant(userId, clientId, refused, now)
  if (refused.length > 0) await endLostTokens(context, { userId, clientId })
  const consentedDetails = answeredDetails(context, details, form)
  await store.saveInteraction({
    ...interaction.record,
    consented: printScope(scope),
    consentedBy: userId,
    ...(details.length > 0 && { consentedDetails }),
  })
  const told = { granted: printScope(scope), refused: printScope(refused) }
  context.observe({ kind: 'consent.given', requestId, userId, clientId, ...told })
}

/** The details as the user left them. @spec RFC 9396 §9 */
function answeredDetails(
  { mounted }: ServerContext,
  details: readonly AuthorizationDetail[],
  form: Parameters,
): readonly AuthorizationDetail[] {
  return details.flatMap((detail, index) => mounted.details?.answer(detail, index, form) ?? [])
}
