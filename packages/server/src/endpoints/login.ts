// OpenID Connect Core §3.1.2.3, RFC 6749 §10.12
import { type HttpResponse, isRefusal, type Parameters, seconds } from '@ambit/protocol'
import { passwordAuthentication } from '../accounts/authentication.ts'
import { checkPassword, type PasswordCheck } from '../accounts/check-password.ts'
import { makeDevice } from '../accounts/device.ts'
import { isAsking } from '../authorize/answer.ts'
import { refuseOnPage } from '../authorize/refuse.ts'
import { weighRequest } from '../authorize/weigh.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { readForm } from '../interaction/form.ts'
import { afterLoginUrl, findInteraction, type Interaction, interactionUrl } from '../interaction/interaction.ts'
import {
  type LoginAttempt,
  type LoginProblem,
  loginProblems,
  printAttempt,
  readAttempt,
} from '../interaction/login-attempt.ts'
import { type LoginState, loginPage, loginPurpose, selectPurpose } from '../interaction/login-page.ts'
import { seeOther } from '../page-response.ts'
import type { UserRecord } from '../ports/records.ts'
import { isOwnForm } from '../session/browser.ts'
import { printCookie, readCookie } from '../session/cookies.ts'
import { beginSession, findLogin } from '../session/session.ts'

/** The login page and its form: `username`, `password`; or `account` = `continue` or `other`. */
export const loginEndpoint: Endpoint = {
  path: '/login',
  methods: ['GET', 'POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const id = form.get('interaction')
    const interaction = id === undefined ? undefined : await findInteraction(context, exchange, id)
    if (isRefusal(interaction)) return refuseOnPage(context, exchange, { refusal: interaction })
    const state = await findState(context, exchange, interaction)
    if (state === 'done') return seeOther(afterLoginUrl(context, interaction))
    return exchange.request.method === 'POST'
      ? answerForm(context, exchange, { ...state, form })
      : loginPage(context, exchange, {
          ...state,
          isOther: form.get('account') === 'other',
          ...readAttempt(context, exchange.request, loginProblems),
        })
  },
}

async function findState(
  context: ServerContext,
  exchange: Exchange,
  interaction: Interaction | undefined,
): Promise<LoginState | 'done'> {
  if (interaction === undefined) {
    const login = await findLogin(context, exchange)
    return login ? 'done' : { interaction, login, kind: 'login', isRepeated: false }
  }
  const { from, parameters, record } = interaction
  const weighed = await weighRequest(context, exchange, { from, parameters, interaction: record })
  if (isRefusal(weighed) || !isAsking(weighed.decided)) return 'done'
  const { decided, login } = weighed
  if (decided.kind !== 'login' && decided.kind !== 'select_account') return 'done'
  return { interaction, login, kind: decided.kind, isRepeated: decided.kind === 'login' && decided.isRepeated }
}

async function answerForm(
  context: ServerContext,
  exchange: Exchange,
  answer: LoginState & { readonly form: Parameters },
): Promise<HttpResponse> {
  const { form, interaction } = answer
  if (interaction && form.get('account') !== undefined)
    return answerChoice(context, exchange, { ...answer, interaction })
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: loginPurpose(answer) }))
    return tryAgain(context, answer, { problem: 'expired_form' })
  const username = form.get('username')
  const checked = await check(context, exchange, form)
  const loggedIn = checked.kind === 'ok' ? await logIn(context, { ...answer, user: checked.user }) : undefined
  if (loggedIn !== undefined) return loggedIn
  if (checked.kind !== 'throttled') return tryAgain(context, answer, { problem: 'wrong_credentials', username })
  return tryAgain(context, answer, { problem: 'throttled', username, retryAfter: checked.retryAfter })
}

/**
 * Leads back to the page, which shows what went wrong: a reload or a step back sends no form again. A form that may be a
 * stranger's leaves no name there.
 */
function tryAgain(
  context: ServerContext,
  { interaction }: LoginState,
  attempt: LoginAttempt<LoginProblem>,
): HttpResponse {
  const page = interaction ? interactionUrl(context, 'login', interaction.id) : `${context.basePath}/login`
  return seeOther(page, [printAttempt(context, attempt)])
}

/** A choice that was shown for another login, or is none, is shown again. */
async function answerChoice(
  context: ServerContext,
  exchange: Exchange,
  answer: LoginState & { readonly form: Parameters; readonly interaction: Interaction },
): Promise<HttpResponse> {
  const { form, interaction, login } = answer
  const again = interactionUrl(context, 'login', interaction.id)
  if (!isOwnForm(context, exchange, { token: form.get('csrf'), purpose: selectPurpose(answer) })) return seeOther(again)
  if (form.get('account') === 'other') return seeOther(`${again}&account=other`)
  return login && form.get('account') === 'continue' ? select(context, interaction) : seeOther(again)
}

async function check(context: ServerContext, exchange: Exchange, form: Parameters): Promise<PasswordCheck> {
  const username = form.get('username')
  const password = form.get('password')
  if (username === undefined || password === undefined) return { kind: 'wrong' }
  const device = readCookie(context, exchange.request, 'device')
  const { requestId, request } = exchange
  const from = { remoteAddress: request.remoteAddress, requestId, ...(device !== undefined && { device }) }
  return checkPassword(context, { username, password, ...from })
}

async function select(context: ServerContext, interaction: Interaction): Promise<HttpResponse> {
  await context.store.saveInteraction({ ...interaction.record, selectedAt: context.clock.now() })
  return seeOther(interactionUrl(context, 'continue', interaction.id))
}

const deviceTtl = seconds(31_536_000)

async function logIn(
  context: ServerContext,
  { interaction, login, user }: LoginState & { readonly user: UserRecord },
): Promise<HttpResponse | undefined> {
  const replaced = login?.session
  const begun = await beginSession(context, user, { ...passwordAuthentication, replaced })
  if (begun === undefined) return undefined
  const { session, secret } = begun
  if (interaction) await context.store.saveInteraction({ ...interaction.record, loggedInAt: session.authTime })
  return seeOther(afterLoginUrl(context, interaction), [
    printCookie(context, 'session', { value: secret }),
    printCookie(context, 'device', { value: await makeDevice(context, user), maxAge: deviceTtl }),
  ])
}
