import { type HttpRequest, type HttpResponse, isRefusal, type Parameters, parseBody, parseForm } from '@ambit/protocol'
import type { Handle } from '../../edge/node.ts'
import { html } from '../../pages/markup.ts'
import type { DemoCatalogue } from '../catalogue.ts'
import { demoClients } from '../config.ts'
import { inventoryOf, type Places, petStoreOf } from '../places.ts'
import type { AppFetch } from './discovery.ts'
import { home, welcome } from './home.ts'
import { page, seeOther } from './layout.ts'
import { OAuthClient } from './oauth-client.ts'
import { type AppLogin, type AppSession, AppSessions, printCookie, rememberLogin } from './session.ts'
import { type Call, callApi, calls, loginFrom, nameOfUser, renew, type ShopClient } from './shop-client.ts'
import { type Shown, showFailure } from './shown.ts'
import { appStyle } from './style.ts'

/** What the app is made of. */
export type AppOptions = {
  readonly places: Places
  readonly catalogue: DemoCatalogue
  readonly clientSecret: string
  readonly fetch: AppFetch
}

/** What the app asks for at first, and what “ask for more” adds. */
const appScope = {
  first: 'openid profile read_pets write_pets read_orders',
  more: 'write_orders order inventory:price:write',
} as const

type App = AppOptions & { readonly sessions: AppSessions; readonly client: ShopClient }
type Visit = {
  readonly app: App
  readonly session: AppSession
  readonly request: HttpRequest
  readonly form: Parameters
}
type Action = (visit: Visit) => Promise<HttpResponse>

/** The web app: a confidential client that keeps its tokens to itself and shows what they are good for. */
export function createApp(options: AppOptions): Handle {
  const { places, clientSecret, fetch } = options
  const oauth = new OAuthClient({ places, clientId: demoClients.app, clientSecret, fetch })
  const app: App = { ...options, sessions: new AppSessions(), client: { oauth, places, fetch } }
  return request => answer(app, request).catch(error => broken(app, error))
}

const actions: Readonly<Record<string, Action>> = {
  '/login': visit => begin(visit, appScope.first, [petStoreOf(visit.app.places)]),
  '/more': visit =>
    begin(visit, `${appScope.first} ${appScope.more}`, [petStoreOf(visit.app.places), inventoryOf(visit.app.places)]),
  '/call': visit => withLogin(visit, login => call(visit, login)),
  '/narrow': visit => withLogin(visit, login => refresh(visit, login, 'read_pets')),
  '/whole': visit => withLogin(visit, login => refresh(visit, login)),
  '/logout': visit => withLogin(visit, login => logOut(visit, login)),
}

async function answer(app: App, request: HttpRequest): Promise<HttpResponse> {
  const { method, path } = request
  if (path === '/app.css')
    return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: appStyle }
  const session = app.sessions.of(request)
  if (path === '/' && method === 'GET') return showHome(app, session)
  if (path === '/callback' && method === 'GET') return finish(app, session, request)
  const action = Object.hasOwn(actions, path) ? actions[path] : undefined
  if (!action) return problem(app, 404, 'There is no such page.')
  if (method !== 'POST') return seeOther('/')
  const form = parseBody(request)
  if (isRefusal(form) || form.get('csrf') !== session.csrf)
    return problem(app, 400, 'This form is too old. Go back and try again.')
  return action({ app, session, request, form })
}

function showHome({ places, catalogue }: App, session: AppSession): HttpResponse {
  const { login } = session
  const main = login ? home({ session, login, places, catalogue }) : welcome(session)
  return page({ title: login ? 'Pets' : 'Welcome', main, cookie: printCookie(session) }, places.issuer)
}

async function begin({ app, session }: Visit, scope: string, resources: readonly string[]): Promise<HttpResponse> {
  const { url, pending } = await app.client.oauth.begin({ scope, resources })
  rememberLogin(session, pending, resources)
  return seeOther(url)
}

async function finish(app: App, session: AppSession, { query }: HttpRequest): Promise<HttpResponse> {
  const parameters = parseForm(query)
  if (isRefusal(parameters)) return problem(app, 400, 'No login began here.')
  const state = parameters.get('state') ?? ''
  const pending = session.pending.get(state)
  // a second tab comes back after the first one logged in
  if (pending === undefined && session.login) return seeOther('/')
  if (pending === undefined) return problem(app, 400, 'No login began here.')
  session.pending.delete(state)
  const resource = petStoreOf(app.places)
  const tokens = await app.client.oauth.finish(parameters, pending, resource)
  if (tokens.kind === 'failed') return showNext(session, showFailure('Login', tokens))
  const name = await nameOfUser(app.client, tokens.accessToken)
  const login = loginFrom(tokens, { name, resource, resources: pending.resources })
  if ('kind' in login) return showNext(session, showFailure('Login', login))
  if (session.login) await app.client.oauth.revoke(session.login.refreshToken)
  // a new session for a new login, so that nobody can prepare one for somebody else
  app.sessions.end(session)
  const next = app.sessions.begin()
  next.login = login
  return seeOther('/', printCookie(next))
}

async function call({ app, session, form }: Visit, login: AppLogin): Promise<HttpResponse> {
  const wanted = Object.entries(calls).find(([name]) => name === form.get('call'))
  if (!wanted) return problem(app, 400, 'There is no such call.')
  const chosen: Call = wanted[1]
  return showNext(session, await callApi(app.client, login, chosen))
}

async function refresh({ app, session }: Visit, login: AppLogin, scope?: string): Promise<HttpResponse> {
  const title = scope === undefined ? 'Refresh whole' : 'Refresh narrowed'
  const resource = petStoreOf(app.places)
  const held = await renew(app.client, login, scope === undefined ? { resource } : { resource, scope })
  if ('kind' in held) return showNext(session, showFailure(title, held))
  const words = `The app has a new token for the pet store. It carries “${held.scope}”, whatever you allowed beside.`
  return showNext(session, { title, isGood: true, words })
}

async function logOut({ app, session }: Visit, login: AppLogin): Promise<HttpResponse> {
  app.sessions.end(session)
  await app.client.oauth.revoke(login.refreshToken)
  return seeOther(await app.client.oauth.logoutUrl(login.idToken), printCookie(app.sessions.begin()))
}

async function withLogin({ session }: Visit, act: (login: AppLogin) => Promise<HttpResponse>): Promise<HttpResponse> {
  return session.login ? act(session.login) : seeOther('/')
}

function showNext(session: AppSession, shown: Shown): HttpResponse {
  session.shown = shown
  if (shown.isOver) delete session.login
  return seeOther('/')
}

function problem({ places }: App, status: number, words: string): HttpResponse {
  return page(
    { title: 'Problem', status, main: html`<h1>${words}</h1><p><a href="/">To the app</a></p>` },
    places.issuer,
  )
}

function broken(app: App, error: unknown): HttpResponse {
  if (!(error instanceof TypeError)) throw error
  return problem(app, 502, 'The authorization server or an API cannot be reached.')
}
