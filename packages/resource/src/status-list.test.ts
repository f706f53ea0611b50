import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JwtVerifierOptions, jwtVerifier } from './jwt-verifier.ts'
import type { StatusListOptions } from './status-list.ts'
import { statusAt } from './status-list-token.ts'
import { type Answering, issuer, resource, start, testClock, testFetch, testKey } from './testing/issuer.ts'
import { base64url, compress, signRaw } from './testing/jws.ts'
import { settled, testTimers } from './testing/timers.ts'
import type { Verification } from './verification.ts'

const key = await testKey('key-1')
const otherKey = await testKey('key-1')
const expected = { issuer, audience: resource }
const uri = `${issuer}/status-lists/1`
const listHeader = { alg: 'ES256', kid: 'key-1', typ: 'statuslist+jwt' }
/** The list of the specification's example of one bit: the first is revoked, the second is not. */
const example = { bits: 1, lst: compress(Uint8Array.of(0xb9, 0xa3)) }

const tokenAt = (idx: unknown, members: object = {}) =>
  key.sign({ exp: start + 86_400, status: { status_list: { idx, uri, ...members } } })

function listToken(claims: object = {}, header: object = {}, signer = key): string {
  const payload = { sub: uri, iat: start, status_list: example, ...claims }
  return signRaw(signer.privateKey, JSON.stringify({ ...listHeader, ...header }), JSON.stringify(payload))
}

function listAnswer(body: string, type = 'application/statuslist+jwt', status = 200): Response {
  return new Response(body, { status, headers: { 'content-type': type } })
}

const serving =
  (claims: object = {}, header: object = {}, signer = key): Answering =>
  () =>
    listAnswer(listToken(claims, header, signer))
const broken: Answering = () => new Response('', { status: 500 })

function world(statusList: StatusListOptions | 'ignore', ...answers: readonly Answering[]) {
  const clock = testClock()
  const timers = testTimers()
  const { fetch, calls } = testFetch(...answers)
  const options: JwtVerifierOptions = { jwks: key.jwks, fetch, clock, statusList, startTimer: timers.startTimer }
  const verifyToken = jwtVerifier(options)
  return { clock, calls, timers, verify: (token: string) => verifyToken(token, expected) }
}

const toldBy = (found: Verification) => (found.kind === 'verified' ? 'verified' : `${found.kind}: ${found.reason}`)

for (const [bits, bytes, statuses] of [
  [1, [0xb9, 0xa3], [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]],
  [2, [0xc9, 0x44, 0xf9], [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]],
  [4, [0x21, 0x43], [1, 2, 3, 4]],
  [8, [0x00, 0xff, 0x02], [0, 255, 2]],
] as const)
  test(`Token Status List §4.1: ${bits} bits are counted from the least significant one`, () => {
    const list = { bits, bytes: Uint8Array.from(bytes) }
    assert.deepEqual(
      statuses.map((_, at) => statusAt(list, at)),
      [...statuses],
    )
    assert.equal(statusAt(list, statuses.length), undefined, 'there it ends')
  })

test('Token Status List §4.1: the list of the specification is read as it was compressed there', async () => {
  const lst = Buffer.from('78dadbb918000217015d', 'hex').toString('base64url')
  const { verify } = world({}, serving({ status_list: { bits: 1, lst } }))
  const found = await Promise.all(Array.from({ length: 16 }, async (_, at) => (await verify(await tokenAt(at))).kind))
  assert.deepEqual(
    found.map(kind => (kind === 'verified' ? 0 : 1)),
    [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1],
  )
})

test('Token Status List §8.1: the list is fetched once for all, from its address, as what it is', async () => {
  const { verify, calls } = world({}, serving())
  const token = await tokenAt(1)
  const found = await Promise.all([verify(token), verify(token), verify(await tokenAt(2))])
  assert.deepEqual(new Set(found.map(toldBy)), new Set(['verified']))
  assert.equal((await verify(await tokenAt(0))).kind, 'refusal')
  assert.deepEqual(
    calls.map(({ url }) => url),
    [uri],
  )
  assert.equal(new Headers(calls[0]?.init.headers).get('accept'), 'application/statuslist+jwt')
  assert.equal(calls[0]?.init.redirect, 'manual')
})

for (const [status, name] of [
  [1, 'revoked'],
  [2, 'suspended'],
  [3, 'of status 3'],
] as const)
  test(`Token Status List §7.1: whatever is not valid is refused: ${name}`, async () => {
    const { verify } = world({}, serving({ status_list: { bits: 2, lst: compress(Uint8Array.of(status)) } }))
    assert.equal(toldBy(await verify(await tokenAt(0))), `refusal: the token is ${name} by its status list`)
  })

