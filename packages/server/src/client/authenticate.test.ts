import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HttpRequest, isRefusal, parseBody } from '@ambit/protocol'
import { tokenEndpoint } from '../endpoints/token.ts'
import { clientSecret, testClient } from '../testing/clients.ts'
import { hashOf } from '../testing/ids.ts'
import { basicHeader, bodyOf, outcomeOf, request } from '../testing/requests.ts'
import { type TestWorld, testWorld } from '../testing/world.ts'
import { authenticateClient } from './authenticate.ts'
import { clientFailureLimits } from './throttle.ts'

async function authenticate(sent: HttpRequest, world?: TestWorld): Promise<string> {
  const { context, exchange } = world ?? (await testWorld())
  const form = parseBody(sent)
  assert.ok(!isRefusal(form))
  const result = await authenticateClient(context, exchange(sent), form)
  return isRefusal(result) ? result.error : result.clientId
}

const basic = (clientId: string, secret = clientSecret) => request({ form: {}, basic: [clientId, secret] })
const form = (fields: Record<string, string>) => request({ form: fields })
const header = (authorization: string | string[]) => request({ form: {}, headers: { authorization } })

test('RFC 6749 §2.3.1: a client authenticates by HTTP Basic', async () => {
  assert.equal(await authenticate(basic('web')), 'web')
})

test('RFC 6749 §2.3.1: both parts of Basic credentials are form-decoded', async () => {
  const world = await testWorld({
    clients: [testClient({ name: 'a:b c', secretHashes: [hashOf('1+1 = 2 & ü%')] })],
  })
  const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  assert.equal(
    await authenticate(header(`Basic ${btoa(`${encoded('a:b c')}:${encoded('1+1 = 2 & ü%')}`)}`), world),
    'a:b c',
  )
})

test('RFC 7617 §2: the scheme Basic is known in any case', async () => {
  assert.equal(await authenticate(header(basicHeader('web', clientSecret).replace('Basic', 'bASIC'))), 'web')
})

test('RFC 6749 §2.3.1: a client authenticates by secret in the body', async () => {
  assert.equal(await authenticate(form({ client_id: 'post', client_secret: clientSecret })), 'post')
})

test('RFC 6749 §3.2.1: a public client names itself', async () => {
  assert.equal(await authenticate(form({ client_id: 'spa' })), 'spa')
})

test('RFC 6749 §2.3.1: a new secret and the one it replaces both do', async () => {
  const client = testClient({ name: 'rolling', secretHashes: [hashOf('new'), hashOf('old')] })
  const world = await testWorld({ clients: [client] })
  assert.equal(await authenticate(basic('rolling', 'new'), world), 'rolling')
  assert.equal(await authenticate(basic('rolling', 'old'), world), 'rolling')
  assert.equal(await authenticate(basic('rolling', 'older'), world), 'invalid_client')
})

const refused: readonly (readonly [string, HttpRequest, string])[] = [
  ['§2.3: nothing at all', form({}), 'invalid_client'],
  ['§2.3.1: a wrong secret', basic('web', 'wrong'), 'invalid_client'],
  ['§2.3.1: an empty secret', basic('web', ''), 'invalid_client'],
  ['§2.3.1: an empty client id', basic('', clientSecret), 'invalid_client'],
  ['§2.3.1: an unknown client', basic('nobody'), 'invalid_client'],
  ['§2.3.1: an unknown public client', form({ client_id: 'nobody' }), 'invalid_client'],
  [
    '§2.3: a client of client_secret_basic that posts its secret',
    form({ client_id: 'web', client_secret: clientSecret }),
    'invalid_client',
  ],
  ['§2.3: a client of client_secret_post that uses Basic', basic('post'), 'invalid_client'],
  ['§2.3: a confidential client that only names itself', form({ client_id: 'web' }), 'invalid_client'],
  ['§2.3: a public client that sends a secret', form({ client_id: 'spa', client_secret: 'x' }), 'invalid_client'],
  ['§2.3: a secret without a client', form({ client_secret: clientSecret }), 'invalid_request'],
  [
    '§2.3: two methods at once',
    request({ form: { client_id: 'web', client_secret: clientSecret }, basic: ['web', clientSecret] }),
    'invalid_request',
  ],
  [
    '§2.3: another client in the body',
    request({ form: { client_id: 'spa' }, basic: ['web', clientSecret] }),
    'invalid_request',
  ],
  [
    '§2.3.1: two Authorization headers',
    header([basicHeader('web', clientSecret), basicHeader('web', clientSecret)]),
    'invalid_request',
  ],
  ['§2.3.1: another scheme', header('Bearer abc'), 'invalid_client'],
  ['§2.3.1: Basic without credentials', header('Basic'), 'invalid_client'],
  ['§2.3.1: Basic that is not base64', header('Basic a'), 'invalid_client'],
  ['§2.3.1: Basic without a colon', header(`Basic ${btoa('web')}`), 'invalid_client'],
  ['§2.3.1: Basic with a broken escape', header(`Basic ${btoa('web:%zz')}`), 'invalid_client'],
  ['§2.3.1: Basic with characters that were not encoded', header(`Basic ${btoa('web:\xfc')}`), 'invalid_client'],
]

for (const [name, sent, error] of refused)
  test(`RFC 6749 ${name} is ${error}`, async () => assert.equal(await authenticate(sent), error))

