// RFC 8628 §3.1, §3.2, §3.3, §3.5, §5.1
import { randomInt } from 'node:crypto'
import type { ReceivedResponse } from '../../wire/exchange.ts'
import { cookie, sessionOf } from './authorize.ts'
import { authenticate } from './client-authentication.ts'
import type { Asking } from './grant-rules.ts'
import { issueTokens } from './issue.ts'
import { escapeHtml, json, redirect, refusal, type WeakRequest } from './message.ts'
import { errorPage, page } from './pages.ts'
import { knownScopes } from './setting.ts'
import { type DeviceRecord, type Grant, scopeOf, unguessable, type WeakWorld } from './world.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** The device authorization endpoint. @spec RFC 8628 §3.1, §3.2 */
export function authorizeDevice(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  const who = authenticate(request, world)
  if ('response' in who) return who.response
  const { client } = who
  if (!client.grantTypes.includes(deviceGrant)) return refusal('unauthorized_client', 'the client may not do this')
  const scope = scopeOf(request.form.get('scope'))
  if (!scope.every(each => client.scope.includes(each) && knownScopes.some(known => known === each)))
    return refusal('invalid_scope', 'the client may not ask for that')
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const userCode = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  const code = unguessable()
  const { now, issuer, state } = world
  state.devices.set(code, {
    userCode,
    clientId: client.clientId,
    scope,
    expiresAt: now() + 300_000,
    polledAt: 0,
    interval: 5,
    answer: 'pending',
  })
  return json({
    device_code: code,
    user_code: userCode,
    verification_uri: `${issuer}/device`,
    verification_uri_complete: `${issuer}/device?user_code=${userCode}`,
    expires_in: 300,
    interval: 5,
  })
}

/** What the device asks again and again. @spec RFC 8628 §3.4, §3.5 */
export function redeemDeviceCode({ client, form, jkt }: Asking, world: WeakWorld): ReceivedResponse {
  const { state, now, has } = world
  const record = state.devices.get(form.get('device_code') ?? '')
  if (record === undefined || (record.clientId !== client.clientId && !has('device-of-anybody')))
    return refusal('invalid_grant', 'the device code is not known')
  if (record.answer === 'spent' && !has('device-reused'))
    return refusal('invalid_grant', 'the device code was used before')
  if (record.expiresAt <= now() && !has('device-forever')) return refusal('expired_token', 'the device code is over')
  if (record.answer === 'denied') return refusal('access_denied', 'the user said no')
  const isEarly = now() - record.polledAt < record.interval * 1000
  record.polledAt = now()
  if (isEarly && !has('device-hurry')) {
    record.interval += 5
    return refusal('slow_down', 'ask less often')
  }
  if (record.answer === 'pending' || record.sub === undefined)
    return refusal('authorization_pending', 'the user has not answered')
  record.answer = 'spent'
  const { sub, scope, clientId } = record
  const grant: Grant = { id: unguessable(), sub, clientId, scope, resources: [], isRevoked: false }
  state.grants.push(grant)
  const isRefreshable = scope.includes('offline_access') && client.grantTypes.includes('refresh_token')
  return json(issueTokens(world, { grant, scope, isRefreshable, ...(jkt !== undefined && { jkt }) }))
}

/** Wrong user codes that one browser may try. */
const mostGuesses = 5

/** Where the user says which device it is, and whether it may. @spec RFC 8628 §3.3 */
export function devicePage(request: WeakRequest, world: WeakWorld): ReceivedResponse {
  const { state, now } = world
  const asked = (request.form.get('user_code') ?? request.query.get('user_code') ?? '')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
  const session = sessionOf(request, world)
  const browser = request.cookies.get('browser') ?? unguessable()
  const problem = request.method === 'POST' ? problemOfForm(request, world, browser) : undefined
  if (problem !== undefined) return problem
  const fields = [cookie('browser', browser, world)]
  if (session === undefined) {
    const user = state.users.find(
      each => each.username === request.form.get('username') && each.password === request.form.get('password'),
    )
    if (user === undefined)
      return withFields(loginForm(world, { asked, browser }, request.form.has('password')), fields)
    const value = unguessable()
    state.sessions.set(value, { sub: user.sub, authTime: Math.floor(now() / 1000) })
    return redirect(`/device?user_code=${asked}`, [...fields, cookie('session', value, world)])
  }
  const guesses = state.failures.get(`device ${session.sub}`) ?? { count: 0, since: now() }
  if (guesses.count >= mostGuesses && !world.has('device-guessable') && now() - guesses.since < 60_000)
    return errorPage(world, 'too many codes were tried', 429)
  const record = [...state.devices.values()].find(each => each.userCode === asked && isOpen(each, now()))
  if (record === undefined) {
    if (asked !== '') state.failures.set(`device ${session.sub}`, { ...guesses, count: guesses.count + 1 })
    return withFields(codeForm(world, browser, asked !== ''), fields)
  }
  const decision = request.form.get('decision')
  if (decision === null) return withFields(confirmation(world, record, browser), fields)
  record.answer = decision === 'allow' ? 'allowed' : 'denied'
  record.sub = session.sub
  return page(world, 'Done', '<p>You may go back to your device.</p>')
}

function isOpen(record: DeviceRecord, now: number): boolean {
  return record.answer === 'pending' && record.expiresAt > now
}

function problemOfForm(
  { form, cookies }: WeakRequest,
  world: WeakWorld,
  browser: string,
): ReceivedResponse | undefined {
  const isOwn = cookies.get('browser') === browser && form.get('csrf') === csrfOf(browser)
  return isOwn || world.has('consent-without-csrf') ? undefined : errorPage(world, 'the form is not ours', 403)
}

function csrfOf(browser: string): string {
  return `${browser.slice(0, 20)}-form`
}

function withFields(response: ReceivedResponse, fields: ReceivedResponse['headers']): ReceivedResponse {
  return { ...response, headers: [...response.headers, ...fields] }
}

type Seat = { readonly asked: string; readonly browser: string }

function loginForm(world: WeakWorld, { asked, browser }: Seat, isAgain: boolean): ReceivedResponse {
  const body = `<form method="post" action="/device"><input type="hidden" name="csrf" value="${csrfOf(browser)}">
    <input type="hidden" name="user_code" value="${escapeHtml(asked)}">
    <label>User name <input name="username" autocomplete="username"></label>
    <label>Password <input name="password" type="password"></label><button>Log in</button></form>`
  return page(world, 'Log in', `<p>${isAgain ? 'User name or password is wrong.' : ''}</p>${body}`, isAgain ? 401 : 200)
}

function codeForm(world: WeakWorld, browser: string, isWrong: boolean): ReceivedResponse {
  const body = `<p>${isWrong ? 'There is no such code.' : ''}</p><form method="post" action="/device">
    <input type="hidden" name="csrf" value="${csrfOf(browser)}">
    <label>Code on the device <input name="user_code"></label><button>Continue</button></form>`
  return page(world, 'Connect a device', body, isWrong ? 400 : 200)
}

function confirmation(
  world: WeakWorld,
  { userCode, scope, clientId }: DeviceRecord,
  browser: string,
): ReceivedResponse {
  const client = world.state.clients.get(clientId)
  const body = `<p>${escapeHtml(client?.name ?? '')} (${escapeHtml(clientId)}) wants access for 10 minutes at a time: ${scope.join(', ')}. Its code is ${userCode}.</p>
    <form method="post" action="/device"><input type="hidden" name="csrf" value="${csrfOf(browser)}">
    <input type="hidden" name="user_code" value="${userCode}">
    <button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>`
  return page(world, 'Allow access', body)
}
