import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authorizationQuery, logIn, openWorld } from './testing/authorize.ts'
import { hiddenFields, pageOf } from './testing/browser.ts'

const paths = [
  '/',
  '/authorize',
  '/continue',
  '/login',
  '/consent',
  '/logout',
  '/account/grant',
  '/userinfo',
  '/none',
] as const
const names = authorizationQuery({ nonce: 'n', prompt: 'login', max_age: '1', claims: '{}', id_token_hint: 'x' })
  .split('&')
  .map(pair => pair.slice(0, pair.indexOf('=')))
const fields = [
  ...names,
  'username',
  'password',
  'csrf',
  'interaction',
  'account',
  'decision',
  'post_logout_redirect_uri',
]

const text = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0x10_ff_ff }).map(code => String.fromCodePoint(code)) }),
  fc.string(),
  fc.constantFrom(
    '',
    '%',
    '%ff',
    '%00',
    '{}',
    '[]',
    'null',
    '__proto__',
    'web',
    'openid',
    'none',
    'a'.repeat(5000),
    '\ud800',
  ),
)
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...fields), text), text), { maxLength: 8 })
  .map(pairs => pairs.map(([name, value]) => `${name}=${value}`).join('&'))
const overRight = fc.tuple(fc.constantFrom(...fields), text).map(([name, value]) => {
  return authorizationQuery({ [name]: value.isWellFormed() ? value : '' })
})
const header = fc.constantFrom(
  'cookie',
  'authorization',
  'content-type',
  'accept-language',
  'origin',
  'sec-fetch-site',
  'accept',
)
const headers = fc.dictionary(header, fc.oneof(text, fc.array(text, { maxLength: 3 })))

test('RFC 6749 §3.1: whatever a stranger sends, there is an answer, and it is never a 500', async () => {
  const { browser, server, authorize, world } = await openWorld({ dangerouslyAllowImplicit: true })
  const asked = await logIn(browser, await authorize())
  const known = hiddenFields(pageOf(asked))
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'x'),
    path: fc.oneof(fc.constantFrom(...paths), text),
    query: fc.oneof(query, overRight, fc.constant(`interaction=${known['interaction']}`)),
    headers: fc.oneof(
      headers,
      headers.map(more => ({ 'content-type': 'application/x-www-form-urlencoded', ...more })),
      headers.map(more => ({ ...more, cookie, 'content-type': 'application/x-www-form-urlencoded' })),
    ),
    body: fc.oneof(
      query,
      overRight,
      query.map(more => `interaction=${known['interaction']}&csrf=${known['csrf']}&${more}`),
      fc.constant(undefined),
    ),
    remoteAddress: fc.oneof(text, fc.ipV4(), fc.ipV6()),
  })
  await fc.assert(
    fc.asyncProperty(request, async value => {
      const { status } = await server.handle(value)
      assert.ok(status < 500, JSON.stringify(world.events.at(-1)))
    }),
    { numRuns: 1500, seed: 6749 },
  )
  assert.deepEqual(
    world.events.filter(({ kind }) => kind === 'request.failed'),
    [],
  )
})