for (const [name, idx] of [
  ['beyond the end', 16],
  ['far beyond', Number.MAX_SAFE_INTEGER],
] as const)
  test(`Token Status List §8.3: a token whose place is ${name} is refused`, async () => {
    const { verify } = world({}, serving())
    assert.equal(toldBy(await verify(await tokenAt(idx))), `refusal: the status list has no place ${idx}`)
  })

for (const status of [
  null,
  'x',
  [],
  {},
  { other_mechanism: {} },
  { status_list: null },
  { status_list: { idx: 1 } },
  { status_list: { uri } },
  { status_list: { idx: -1, uri } },
  { status_list: { idx: 0.5, uri } },
  { status_list: { idx: '1', uri } },
  { status_list: { idx: 1, uri: 7 } },
  { status_list: { idx: 1, uri: 'status-lists/1' } },
  { status_list: { idx: 1, uri: 'http://as.example/status-lists/1' } },
])
  test(`Token Status List §6.2: a status that is none is refused: ${JSON.stringify(status)}`, async () => {
    const { verify, calls } = world({}, serving())
    assert.match(
      toldBy(await verify(await key.sign({ status }))),
      /refusal: the token has no `status` in a status list/,
    )
    assert.equal(calls.length, 0)
  })

test('Token Status List §6.2: a token without a status is good, unless one is required', async () => {
  const { verify, calls } = world({}, serving())
  assert.equal((await verify(await key.sign())).kind, 'verified')
  assert.equal(calls.length, 0)
  const strict = world({ required: true }, serving())
  assert.match(toldBy(await strict.verify(await key.sign())), /has no `status`/)
})

for (const uri of ['https://canary.example/1', 'https://as.example.evil.example/1', 'https://as.example:444/1'])
  test(`RFC 9700 §4: a list is not fetched from just any address: ${uri}`, async () => {
    const { verify, calls } = world({}, serving())
    assert.match(
      toldBy(await verify(await tokenAt(1, { uri }))),
      /refusal: the status list at .* is not of the issuer's origin/,
    )
    assert.equal(calls.length, 0)
  })

test('Token Status List §8.1: a list may be elsewhere where that is said', async () => {
  const elsewhere = 'https://lists.example/1'
  const { verify, calls } = world({ origins: ['https://lists.example'] }, serving({ sub: elsewhere }))
  assert.equal(toldBy(await verify(await tokenAt(1, { uri: elsewhere }))), 'verified')
  assert.equal(calls[0]?.url, elsewhere)
})

test('Token Status List §8.3: a token that is refused anyway has no list fetched', async () => {
  const { verify, calls, clock } = world({}, serving())
  const token = await tokenAt(1)
  clock.advance(100_000)
  assert.match(toldBy(await verify(token)), /expired/)
  const forged = await otherKey.sign({ status: { status_list: { idx: 1, uri } } })
  assert.match(toldBy(await world({}, serving()).verify(forged)), /signature/)
  assert.equal(calls.length, 0)
})

test('Token Status List §8.3: where that is chosen, lists are ignored, and nothing is fetched', async () => {
  const { verify, calls } = world('ignore', broken)
  assert.equal((await verify(await tokenAt(0))).kind, 'verified')
  assert.equal(calls.length, 0)
})

const tooMuch = compress(new Uint8Array(8_388_609))
for (const [name, answer, reason] of [
  ['an error', broken, /answered with status 500/],
  ['no answer', () => Promise.reject(new TypeError('fetch failed')), /fetch failed/],
  ['another media type', () => listAnswer(listToken(), 'application/json'), /is of type `application\/json`/],
  ['no token', () => listAnswer('x'), /no compact JWS/],
  ['an access token', serving({}, { typ: 'at+jwt' }), /`typ` is/],
  ['the signature of another', serving({}, {}, otherKey), /signature/],
  ['an unsigned list', serving({}, { alg: 'none' }), /`alg` is/],
  ['the list of another address', serving({ sub: `${uri}0` }), /`sub` is another address/],
  ['no subject', serving({ sub: undefined }), /`sub` is another address/],
  ['another issuer', serving({ iss: 'https://other.example' }), /of another issuer/],
  ['no time of issue', serving({ iat: undefined }), /`iat` is missing or in the future/],
  ['a time of issue in the future', serving({ iat: start + 6 }), /`iat` is missing or in the future/],
  ['a list that has expired', serving({ exp: start }), /it has expired/],
  ['an expiry that is no number', serving({ exp: 'never' }), /it has expired/],
  ['a ttl that is no number', serving({ ttl: '60' }), /`ttl` is no positive number/],
  ['a ttl of nothing', serving({ ttl: 0 }), /`ttl` is no positive number/],
  ['no list', serving({ status_list: undefined }), /`bits`/],
  ['three bits', serving({ status_list: { ...example, bits: 3 } }), /`bits`/],
  ['no bytes', serving({ status_list: { bits: 1 } }), /`lst` is no base64url/],
  ['what is no base64url', serving({ status_list: { bits: 1, lst: 'a+b=' } }), /`lst` is no base64url/],
  ['what is not compressed', serving({ status_list: { bits: 1, lst: base64url('x') } }), /no compressed list/],
  ['half of it', serving({ status_list: { bits: 1, lst: example.lst.slice(0, 8) } }), /no compressed list/],
  ['a bomb', serving({ status_list: { bits: 1, lst: tooMuch } }), /no compressed list of at most 8388608 bytes/],
  ['too long an answer', () => listAnswer('x'.repeat(4_194_305)), /larger than 4194304 bytes/],
] as const)
  test(`Token Status List §8.3: nothing is let through by a list that cannot be used: ${name}`, async () => {
    const { verify } = world({}, answer)
    const told = toldBy(await verify(await tokenAt(1)))
    assert.match(told, /^unavailable: the status list at `https:\/\/as.example\/status-lists\/1` cannot be used/)
    assert.match(told, reason)
  })

