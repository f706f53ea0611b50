import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { ServerEvent } from '../ports/observe.ts'
import type { ClientKey } from '../ports/records.ts'
import type { OutboundRequest, OutboundResponse } from '../ports/world.ts'
import { clients, testClient } from '../testing/clients.ts'
import { testClock } from '../testing/ports.ts'
import { type ClientKeyQuestion, findClientKeys } from './client-keys.ts'

const ec = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } as const
const rsa = { kty: 'RSA', n: 'n', e: 'AQAB' } as const
const uri = 'https://client.example/keys'
const sig: ClientKeyQuestion = { use: 'sig', alg: 'ES256' }

/** A client whose keys are fetched, and what the fetches answer. */
function published(first: readonly unknown[] = [{ ...ec, kid: 'a' }]) {
  const clock = testClock()
  const events: ServerEvent[] = []
  const asked: OutboundRequest[] = []
  let answer: () => OutboundResponse | Promise<OutboundResponse> = () => ok(first)
  const outbound = async (request: OutboundRequest) => {
    asked.push(request)
    return answer()
  }
  const context = { clock, observe: (event: ServerEvent) => void events.push(event), outbound }
  const client = published.client
  return {
    clock,
    events,
    asked,
    context,
    answer: (next: () => OutboundResponse | Promise<OutboundResponse>) => {
      answer = next
    },
    find: async (question: ClientKeyQuestion = sig, other = client) =>
      (await findClientKeys(context, other, question)).map(key => key.kid),
  }
}
const { jwks: _, ...keyless } = clients.signed
published.client = { ...keyless, jwksUri: uri }

function ok(keys: unknown): OutboundResponse {
  return { status: 200, headers: {}, body: JSON.stringify({ keys }) }
}

const fitting: readonly (readonly [string, ClientKey, ClientKeyQuestion, boolean])[] = [
  ['a key without a use', ec, { use: 'sig', alg: 'ES256' }, true],
  ['a key for signatures', { ...ec, use: 'sig' }, { use: 'sig', alg: 'ES256' }, true],
  ['a key for encryption, to verify with,', { ...ec, use: 'enc' }, { use: 'sig', alg: 'ES256' }, false],
  ['a key for signatures, to encrypt to,', { ...ec, use: 'sig' }, { use: 'enc', alg: 'ECDH-ES' }, false],
  ['a key that may verify', { ...ec, key_ops: ['verify'] }, { use: 'sig', alg: 'ES256' }, true],
  ['a key that may not verify', { ...ec, key_ops: ['deriveKey'] }, { use: 'sig', alg: 'ES256' }, false],
  ['a key that may derive, to encrypt to,', { ...ec, key_ops: ['deriveKey'] }, { use: 'enc', alg: 'ECDH-ES' }, true],
  ['a key of the algorithm', { ...ec, alg: 'ES256' }, { use: 'sig', alg: 'ES256' }, true],
  ['a key of another algorithm', { ...rsa, alg: 'RS256' }, { use: 'sig', alg: 'PS256' }, false],
  ['a key of another kind', rsa, { use: 'sig', alg: 'ES256' }, false],
  ['a key of another curve', { ...ec, crv: 'P-384' }, { use: 'sig', alg: 'ES256' }, false],
  ['an RSA key', rsa, { use: 'sig', alg: 'PS256' }, true],
  ['an elliptic key for RSA', ec, { use: 'sig', alg: 'RS256' }, false],
  ['an Edwards key', { kty: 'OKP', crv: 'Ed25519', x: 'x' }, { use: 'sig', alg: 'EdDSA' }, true],
  ['an Edwards key of another curve', { kty: 'OKP', crv: 'Ed448', x: 'x' }, { use: 'sig', alg: 'EdDSA' }, false],
  ['a key for agreement', { kty: 'OKP', crv: 'X25519', x: 'x' }, { use: 'enc', alg: 'ECDH-ES+A128KW' }, true],
  ['an Edwards key for agreement', { kty: 'OKP', crv: 'Ed25519', x: 'x' }, { use: 'enc', alg: 'ECDH-ES' }, false],
  ['an RSA key to encrypt to', rsa, { use: 'enc', alg: 'RSA-OAEP-256' }, true],
  ['an RSA key for agreement', rsa, { use: 'enc', alg: 'ECDH-ES' }, false],
  ['any key for no algorithm that is known', ec, { use: 'sig', alg: 'none' }, false],
  ['any key where no algorithm is named', rsa, { use: 'sig' }, true],
  ['the key of the name', { ...ec, kid: 'a' }, { ...sig, kid: 'a' }, true],
  ['a key of another name', { ...ec, kid: 'a' }, { ...sig, kid: 'b' }, false],
  ['a key without a name', ec, { ...sig, kid: 'b' }, false],
  ['a key of any name where none is asked for', { ...ec, kid: 'a' }, sig, true],
]
for (const [name, key, question, wanted] of fitting)
  test(`RFC 7517 §4: ${name} will ${wanted ? '' : 'not '}do`, async () => {
    const { context, asked } = published()
    const client = testClient({ name: 'signed', jwks: { keys: [key] } })
    assert.equal((await findClientKeys(context, client, question)).length, wanted ? 1 : 0)
    assert.equal(asked.length, 0, 'registered keys are not fetched')
  })

