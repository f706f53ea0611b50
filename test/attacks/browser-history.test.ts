// RFC 9700 §4.3
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  authorizationUrl,
  authorize,
  consent,
  issuer,
  logIn,
  obtainCode,
  obtainTokens,
  redemption,
  startTarget,
} from './target.ts'

test('RFC 9700 §4.3.1: a code from the history is worth nothing after a minute', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  target.world.clock.advance(60)
  assert.equal((await target.post('/token', redemption(code))).body['error'], 'invalid_grant')
})

test('RFC 9700 §4.3.1: a code from the history is worth nothing once the client has redeemed it', async () => {
  const target = await startTarget()
  const code = await obtainCode(target)
  assert.equal((await target.post('/token', redemption(code))).status, 200)
  assert.equal((await target.post('/token', redemption(code))).body['error'], 'invalid_grant')
})

test('RFC 9700 §4.3.1: with form_post no code ever stands in a URL', async () => {
  const target = await startTarget()
  const browser = target.openBrowser()
  const page = await consent(
    browser,
    await logIn(browser, await browser.open(authorizationUrl({ response_mode: 'form_post' }))),
  )
  const [form] = page.forms
  assert.equal(form?.action, 'https://app.example/callback')
  const code = form?.fields.find(([name]) => name === 'code')?.[1] ?? ''
  assert.match(code, /^.{20,}$/)
  for (const response of page.trail) assert.ok(!(response.headers.get('location') ?? '').includes(code))
})

for (const responseType of ['token', 'id_token', 'id_token token', 'token id_token'])
  test(`RFC 9700 §2.1.2: unless it is switched on, no token travels in a URL: response_type=${responseType}`, async () => {
    const target = await startTarget()
    const left = await authorize(target.openBrowser(), { client_id: 'legacy', response_type: responseType, nonce: 'n' })
    const answer = new URLSearchParams(left.hash.slice(1) || left.search)
    assert.equal(answer.get('error'), 'unsupported_response_type')
    assert.ok(!answer.has('access_token') && !answer.has('id_token'))
  })

for (const responseType of ['code token', 'code id_token', 'code id_token token'])
  test(`RFC 6749 §3.1.1: a response type that is not supported is an error: ${responseType}`, async () => {
    const target = await startTarget()
    const left = await authorize(target.openBrowser(), { response_type: responseType })
    assert.match(left.href, /error=unsupported_response_type/)
  })

test('RFC 9700 §2.1.2: the implicit grant is not in the metadata unless it is switched on', async () => {
  const { server } = await startTarget()
  assert.deepEqual(server.metadata.response_types_supported, ['code'])
  assert.ok(!server.metadata.grant_types_supported?.includes('implicit'))
  assert.ok(!server.metadata.response_modes_supported?.includes('fragment'))
})

test('RFC 9700 §2.1.2: switching the implicit grant on warns the operator and cites the section', async () => {
  const { world } = await startTarget({ dangerouslyAllowImplicit: true })
  const warnings = world.events.filter(event => event.kind === 'warning')
  assert.ok(warnings.some(({ message }) => message.includes('RFC 9700 §2.1.2')))
})

test('RFC 9700 §2.1.2: the server switch alone does not open the implicit grant to a client', async () => {
  const target = await startTarget({ dangerouslyAllowImplicit: true })
  const left = await authorize(target.openBrowser(), { response_type: 'token' })
  assert.match(left.href, /error=unauthorized_client/)
})

test('RFC 9700 §4.3.2: an access token in the query is refused, though it is good', async () => {
  const target = await startTarget()
  const { access_token = '' } = await obtainTokens(target, { scope: 'openid read_pets' })
  const inQuery = await target.send(new Request(`${issuer}/userinfo?access_token=${access_token}`))
  assert.equal(inQuery.status, 400)
  const inHeader = new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal((await target.send(inHeader)).status, 200)
})

test('RFC 6749 §2.3.1: client credentials and codes in the request URI are refused', async () => {
  const target = await startTarget()
  const answer = await target.handle({
    method: 'POST',
    path: '/token',
    query: 'client_id=post&client_secret=x',
    form: redemption('a code'),
  })
  assert.equal(answer.status, 400)
  assert.match(answer.body, /"invalid_request"/)
})
