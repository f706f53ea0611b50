// OpenID Connect RP-Initiated Logout §2
import { type HttpResponse, isRefusal, type Parameters, printForm, seconds } from '@ambit/protocol'
import { refuseOnPage } from '../authorize/refuse.ts'
import { appendQuery } from '../authorize/respond.ts'
import { subjectFor } from '../claims/subject.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { readForm } from '../interaction/form.ts'
import { type LogoutRequest, parseLogoutRequest } from '../interaction/logout-request.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../session/browser.ts'
import { printCookie, readCookie } from '../session/cookies.ts'
import { endSession, findLogin, type Login, sessionPurpose } from '../session/session.ts'

/** Logout: asked for by a client, or by the user on a page. Its form: `decision` = `logout` or `stay`. */
export const endSessionEndpoint: Endpoint = {
  path: '/logout',
  methods: ['GET', 'POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form, place: 'end_session' })
    if (isForeignPost(context, exchange, form)) return seeOther(`${context.basePath}/logout?${printAll(form)}`)
    const request = await parseLogoutRequest(context, form)
    if (isRefusal(request))
      return refuseOnPage(context, exchange, {
        refusal: request,
        place: 'end_session',
        clientId: form.get('client_id'),
      })
    return answerLogout(context, exchange, { request, form })
  },
  metadata: context => ({ end_session_endpoint: context.url('/logout') }),
}

type Logout = { readonly request: LogoutRequest; readonly form: Parameters }

async function answerLogout(context: ServerContext, exchange: Exchange, logout: Logout): Promise<HttpResponse> {
  const { request, form } = logout
  const login = await findLogin(context, exchange)
  if (login === undefined)
    return leave(context, exchange, request.client?.isStranger ? { ...request, redirectUri: undefined } : request)
  const isAnswer = exchange.request.method === 'POST' && form.get('decision') !== undefined
  if (!isAnswer && (await isAboutThisLogin(context, request, login)))
    return logOut(context, exchange, { request, login })
  const isOwn = isAnswer && isOwnForm(context, exchange, { token: form.get('csrf'), purpose: sessionPurpose(login) })
  if (isOwn && form.get('decision') === 'logout') return logOut(context, exchange, { request, login })
  if (isOwn && form.get('decision') === 'stay') return seeOther(`${context.basePath}/`)
  return showPage(context, exchange, { ...logout, login })
}

/** The client need not have the user asked when its ID token is about exactly this login. @spec OpenID Connect RP-Initiated Logout §2 */
async function isAboutThisLogin(context: ServerContext, { client, hint }: LogoutRequest, login: Login) {
  if (hint === undefined || client === undefined) return false
  const isSameSession = hint.sessionId === undefined || hint.sessionId === login.session.sessionId
  return isSameSession && hint.subject === (await subjectFor(context, client, login.user.userId))
}

async function logOut(
  context: ServerContext,
  exchange: Exchange,
  { request, login }: { readonly request: LogoutRequest; readonly login: Login },
): Promise<HttpResponse> {
  await endSession(context, login.session)
  context.observe({ kind: 'session.ended', requestId: exchange.requestId, userId: login.user.userId })
  return leave(context, exchange, request, [printCookie(context, 'session', { value: '', maxAge: seconds(0) })])
}

/** Goes where the client wants it, if it does, else stays on a page that says so. @spec OpenID Connect RP-Initiated Logout §3 */
function leave(
  context: ServerContext,
  exchange: Exchange,
  { redirectUri, state, uiLocales }: LogoutRequest,
  cookies: readonly string[] = [],
): HttpResponse {
  if (redirectUri !== undefined) return seeOther(withState(redirectUri, state), cookies)
  if (exchange.request.method === 'POST') return seeOther(`${context.basePath}/logout`, cookies)
  return pageResponse(context, exchange, {
    page: { page: 'logged_out' },
    ...(uiLocales !== undefined && { uiLocales }),
    ...(cookies.length > 0 && { headers: { 'set-cookie': cookies } }),
  })
}

function withState(uri: string, state: string | undefined): string {
  return state === undefined ? uri : appendQuery(uri, printForm({ state }))
}

function showPage(context: ServerContext, exchange: Exchange, shown: Logout & { readonly login: Login }): HttpResponse {
  const { request, login } = shown
  const { client, redirectUri, state, uiLocales } = request
  const parameters = {
    ...(client && { client_id: client.clientId }),
    ...(redirectUri !== undefined && { post_logout_redirect_uri: redirectUri }),
    ...(state !== undefined && { state }),
  }
  return pageResponse(context, exchange, {
    page: {
      page: 'logout',
      csrf: csrfToken(context, knowBrowser(context, exchange), sessionPurpose(login)),
      username: login.user.username,
      ...(client && { client: { name: client.name } }),
      parameters,
    },
    ...(redirectUri !== undefined && { formTarget: redirectUri }),
    ...(uiLocales !== undefined && { uiLocales }),
  })
}

/** A form that another site sends carries no cookies of ours (`SameSite=Lax`); following a redirect, the browser sends them. */
function isForeignPost(context: ServerContext, { request }: Exchange, form: Parameters): boolean {
  const isWithoutCookie = readCookie(context, request, 'session') === undefined
  return request.method === 'POST' && isWithoutCookie && form.get('csrf') === undefined && printAll(form).length < 4096
}

function printAll(form: Parameters): string {
  return printForm(Object.fromEntries(form.names.map(name => [name, form.get(name)])))
}
