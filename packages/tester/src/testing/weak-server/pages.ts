// RFC 9700 §4.2, §4.16; OpenID Connect Core §3.1.2.3, §3.1.2.4
import type { HeaderField, ReceivedResponse } from '../../wire/exchange.ts'
import { escapeHtml, html } from './message.ts'
import type { Interaction, WeakWorld } from './world.ts'

/** What each page is sent with. */
export function pageHeaders({ has }: WeakWorld): readonly HeaderField[] {
  const ancestors = has('frames-allowed') ? '' : "; frame-ancestors 'none'"
  const sources = has('third-party-content') ? 'default-src *' : "default-src 'self'"
  return [
    ['content-security-policy', `${sources}${ancestors}`],
    ...(has('frames-allowed') ? [] : [['x-frame-options', 'DENY'] satisfies HeaderField]),
    ['referrer-policy', has('referrer-sent') ? 'unsafe-url' : 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
  ]
}

/** A page in the server's dress. */
export function page(world: WeakWorld, title: string, body: string, status = 200): ReceivedResponse {
  const foreign = world.has('third-party-content') ? '<img src="https://counter.example/hit.gif" alt="">' : ''
  const text = `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>${body}${foreign}</body></html>`
  return html(text, status, pageHeaders(world))
}

/** Tells the user what is wrong; the browser goes nowhere. @spec RFC 6749 §4.1.2.1 */
export function errorPage(world: WeakWorld, why: string, status = 400): ReceivedResponse {
  return page(world, 'That did not work', `<p>${escapeHtml(why)}</p>`, status)
}

/** Asks who the user is. */
export function loginPage(
  world: WeakWorld,
  { id, csrf }: Pick<Interaction, 'id' | 'csrf'>,
  problem = '',
): ReceivedResponse {
  const body = `<p>${problem}</p><form method="post" action="/login">
    <input type="hidden" name="interaction" value="${id}"><input type="hidden" name="csrf" value="${csrf}">
    <label>User name <input name="username" autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    <button>Log in</button></form>`
  return page(world, 'Log in', body, problem === '' ? 200 : 401)
}

/** Asks what the user allows. */
export function consentPage(world: WeakWorld, interaction: Interaction): ReceivedResponse {
  const { id, csrf, client, scope } = interaction
  const boxes = scope.map(
    token => `<label><input type="checkbox" name="scope" value="${token}" checked> ${token}</label>`,
  )
  const isUnclear = world.has('consent-unclear')
  const said = isUnclear
    ? '<p>Something wants access.</p>'
    : `<p>${escapeHtml(client.name)} (${escapeHtml(client.clientId)}) wants access for 10 minutes at a time${scope.includes('offline_access') ? ', and for 30 days without you' : ''}.</p>`
  const hidden = isUnclear ? scope.map(token => `<input type="hidden" name="scope" value="${token}">`).join('') : ''
  const body = `${said}<form method="post" action="/consent">${isUnclear ? hidden : boxes.join('')}
    <input type="hidden" name="interaction" value="${id}"><input type="hidden" name="csrf" value="${csrf}">
    <button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>`
  return page(world, isUnclear ? 'One moment' : 'Allow access', body)
}
