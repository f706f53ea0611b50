// RFC 6749 §10.14, RFC 9700 §3
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { errorCodes, type HttpRequest, type HttpResponse } from '@ambit/protocol'
import fc from 'fast-check'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import {
  authorizationUrl,
  authorize,
  clientSecret,
  issuer,
  obtainTokens,
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
  const { error, error_description: description = '' } = JSON.parse(body)
  assert.ok(error === undefined || ownCodes.has(error), about)
  assert.match(description, /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/, about)
  assert.equal(headers['cache-control'], 'no-store', about)
}

function judgeRedirect(location: string, about: string): void {
  const { origin } = new URL(location, issuer)
  assert.ok([issuer, 'https://app.example'].includes(origin), about)
}

const words = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'prompt', 'max_age'],
  ...['claims', 'resource', 'code_challenge', 'code_challenge_method', 'id_token_hint', 'login_hint', 'ui_locales'],
  ...['request', 'request_uri', 'grant_type', 'code', 'code_verifier', 'refresh_token', 'client_secret', 'token'],
  ...['token_type_hint', 'client_assertion', 'client_assertion_type', 'username', 'password', 'csrf', 'interaction'],
  ...['decision', 'account', 'post_logout_redirect_uri', 'access_token', '__proto__', 'constructor', 'toString', ''],
]

const texts = [
  ...['web', 'spa', 'machine', 'signed', 'legacy', 'https://app.example/callback', 'code', 'token', 'openid read_pets'],
  ...['query', 'form_post', 'fragment', 'none', 'login consent', 'S256', pkce.challenge, pkce.verifier, clientSecret],
  ...[
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'password',
    'alice',
    '0',
    '-1',
    '1e9',
    '9'.repeat(20),
  ],
  ...['{"userinfo":{"sub":{"value":1}}}', '{"id_token":null,"userinfo":[]}', '{'.repeat(50), '[]', 'null', '"x"'],
  ...['https://api.example/pets', '%', '%%30', '%c0%af', '%ff', '%00', '\0', '\r\nx: y', 'ä', '🐈', '\ud800', '../..'],
  ...['<script>alert(1)</script>', '"><img src=x>', 'javascript:alert(1)', "' or 1=1 --", '${7*7}', 'e30.e30.e30'],
  ...['allow', 'deny', 'logout', 'continue', 'other', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
]

const paths = [
  ...['/authorize', '/continue', '/login', '/consent', '/', '/account/grant', '/logout', '/token', '/introspect'],
  ...['/revoke', '/jwks', '/userinfo', '/assets/ambit.css', '/assets/..%2f', '/.well-known/openid-configuration'],
  ...['/.well-known/oauth-authorization-server', '/nowhere', '//', '', '/token/', '/%00', '/authorize/..'],
]

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }).map(length => 'A'.repeat(length)) },
)
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string() })
const encode = fc.constantFrom(
  (value: string) => encodeURIComponent(value.toWellFormed()),
  (value: string) => value,
)
const pair = fc.tuple(name, text, encode).map(([key, value, encoded]) => `${encoded(key)}=${encoded(value)}`)
const form = fc.oneof(
  { weight: 8, arbitrary: fc.array(pair, { maxLength: 12 }).map(pairs => pairs.join('&')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('a=1&'.repeat(200), 'x'.repeat(40_000), '&&&===', '{"grant_type":"x"}') },
)
const contentType = fc.constantFrom<string | string[] | undefined>(
  ...['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded;charset=utf-8', 'application/json'],
  ...['multipart/form-data; boundary=x', '', ';', 'text/plain', undefined],
  ['application/x-www-form-urlencoded', 'application/json'],
)
const authorization = fc.oneof(
  fc.constantFrom<string | string[] | undefined>(
    ...[undefined, undefined, basicHeader('web', clientSecret), basicHeader('machine', clientSecret)],
    ...['Basic', 'Basic !', `Basic ${btoa('no colon')}`, `Basic ${btoa('%:%')}`, `Basic ${btoa('\u00ff:\u00ff')}`],
    ...['Bearer', 'Bearer  x', 'Bearer e30.e30.e30', 'DPoP x', 'Negotiate', '', ','],
    [basicHeader('web', clientSecret), basicHeader('web', clientSecret)],
  ),
  text.map(value => `Bearer ${value}`),
)
const cookie = fc.constantFrom<string | undefined>(
  ...[undefined, '', '=', ';;;', '__Host-ambit_session=', `__Host-ambit_session=${'x'.repeat(5000)}`],
  ...['__Host-ambit_session=%00; __Host-ambit_session=a', '__Host-ambit_browser=🐈', '__Host-ambit_device=..'],
)
const header = fc.constantFrom('en', '', 'q=9', '*;q=-1', ';;;', 'de;q=0.9999, en', 'x'.repeat(3000))

const hostile: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.oneof(
    fc.constantFrom('GET', 'POST'),
    fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'get', ''),
  ),
  path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.webPath() }),
  query: fc.oneof(fc.constant(''), form),
  body: fc.oneof({ weight: 9, arbitrary: form }, { weight: 1, arbitrary: fc.constant(undefined) }),
  remoteAddress: fc.constantFrom('192.0.2.1', '', '2001:db8::1', 'unknown', '::'),
  headers: fc.record({ 'content-type': contentType, authorization, cookie, 'accept-language': header, accept: header }),
})

/** A server whose every dangerous part is on, so that it is reached too. */
const everything = { dangerouslyAllowImplicit: true, dangerouslyAllowPassword: true }

function failuresOf({ world }: Target): readonly string[] {
  return world.events.flatMap(event => (event.kind === 'request.failed' ? [String(event.error)] : []))
}

describe('RFC 6749 §10.14', () => {
  test('whatever is sent to whatever endpoint, the answer is one of the table, never a failure', async () => {
    const target = await startTarget(everything)
    const property = fc.asyncProperty(hostile, async request => judge(request, await target.server.handle(request)))
    await fc.assert(property, { numRuns: 4000 })
    assert.deepEqual(failuresOf(target), [])
  })

  test('so it is where a good authorization request is changed in one place, by a user who is logged in', async () => {
    const target = await startTarget(everything)
    const browser = target.openBrowser()
    await authorize(browser, { scope: 'openid read_pets' })
    const cookies = [...browser.cookies].map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ')
    const good = new URL(authorizationUrl({ scope: 'openid read_pets', nonce: 'n' })).search.slice(1)
    const property = fc.asyncProperty(pair, fc.boolean(), async (changed, isReplaced) => {
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
    const property = fc.asyncProperty(fc.constantFrom(...forms), pair, async ([path, good], changed) => {
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