test('Token Status List §8.3: a list may name its issuer, its expiry and its time to live', async () => {
  const { verify } = world({}, serving({ iss: issuer, exp: start + 100, ttl: 60 }))
  assert.equal(toldBy(await verify(await tokenAt(1))), 'verified')
})

for (const [name, options, claims, wanted] of [
  ['its time to live', {}, { ttl: 60 }, 60],
  ['the window', { window: 45 }, { ttl: 60 }, 45],
  ['five minutes', {}, {}, 300],
  ['its expiry', {}, { ttl: 60, exp: start + 20 }, 20],
] as const)
  test(`Token Status List §13.7: a verdict is believed no longer than ${name}`, async () => {
    const found = await world(options, serving(claims)).verify(await tokenAt(1))
    assert.equal(found.kind === 'verified' && found.until, start + wanted)
  })

test('Token Status List §8.3: a revocation is seen within the window', async () => {
  const revoked = { bits: 1, lst: compress(Uint8Array.of(0xff)) }
  const { verify, clock } = world({ window: 60 }, serving(), serving({ status_list: revoked, iat: start }))
  const token = await tokenAt(1)
  assert.equal((await verify(token)).kind, 'verified')
  clock.advance(59)
  await verify(token)
  await settled()
  clock.advance(1)
  assert.equal(toldBy(await verify(token)), 'refusal: the token is revoked by its status list')
})

test('Token Status List §13.7: a list that cannot be fetched again serves to the end of the window, and no longer', async () => {
  const { verify, clock } = world({ window: 300 }, serving({ ttl: 60 }), broken)
  const token = await tokenAt(1)
  await verify(token)
  clock.advance(60)
  const found = await verify(token)
  assert.equal(found.kind, 'verified')
  assert.equal(found.kind === 'verified' && found.stillHolds?.(), false, 'it is asked each time now')
  clock.advance(239)
  assert.equal((await verify(token)).kind, 'verified')
  clock.advance(1)
  assert.match(toldBy(await verify(token)), /^unavailable: .* status 500/)
})

test('Token Status List §8.3: a list that hangs is waited for five seconds', async () => {
  const { verify, timers } = world({}, () => new Promise<never>(() => undefined))
  const waiting = verify(await tokenAt(1))
  while (timers.running().length === 0) await settled()
  timers.expire(5_000)
  assert.match(toldBy(await waiting), /^unavailable: .* no answer within 5 seconds/)
})

test('Token Status List §8.3: an issuer with many lists does not make memory grow: the least lately used goes', async () => {
  const clock = testClock()
  const { fetch, calls } = testFetch(broken)
  const lists = testFetch(() => listAnswer(''))
  const anyList: typeof fetch = async (url, init) => {
    await lists.fetch(url, init)
    return listAnswer(listToken({ sub: url }))
  }
  const verify = jwtVerifier({ jwks: key.jwks, fetch: anyList, clock })
  const ask = async (at: number) => verify(await tokenAt(1, { uri: `${issuer}/lists/${at}` }), expected)
  for (let at = 0; at <= 256; at++) assert.equal((await ask(at)).kind, 'verified')
  assert.equal(lists.calls.length, 257)
  await ask(256)
  assert.equal(lists.calls.length, 257)
  await ask(0)
  assert.equal(lists.calls.length, 258)
  assert.equal(calls.length, 0)
})

for (const window of [0, -1, Number.NaN])
  test(`Token Status List §13.7: a window is a span: not ${window}`, () => {
    assert.throws(() => jwtVerifier({ jwks: key.jwks, statusList: { window } }), /a number of seconds is wanted/)
  })

test('Token Status List §8.1: an origin that lists could not come from is an error at the start', () => {
  const statusList = { origins: ['http://lists.example'] }
  assert.throws(() => jwtVerifier({ jwks: key.jwks, statusList }), /an https address is wanted/)
})
