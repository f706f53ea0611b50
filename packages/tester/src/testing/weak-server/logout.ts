// OpenID Connect RP-Initiated Logout §2, §3
import { splitJws } from '../../node/forge-jws.ts'
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { sessionOf } from './authorize.ts'
import { redirect, type WeakRequest } from './message.ts'
import { errorPage, page } from './pages.ts'
import type { WeakWorld } from './world.ts'

/** Ends the session; without a hint of who asks only after the user said so. @spec OpenID Connect RP-Initiated Logout §2 */
export function logout(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  const { query, form, cookies, method } = request
  const { state } = world
  const asked = method === 'POST' ? form : query
  const hint = splitJws(asked.get('id_token_hint') ?? '')
  const client = state.clients.get(textOf(hint?.payload['aud']) ?? asked.get('client_id') ?? '')
  const target = asked.get('post_logout_redirect_uri')
  const { has } = world
  if (target !== null && client?.postLogoutRedirectUris.includes(target) !== true && !has('logout-anywhere'))
    return errorPage(world, 'the address to go to after logout is not registered')
  const session = sessionOf(request, world)
  const isSure =
    has('logout-unasked') ||
    hint !== undefined ||
    (form.get('logout') === 'yes' && form.get('csrf') === cookies.get('browser'))
  if (!isSure && session !== undefined) return page(world, 'Log out?', question(cookies.get('browser') ?? ''))
  endSession(cookies.get('session') ?? '', world)
  return target === null || (hint === undefined && !has('logout-anywhere'))
    ? page(world, 'Logged out', '<p>Goodbye.</p>')
    : redirect(target)
}

function question(csrf: string): string {
  return `<form method="post" action="/logout"><input type="hidden" name="csrf" value="${csrf}">
    <button name="logout" value="yes">Log out</button></form>`
}

/** Ends a session with the grants of its user that do not go on without it. */
function endSession(value: string, { state, has }: WeakWorld): void {
  const session = state.sessions.get(value)
  state.sessions.delete(value)
  if (session === undefined || has('refresh-after-logout') || has('refresh-unasked')) return
  for (const grant of state.grants) if (grant.sub === session.sub) grant.isRevoked = true
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