test('RFC 7591 §2: keys are fetched from the registered address when they are first needed, within limits', async () => {
  const { find, asked } = published()
  assert.deepEqual(await find(), ['a'])
  const [{ url, maxBytes, timeoutMillis, headers } = assert.fail()] = asked
  assert.deepEqual([url, maxBytes, timeoutMillis], [uri, 65_536, 3000])
  assert.match(headers?.['accept'] ?? '', /application\/jwk-set\+json/)
})

test('keys that were fetched serve five minutes', async () => {
  const { find, asked, clock, answer } = published()
  await find()
  answer(() => ok([{ ...ec, kid: 'b' }]))
  clock.advance(299)
  assert.deepEqual(await find(), ['a'])
  clock.advance(1)
  assert.deepEqual(await find(), ['b'])
  assert.equal(asked.length, 2)
})

test('keys that were fetched in the future, by a clock that is set back, are fetched again, and serve five minutes where they cannot be', async () => {
  const { find, asked, clock, answer } = published()
  await find()
  answer(() => ({ status: 500, headers: {}, body: '' }))
  clock.advance(-86_400)
  assert.deepEqual(await find(), ['a'])
  assert.equal(asked.length, 2)
  clock.advance(299)
  assert.deepEqual(await find(), ['a'])
  clock.advance(1)
  assert.deepEqual(await find(), [])
})

test('a key that is missing is asked for again, at most every half minute', async () => {
  const { find, asked, clock, answer } = published()
  await find()
  answer(() => ok([{ ...ec, kid: 'b' }]))
  clock.advance(29)
  assert.deepEqual(await find({ ...sig, kid: 'b' }), [])
  clock.advance(1)
  assert.deepEqual(await find({ ...sig, kid: 'b' }), ['b'])
  for (let round = 0; round < 5; round++) assert.deepEqual(await find({ ...sig, kid: 'forged' }), [])
  assert.equal(asked.length, 2)
})

test('all who ask at once share one fetch', async () => {
  const { find, asked, answer, clock } = published()
  const waiting = Promise.withResolvers<OutboundResponse>()
  answer(() => waiting.promise)
  const first = [find(), find(), find({ ...sig, kid: 'b' })]
  waiting.resolve(ok([{ ...ec, kid: 'a' }]))
  assert.deepEqual(await Promise.all(first), [['a'], ['a'], []])
  clock.advance(30)
  const again = Promise.withResolvers<OutboundResponse>()
  answer(() => again.promise)
  const second = [find({ ...sig, kid: 'b' }), find({ ...sig, kid: 'b' })]
  assert.deepEqual(await find(), ['a'], 'keys that are known wait for nobody')
  again.resolve(ok([{ ...ec, kid: 'b' }]))
  assert.deepEqual(await Promise.all(second), [['b'], ['b']])
  assert.equal(asked.length, 2)
})

const broken: readonly (readonly [string, Partial<OutboundResponse>, RegExp])[] = [
  ['another status', { status: 302 }, /answered with status 302/],
  ['no JSON', { body: '<html>' }, /not JSON/],
  ['no object', { body: '[]' }, /no key set/],
  ['nothing', { body: 'null' }, /no key set/],
  ['no list of keys', { body: '{"keys":{}}' }, /no key set/],
  ['too many keys', { body: JSON.stringify({ keys: Array.from({ length: 51 }, () => ec) }) }, /more than 50 keys/],
  ['a private key', { body: JSON.stringify({ keys: [ec, { ...ec, d: 'secret' }] }) }, /publishes a private/],
  ['a private RSA key', { body: JSON.stringify({ keys: [{ ...rsa, p: 'secret' }] }) }, /publishes a private/],
  [
    'a symmetric key',
    { body: JSON.stringify({ keys: [{ kty: 'oct', k: 'secret' }] }) },
    /publishes a private or symmetric/,
  ],
]
for (const [name, response, reason] of broken)
  test(`RFC 7517 §5: an answer with ${name} gives no keys, and the operator is told why`, async () => {
    const { find, events, answer } = published()
    answer(() => ({ ...ok([ec]), ...response }))
    assert.deepEqual(await find(), [])
    assert.deepEqual(
      events.map(event => event.kind),
      ['warning'],
    )
    assert.match(JSON.stringify(events), reason)
    assert.doesNotMatch(JSON.stringify(events), /secret/)
  })