test('RFC 6749 §2.3.1: a right secret in an undecoded form is not the secret', async () => {
  const client = testClient({ name: 'percent', secretHashes: [hashOf('ü')] })
  const world = await testWorld({ clients: [client] })
  assert.equal(await authenticate(header(`Basic ${btoa('percent:\xfc')}`), world), 'invalid_client')
})

test('RFC 6749 §2.3.1: an unknown client costs the same comparison as a known one', async () => {
  const { context, exchange, options } = await testWorld()
  const compared: string[] = []
  const isEqual = (a: string, b: string) => (compared.push(b), options.crypto.isEqual(a, b))
  const crypto = { ...options.crypto, isEqual }
  for (const clientId of ['web', 'nobody']) {
    const sent = basic(clientId, 'wrong')
    const parsed = parseBody(sent)
    assert.ok(!isRefusal(parsed))
    await authenticateClient({ ...context, crypto }, exchange(sent), parsed)
  }
  assert.equal(compared.length, 2)
})

test('RFC 6749 §5.2: a refused client is answered 401 with a challenge for the scheme it used', async () => {
  const { context, exchange } = await testWorld()
  const response = await tokenEndpoint.handle(context, exchange(basic('web', 'wrong')))
  assert.equal(outcomeOf(response), '401 invalid_client')
  assert.equal(response.headers['www-authenticate'], 'Basic realm="https://as.example"')
})

test('RFC 6749 §5.2: the public is not told what about the client was wrong, the operator is', async () => {
  const { context, exchange, events } = await testWorld()
  const responses = [basic('web', 'wrong'), basic('nobody'), basic('post')].map(sent =>
    tokenEndpoint.handle(context, exchange(sent)),
  )
  const descriptions = (await Promise.all(responses)).map(response => bodyOf(response)['error_description'])
  assert.equal(new Set(descriptions).size, 1)
  const reasons = events.map(event => (event.kind === 'request.refused' ? event.reason : event.kind))
  assert.equal(new Set(reasons).size, 3, reasons.join())
})

test('RFC 6749 §10.10: clients that do not exist are counted together, so that made-up ones cannot fill the store', async () => {
  const { context, exchange } = await testWorld()
  const send = (sent: HttpRequest) => tokenEndpoint.handle(context, exchange(sent))
  const keys = new Set<string>()
  const { countFailure } = context.store
  Object.assign(context.store, {
    countFailure: (...failure: Parameters<typeof countFailure>) => {
      keys.add(failure[0])
      return countFailure(...failure)
    },
  })
  for (let count = 0; count < clientFailureLimits.failures; count++) await send(basic(`nobody-${count}`, 'wrong'))
  assert.equal(keys.size, 1)
  assert.equal(outcomeOf(await send(basic('nobody', 'wrong'))), '429 invalid_client')
  assert.equal(outcomeOf(await send(basic('machine', 'wrong'))), '401 invalid_client', 'a client that exists')
})

test('RFC 6749 §3.2.1: a request that only names a client has no proof that could be counted as wrong', async () => {
  const { context, exchange } = await testWorld()
  const send = (sent: HttpRequest) => tokenEndpoint.handle(context, exchange(sent))
  for (let count = 0; count <= clientFailureLimits.failures; count++)
    assert.equal(outcomeOf(await send(form({ client_id: 'web' }))), '401 invalid_client')
  assert.equal(outcomeOf(await send(basic('web', 'wrong'))), '401 invalid_client')
})

test('RFC 6749 §2.3.1, §10.10: wrong secrets are throttled, and the right one still works', async () => {
  const world = await testWorld()
  const { context, exchange, clock } = world
  const send = (sent: HttpRequest) => tokenEndpoint.handle(context, exchange(sent))
  for (let count = 0; count < clientFailureLimits.failures; count++)
    assert.equal(outcomeOf(await send(basic('machine', 'wrong'))), '401 invalid_client')
  const throttled = await send(basic('machine', 'wrong'))
  assert.equal(outcomeOf(throttled), '429 invalid_client')
  assert.equal(throttled.headers['retry-after'], String(clientFailureLimits.windowTtl))
  assert.equal(throttled.headers['www-authenticate'], undefined)
  assert.equal(await authenticate(basic('machine'), world), 'machine', 'the right secret')
  const elsewhere = { ...basic('machine', 'wrong'), remoteAddress: '198.51.100.7' }
  assert.equal(outcomeOf(await send(elsewhere)), '401 invalid_client', 'another address')
  assert.equal(outcomeOf(await send(basic('web', 'wrong'))), '401 invalid_client', 'another client')
  clock.advance(clientFailureLimits.windowTtl + 1)
  assert.equal(outcomeOf(await send(basic('machine', 'wrong'))), '401 invalid_client', 'after the window')
})

test('RFC 6749 §2.3: a method that the server does not take proves nothing, though the client is registered for it', async () => {
  const world = await testWorld({ clientAuthenticationMethods: ['private_key_jwt'] })
  assert.equal(await authenticate(basic('web'), world), 'invalid_client')
  assert.equal(await authenticate(form({ client_id: 'spa' }), world), 'invalid_client')
})

test('RFC 6749 §2.3: beside the method that counts there is no other, also none that the server does not take', async () => {
  const world = await testWorld({ clientAuthenticationMethods: ['private_key_jwt'] })
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const both = { client_id: 'web', client_secret: clientSecret, client_assertion: 'x.y.z', client_assertion_type: type }
  assert.equal(await authenticate(form(both), world), 'invalid_request')
})
