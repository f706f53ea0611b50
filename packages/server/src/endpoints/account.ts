// RFC 6749 §10.2, RFC 7009 §1
import { isRefusal, type Parameters } from '@ambit/protocol'
import { lacksCode } from '../accounts/authentication.ts'
import { refuseOnPage } from '../authorize/refuse.ts'
import type { Endpoint, Exchange, ServerContext } from '../context.ts'
import { readForm } from '../interaction/form.ts'
import { scopeView } from '../interaction/scope-view.ts'
import { endLostTokens } from '../issue/end-lost-tokens.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import type { HomePage } from '../ports/pages.ts'
import type { GrantRecord } from '../ports/records.ts'
import { csrfToken, isOwnForm, knowBrowser } from '../session/browser.ts'
import { findLogin, type Login, sessionPurpose } from '../session/session.ts'

/** The signed-in home: who is logged in, and what which app may do. */
export const homeEndpoint: Endpoint = {
  path: '/',
  methods: ['GET'],
  isPage: true,
  async handle(context, exchange) {
    const login = await findLogin(context, exchange)
    if (login === undefined) return seeOther(`${context.basePath}/login`)
    if (lacksCode(login)) return seeOther(`${context.basePath}/login/code`)
    const browser = knowBrowser(context, exchange)
    const { user, session } = login
    const page: HomePage = {
      page: 'home',
      csrf: csrfToken(context, browser, sessionPurpose(login)),
      username: user.username,
      claims: user.claims,
      authTime: session.authTime,
      grants: await grantsOf(context, login),
      notices: (await Promise.all(context.mounted.notices.map(tell => tell(context, login)))).flat(),
    }
    const headers = browser.cookie === undefined ? {} : { 'set-cookie': [browser.cookie] }
    return pageResponse(context, exchange, { page, headers })
  },
}

/** Takes one scope or a whole grant back: `client_id`, and `scope` for one. */
export const accountGrantEndpoint: Endpoint = {
  path: '/account/grant',
  methods: ['POST'],
  isPage: true,
  async handle(context, exchange) {
    const form = readForm(exchange.request)
    if (isRefusal(form)) return refuseOnPage(context, exchange, { refusal: form })
    const login = await findLogin(context, exchange)
    if (login === undefined) return seeOther(`${context.basePath}/login`)
    if (lacksCode(login)) return seeOther(`${context.basePath}/login/code`)
    if (isOwnForm(context, exchange, { token: form.get('csrf'), purpose: sessionPurpose(login) }))
      await takeBack(context, exchange, { login, form })
    return seeOther(`${context.basePath}/`)
  },
}

async function grantsOf(context: ServerContext, { user }: Login): Promise<HomePage['grants']> {
  const now = context.clock.now()
  const grants = await context.store.listGrants(user.userId)
  const live = grants.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
  return Promise.all(live.map(grant => grantView(context, grant)))
}

async function grantView(context: ServerContext, grant: GrantRecord): Promise<HomePage['grants'][number]> {
  const client = await context.store.findClient(grant.clientId)
  const options = { isMandatory: false, isTicked: true }
  return {
    client: { clientId: grant.clientId, name: client?.name ?? grant.clientId },
    scopes: grant.scopes.map(({ token }) => scopeView(context.catalogue, token, options)),
    updatedAt: grant.updatedAt,
  }
}

/** Without its last scope a grant is gone as a whole, and everything that was issued for it with it. */
async function takeBack(
  context: ServerContext,
  { requestId }: Exchange,
  { login, form }: { readonly login: Login; readonly form: Parameters },
): Promise<void> {
  const { userId } = login.user
  const { store, clock, observe } = context
  const grants = await store.listGrants(userId)
  const grant = grants.find(({ clientId }) => clientId === form.get('client_id'))
  if (grant === undefined) return
  const { clientId } = grant
  const tokens = grant.scopes.map(({ token }) => token)
  const scope = form.get('scope')
  const removed = scope === undefined ? tokens : tokens.filter(token => token === scope)
  if (removed.length === tokens.length) await store.deleteGrant(userId, clientId, clock.now())
  else await store.removeFromGrant(userId, clientId, removed, clock.now())
  await endLostTokens(context, { userId, clientId })
  observe({ kind: 'grant.changed', requestId, userId, clientId, removed: removed.join(' ') })
}