test('RFC 7517 §5: a key of a kind that is not known, or with a member of the wrong type, is left out', async () => {
  const { find } = published([
    { kid: 'kindless' },
    { ...ec, kid: 7 },
    'text',
    null,
    { ...ec, x: {} },
    { ...ec, kid: 'a' },
  ])
  assert.deepEqual(await find({ use: 'sig' }), ['a'])
})

test('RFC 7517 §5: fifty keys are not too many', async () => {
  const { find } = published(Array.from({ length: 50 }, (_each, index) => ({ ...ec, kid: `${index}` })))
  assert.equal((await find()).length, 50)
})

test('a failure stands ten seconds', async () => {
  const { find, asked, clock, answer, events } = published()
  answer(() => Promise.reject(new Error('unreachable')))
  assert.deepEqual(await find(), [])
  answer(() => ok([{ ...ec, kid: 'a' }]))
  clock.advance(9)
  assert.deepEqual(await find(), [])
  assert.equal(asked.length, 1)
  clock.advance(1)
  assert.deepEqual(await find(), ['a'])
  assert.match(JSON.stringify(events), /keys of client `signed` cannot be had: unreachable/)
})

test('a failure takes no keys away that still serve, and all that do no more', async () => {
  const { find, clock, answer } = published()
  await find()
  answer(() => Promise.reject(new Error('unreachable')))
  clock.advance(60)
  assert.deepEqual(await find({ ...sig, kid: 'forged' }), [])
  assert.deepEqual(await find(), ['a'])
  clock.advance(240)
  assert.deepEqual(await find(), [])
})

test('a client that registers another address gets no keys of the old one, nor does another client', async () => {
  const { find, asked } = published()
  await find()
  await find(sig, { ...published.client, jwksUri: `${uri}/new` })
  await find(sig, { ...published.client, clientId: 'other' as never })
  assert.deepEqual(
    asked.map(({ url }) => url),
    [uri, `${uri}/new`, uri],
  )
})

test('keys of a thousand clients are kept, those that were used last', async () => {
  const { find, asked } = published()
  const of = (number: number) => find(sig, { ...published.client, clientId: `client-${number}` as never })
  for (let number = 0; number < 1000; number++) await of(number)
  await of(0)
  await of(1000)
  assert.equal(asked.length, 1001)
  await of(0)
  assert.equal(asked.length, 1001)
  await of(1)
  assert.equal(asked.length, 1002)
})

test('another server has keys of its own', async () => {
  const [one, two] = [published(), published()]
  await one.find()
  await two.find()
  assert.equal(two.asked.length, 1)
})

test('a client without keys, and one whose keys nothing can fetch, has none', async () => {
  const { context } = published()
  const { outbound: _outbound, ...within } = context
  assert.deepEqual(await findClientKeys(context, keyless, sig), [])
  assert.deepEqual(await findClientKeys(within, published.client, sig), [])
})

test('RFC 7591 §2: registered keys are preferred to an address', async () => {
  const { context, asked } = published()
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'registered' }] }
  assert.equal((await findClientKeys(context, { ...published.client, jwks }, sig))[0]?.kid, 'registered')
  assert.equal(asked.length, 0)
})

test('RFC 8725 §3.1: no key verifies by an algorithm that the server does not accept', async () => {
  const { context, asked } = published()
  const strict = { ...context, acceptedAlgorithms: ['PS256'] as const }
  assert.deepEqual(await findClientKeys(strict, published.client, sig), [])
  assert.deepEqual(await findClientKeys(strict, clients.signed, sig), [])
  assert.equal(asked.length, 0, 'nothing is fetched for it')
  assert.equal((await findClientKeys({ ...context, acceptedAlgorithms: ['ES256'] }, clients.signed, sig)).length, 1)
})
