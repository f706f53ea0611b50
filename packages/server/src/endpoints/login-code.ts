// RFC 9470 §4, RFC 6238
import { type HttpResponse, isRefusal, type Parameters } from '@ambit/protocol'
import { codeAuthentication, lacksCode } from '../accounts/authentication.ts'
import { checkCode } from '../accounts/check-code.ts'
import { refuseOnPage } from '../authorize/refuse.ts'
import { formTargetOf } from '../authorize/respond.ts'
import { weighRequest } from '../authorize/weigh.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { clientView } from '../interaction/client-view.ts'
import { readForm } from '../interaction/form.ts'
import { afterLoginUrl, findInteraction, type Interaction, interactionUrl } from '../interaction/interaction.ts'
import {
  type CodeProblem,
  codeProblems,
  forgetAttempt,
  type LoginAttempt,
  printAttempt,
  readAttempt,
} from '../interaction/login-attempt.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../session/browser.ts'
import { printCookie } from '../session/cookies.ts'
import { findLogin, type Login, raiseSession } from '../session/session.ts'

/** The page that asks for a one-time code on top of a login, and its form: `code`. */
export const loginCodeEndpoint: Endpoint = {
  path: '/login/code',
  methods: ['GET', 'POST'],
  isPage: true,
  isMounted: ({ oneTimeCodes }) => oneTimeCodes !== undefined,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const id = form.get('interaction')
    const interaction = id === undefined ? undefined : await findInteraction(context, exchange, id)
    if (isRefusal(interaction)) return refuseOnPage(context, exchange, { refusal: interaction })
    const login = await findAsked(context, exchange, interaction)
    if (login === undefined) return seeOther(afterLoginUrl(context, interaction))
    return exchange.request.method === 'POST'
      ? answerForm(context, exchange, { interaction, login, form })
      : showPage(context, exchange, { interaction, login })
  },
}

type Asked = { readonly interaction: Interaction | undefined; readonly login: Login }

/** Whose login is to be made stronger now; `undefined` when nobody's is. */
async function findAsked(
  context: ServerContext,
  exchange: Exchange,
  interaction: Interaction | undefined,
): Promise<Login | undefined> {
  if (interaction === undefined) {
    const login = await findLogin(context, exchange)
    return login && lacksCode(login) ? login : undefined
  }
  const { from, parameters, record } = interaction
  const weighed = await weighRequest(context, exchange, { from, parameters, interaction: record })
  return isRefusal(weighed) || weighed.decided.kind !== 'login_code' ? undefined : weighed.login
}

/** The form is bound to the request and to the login that was shown: a code never makes another user's login stronger. */
function purposeOf({ interaction, login }: Asked): string {
  return `code\n${interaction?.id ?? ''}\n${login.session.sessionId}`
}

const statusOf = { wrong_code: 403, expired_form: 403, throttled: 429 } as const

function showPage(context: ServerContext, exchange: Exchange, asked: Asked): HttpResponse {
  const { interaction, login } = asked
  const browser = knowBrowser(context, exchange)
  const { problem, retryAfter } = readAttempt(context, exchange.request, codeProblems) ?? {}
  const cookies = [...(browser.cookie ? [browser.cookie] : []), ...(problem ? [forgetAttempt(context)] : [])]
  const uiLocales = interaction?.parameters.get('ui_locales')
  return pageResponse(context, exchange, {
    page: {
      page: 'login_code',
      csrf: csrfToken(context, browser, purposeOf(asked)),
      ...(interaction && { interaction: interaction.id, client: clientView(interaction.from) }),
      username: login.user.username,
      ...(problem !== undefined && { problem }),
      ...(retryAfter !== undefined && { retryAfter }),
    },
    status: problem === undefined ? 200 : statusOf[problem],
    ...(interaction && formTargetOf(interaction.from)),
    ...(uiLocales !== undefined && { uiLocales }),
    headers: {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
  })
}

async function answerForm(
  context: ServerContext,
  exchange: Exchange,
  answer: Asked & { readonly form: Parameters },
): Promise<HttpResponse> {
  const { interaction, login, form } = answer
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: purposeOf(answer) }))
    return tryAgain(context, interaction, { problem: 'expired_form' })
  const { requestId } = exchange
  const checked = await checkCode(context, { user: login.user, code: form.get('code') ?? '', requestId })
  if (checked.kind === 'wrong') return tryAgain(context, interaction, { problem: 'wrong_code' })
  if (checked.kind === 'throttled')
    return tryAgain(context, interaction, { problem: 'throttled', retryAfter: checked.retryAfter })
  const raised = await raiseSession(context, login, codeAuthentication)
  const cookies = raised ? [printCookie(context, 'session', { value: raised.secret })] : []
  return seeOther(afterLoginUrl(context, interaction), cookies)
}

/** Leads back to the page, which shows what went wrong: a reload or a step back sends no code again. */
function tryAgain(
  context: ServerContext,
  interaction: Interaction | undefined,
  attempt: LoginAttempt<CodeProblem>,
): HttpResponse {
  const page = interaction ? interactionUrl(context, 'login/code', interaction.id) : `${context.basePath}/login/code`
  return seeOther(page, [printAttempt(context, attempt)])
}
