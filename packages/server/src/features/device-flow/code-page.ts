// RFC 8628 §3.3, §3.3.1
import { type HttpResponse, isRefusal, type Parameters } from '@ambit/protocol'
import { parseParameters } from '../../authorize/parameters.ts'
import { refuseOnPage } from '../../authorize/refuse.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { readForm } from '../../interaction/form.ts'
import { beginInteraction } from '../../interaction/interaction.ts'
import {
  type CodeProblem,
  codeProblems,
  forgetAttempt,
  type LoginAttempt,
  printAttempt,
  readAttempt,
} from '../../interaction/login-attempt.ts'
import { pageResponse, seeOther } from '../../page-response.ts'
import { type Browser, csrfToken, isOwnForm, knowBrowser } from '../../session/browser.ts'
import type { PolledTicket } from '../polled-request/polled-request.ts'
import { enterCode } from './code-entry.ts'
import { confirmUrl, interactionKind } from './confirm-page.ts'
import type { DeviceSettings } from './settings.ts'
import { parseUserCode, printUserCode } from './user-code.ts'

const purpose = 'device'
const statusOf = { wrong_code: 403, expired_form: 403, throttled: 429 } as const

/**
 * The page on which people type the code of their device. A code that the address carries is only shown: whoever sent the
 * address could have put it there, so nothing is looked up before somebody says that their device shows the same.
 * @spec RFC 8628 §3.3, §3.3.1, §5.4
 */
export function codeEndpoint(settings: DeviceSettings): Endpoint {
  return {
    path: '/device',
    methods: ['GET', 'POST'],
    isPage: true,
    async handle(context, exchange) {
      const form = readForm(exchange.request)
      if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
      return exchange.request.method === 'POST'
        ? answerForm(context, exchange, { form, settings })
        : showPage(context, exchange, { form, settings })
    },
  }
}

type Sent = { readonly form: Parameters; readonly settings: DeviceSettings }

function showPage(context: ServerContext, exchange: Exchange, { form, settings }: Sent): HttpResponse {
  const browser = knowBrowser(context, exchange)
  const code = parseUserCode(form.get('user_code'), settings.userCodeLength)
  const attempt = readAttempt(context, exchange.request, codeProblems)
  const { problem, retryAfter } = attempt ?? {}
  const cookies = [...(browser.cookie ? [browser.cookie] : []), ...(problem ? [forgetAttempt(context)] : [])]
  return pageResponse(context, exchange, {
    page: {
      page: 'device_code',
      csrf: csrfToken(context, browser, purpose),
      ...(code !== undefined && problem === undefined && { userCode: printUserCode(code) }),
      ...(problem !== undefined && { problem }),
      ...(retryAfter !== undefined && { retryAfter }),
    },
    status: problem === undefined ? 200 : statusOf[problem],
    headers: {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
  })
}

async function answerForm(context: ServerContext, exchange: Exchange, { form, settings }: Sent): Promise<HttpResponse> {
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose }))
    return tryAgain(context, { problem: 'expired_form' })
  const browser = knowBrowser(context, exchange)
  const code = parseUserCode(form.get('user_code'), settings.userCodeLength)
  const entered = await enterCode(context, exchange, { code, browser })
  if (entered.kind === 'throttled') return tryAgain(context, { problem: 'throttled', retryAfter: entered.retryAfter })
  if (entered.kind === 'wrong') return tryAgain(context, { problem: 'wrong_code' })
  return seeOther(confirmUrl(context, await begin(context, exchange, { browser, waiting: entered.waiting })))
}

/** Leads back to the page, which shows what went wrong: a reload or a step back sends no form again. */
function tryAgain(context: ServerContext, attempt: LoginAttempt<CodeProblem>): HttpResponse {
  return seeOther(`${context.basePath}/device`, [printAttempt(context, attempt)])
}

/** The request goes on in this browser as any other, once its user has said that it is theirs. */
async function begin(
  context: ServerContext,
  exchange: Exchange,
  { browser, waiting }: { readonly browser: Browser; readonly waiting: PolledTicket },
): Promise<string> {
  const parameters = parseParameters(waiting.request.parameters)
  if (isRefusal(parameters)) throw new Error('the parameters of a device cannot be read again')
  const about = { kind: interactionKind, ticket: waiting.ticket.ref }
  return beginInteraction(context, exchange, { browser, parameters, purpose: about })
}
