// RFC 6749 §10.14, RFC 9700 §3
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorCodes, type HttpRequest, type HttpResponse } from '@ambit/protocol'
import fc from 'fast-check'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { hostilePair, hostileRequest } from './hostile-requests.ts'
import {
  authorizationUrl,
  authorize,
  clientSecret,
  issuer,
  obtainTokens,
  parseObject,
  pkce,
  startTarget,
  type Target,
} from './target.ts'

/** Codes that are not of OAuth: what the router says where there is nothing. */
const ownCodes: ReadonlySet<string> = new Set([...Object.keys(errorCodes), 'not_found'])

/** Fails unless an answer is one that a server may give to a stranger, whatever was sent. */
function judge(request: HttpRequest, response: HttpResponse): void {
  const { status, headers, body } = response
  const about = `${request.method} ${request.path}?${request.query} ${String(request.body).slice(0, 300)} → ${status} ${body.slice(0, 500)}`
  assert.ok(status >= 200 && status < 500, about)
  assert.doesNotMatch(body, /\.ts:\d+|node_modules|node:internal|\bat \w+ \(/, about)
  for (const value of Object.values(headers).flat()) assert.match(value, /^[\x20-\x7e]*$/, about)
  assert.match(String(headers['x-request-id']), /^[\w-]+$/, about)
  const type = String(headers['content-type'] ?? '')
  if (type.startsWith('text/html')) judgePage(response, about)
  if (type === 'application/json' && status >= 400 && request.method !== 'HEAD') judgeError(response, about)
  if (headers['location'] !== undefined) judgeRedirect(String(headers['location']), about)
}

function judgePage({ status, headers, body }: HttpResponse, about: string): void {
  assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, about)
  assert.equal(headers['x-frame-options'], 'DENY', about)
  assert.equal(headers['cache-control'], 'no-store', about)
  assert.equal(headers['referrer-policy'], 'no-referrer', about)
  assert.doesNotMatch(body, /<script(?![^>]*\ssrc=")|<img|javascript:/i, about)
  const [, error] = /<code id="error"[^>]*>([^<]*)<\/code>/.exec(body) ?? []
  if (error !== undefined) assert.ok(status >= 400 && ownCodes.has(error), about)
}

function judgeError({ headers, body }: HttpResponse, about: string): void {
  const { error, error_description: description = '' } = parseObject(body)
  assert.ok(error === undefined || (typeof error === 'string' && ownCodes.has(error)), about)
  assert.ok(typeof description === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(description), about)
  assert.equal(headers['cache-control'], 'no-store', about)
}

function judgeRedirect(location: string, about: string): void {
  const { origin } = new URL(location, issuer)
  assert.ok([issuer, 'https://app.example'].includes(origin), about)
}

/** A server whose every dangerous part is on, so that it is reached too. */
const everything = { dangerouslyAllowImplicit: true, dangerouslyAllowPassword: true }

function failuresOf({ world }: Target): readonly string[] {
  return world.events.flatMap(event => (event.kind === 'request.failed' ? [String(event.error)] : []))
}

describe('RFC 6749 §10.14', () => {
  test('whatever is sent to whatever endpoint, the answer is one of the table, never a failure', async () => {
    const target = await startTarget(everything)
    const property = fc.asyncProperty(hostileRequest, async request =>
      judge(request, await target.server.handle(request)),
    )
    await fc.assert(property, { numRuns: 4000 })
    assert.deepEqual(failuresOf(target), [])
  })

  test('so it is where a good authorization request is changed in one place, by a user who is logged in', async () => {
    const target = await startTarget(everything)
    const browser = target.openBrowser()
    await authorize(browser, { scope: 'openid read_pets' })
    const cookies = [...browser.cookies].map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ')
    const good = new URL(authorizationUrl({ scope: 'openid read_pets', nonce: 'n' })).search.slice(1)
    const property = fc.asyncProperty(hostilePair, fc.boolean(), async (changed, isReplaced) => {
      const [key = ''] = changed.split('=')
      const kept = isReplaced ? good.split('&').filter(each => !each.startsWith(`${key}=`)) : good.split('&')
      const query = [...kept, changed].join('&')
      const request = {
        method: 'GET',
        path: '/authorize',
        query,
        headers: { cookie: cookies },
        body: '',
        remoteAddress: '192.0.2.1',
      }
      judge(request, await target.server.handle(request))
    })
    await fc.assert(property, { numRuns: 1500 })
    assert.deepEqual(failuresOf(target), [])
  })

  test('so it is where an authenticated client sends a token request that is changed in one place', async () => {
    const target = await startTarget(everything)
    const { refresh_token = '', access_token = '' } = await obtainTokens(target, {
      scope: 'openid read_pets offline_access',
    })
    const forms = [
      ['/token', `grant_type=refresh_token&refresh_token=${refresh_token}`],
      ['/token', 'grant_type=client_credentials&scope=read_pets'],
      ['/token', `grant_type=authorization_code&code=x&code_verifier=${pkce.verifier}`],
      ['/token', 'grant_type=password&username=alice&password=x'],
      ['/introspect', `token=${access_token}`],
      ['/revoke', 'token=x'],
    ] as const
    const property = fc.asyncProperty(fc.constantFrom(...forms), hostilePair, async ([path, good], changed) => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basicHeader('web', clientSecret),
      }
      const request = {
        method: 'POST',
        path,
        query: '',
        headers,
        body: `${good}&${changed}`,
        remoteAddress: '192.0.2.1',
      }
      judge(request, await target.server.handle(request))
    })
    await fc.assert(property, { numRuns: 1500 })
    assert.deepEqual(failuresOf(target), [])
  })
})
