import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageResponse, seeOther } from './page-response.ts'
import { request } from './testing/requests.ts'
import { testWorld } from './testing/world.ts'

async function policyFor(formTarget: string): Promise<string> {
  const { context, exchange } = await testWorld()
  const { headers } = pageResponse(context, exchange(request()), { page: { page: 'logged_out' }, formTarget })
  const policy = String(headers['content-security-policy'])
  return /form-action ([^;]*);/.exec(policy)?.[1] ?? ''
}

test('RFC 9700 §4.16: a page allows no inline script, no other site, and no frame around it', async () => {
  const { context, exchange } = await testWorld()
  const { headers } = pageResponse(context, exchange(request()), { page: { page: 'logged_out' } })
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
  assert.ok(headers['permissions-policy'])
})

test('a form may end at the client: its origin, or its scheme where the policy has no word for the host', async () => {
  assert.equal(await policyFor('https://app.example:8443/callback?x=1'), "'self' https://app.example:8443")
  assert.equal(await policyFor('http://127.0.0.1:5000/callback'), "'self' http://127.0.0.1:5000")
  assert.equal(await policyFor('http://[::1]:5000/callback'), "'self' http:")
  assert.equal(await policyFor('com.example.app:/callback'), "'self' com.example.app:")
})

for (const host of ['a;sandbox', 'a;script-src', 'a,frame-ancestors', '*', '*.example', "a'self'"])
  test(`RFC 9700 §4.16: no host of a redirect URI adds to the policy of a page: ${host}`, async () => {
    const { context, exchange } = await testWorld()
    const answer = { page: { page: 'logged_out' }, formTarget: `https://${host}/callback` } as const
    const { headers } = pageResponse(context, exchange(request()), answer)
    const plain = pageResponse(context, exchange(request()), { page: { page: 'logged_out' } })
    assert.equal(headers['content-security-policy'], plain.headers['content-security-policy'])
  })

test('RFC 9110 §12.5.4: the page knows what languages the browser wants, and says which one it is in', async () => {
  const { context, exchange } = await testWorld()
  const german = exchange(request({ headers: { 'accept-language': 'de' } }))
  const response = pageResponse(context, german, { page: { page: 'logged_out' } })
  assert.equal(response.headers['content-language'], 'en')
  assert.match(response.body, /"acceptLanguage":"de"/)
})

test('RFC 9700 §4.12: a redirect is 303, is not kept and tells nothing of where it came from', () => {
  assert.deepEqual(seeOther('/x', ['a=b']), {
    status: 303,
    headers: { location: '/x', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'set-cookie': ['a=b'] },
    body: '',
  })
})
