// RFC 9700 §4.13
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { nodeHandler } from '../../packages/ambit/src/edge/node.ts'
import { clientFailureLimits } from '../../packages/server/src/client/throttle.ts'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { authorizationUrl, issuer, readAnswer, startTarget, type Target } from './target.ts'

const spoofed = {
  forwarded: 'for=203.0.113.7;host=evil.example;proto=http',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-forwarded-port': '8080',
  'x-forwarded-prefix': '/evil',
  'x-original-url': '/jwks',
  'x-rewrite-url': '/jwks',
  'x-http-method-override': 'GET',
  host: 'evil.example',
}

test('RFC 9700 §4.13: what the server says of itself does not depend on headers', async () => {
  const target = await startTarget()
  const path = '/.well-known/oauth-authorization-server'
  const plain = await target.handle({ path })
  const attacked = await target.handle({ path, headers: spoofed })
  assert.equal(attacked.body, plain.body)
  assert.ok(plain.body.includes(`"issuer":"${issuer}"`))
})

test('RFC 9700 §4.13: redirects and cookies do not depend on headers', async () => {
  const target = await startTarget()
  const query = new URL(authorizationUrl()).search.slice(1)
  const response = await target.handle({ path: '/authorize', query, headers: spoofed })
  assert.equal(response.status, 303)
  assert.match(String(response.headers['location']), /^\/login\?interaction=/)
  assert.match(String(response.headers['set-cookie']), /^__Host-.*; Secure/)
})

for (const field of [
  'x-client-cert',
  'x-ssl-client-cert',
  'client-cert',
  'x-forwarded-client-cert',
  'ssl-client-verify',
  'x-remote-user',
])
  test(`RFC 9700 §4.13: a client is not authenticated by a header that anybody can send: ${field}`, async () => {
    const target = await startTarget()
    const form = { grant_type: 'client_credentials', client_id: 'machine' }
    const answer = await target.post('/token', form, { headers: { [field]: 'machine' } })
    assert.equal(answer.status, 401)
    assert.equal(answer.body['error'], 'invalid_client')
  })

/** Guesses secrets over a real connection, each guess under another made-up address, and answers the statuses. */
async function guess(target: Target, trustedProxies: readonly string[]): Promise<readonly number[]> {
  const server = createServer(nodeHandler(target.server.handle, { trustedProxies }))
  const port = await new Promise<number>(resolve =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
  const statuses: number[] = []
  for (let guessed = 0; guessed <= clientFailureLimits.failures; guessed++) {
    const headers = {
      authorization: basicHeader('machine', `guess ${guessed}`),
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.${guessed}.1`,
    }
    const url = `http://127.0.0.1:${port}/token`
    const body = 'grant_type=client_credentials'
    statuses.push((await readAnswer(await fetch(url, { method: 'POST', headers, body }))).status)
  }
  await new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })
  return statuses
}

test('RFC 9700 §4.13: a guesser does not get around the limit by making up `X-Forwarded-For`', async () => {
  const statuses = await guess(await startTarget(), [])
  assert.equal(statuses.at(-1), 429)
  assert.deepEqual(new Set(statuses.slice(0, -1)), new Set([401]))
})

test('RFC 9700 §4.13: a proxy that the operator trusts is believed about the addresses of its clients', async () => {
  assert.deepEqual(new Set(await guess(await startTarget(), ['127.0.0.1'])), new Set([401]))
})
