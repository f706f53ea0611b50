import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeKeyPair, splitJws } from '../node/forge-jws.ts'
import type { ServerTarget } from '../target/target.ts'
import type { HeldToken } from '../tokens/token.ts'
import { fieldValue } from '../wire/exchange.ts'
import { createContext } from './context.ts'
import { goodToken, type MemoryOptions, memoryParts } from './testing/memory-run.ts'
import { sampleOperation, sampleTarget } from './testing/sample-target.ts'

const request = { method: 'GET', origin: 'http://localhost:8081', target: '/pets?x=1', headers: [] }

function open(options: MemoryOptions & { readonly server?: ServerTarget; readonly name?: string } = {}) {
  const { server, name = 'RS-TOK-01', ...rest } = options
  const memory = memoryParts(sampleTarget(['GET /pets'], server === undefined ? {} : { server }), rest)
  const stop = new AbortController()
  const undos: (() => Promise<void>)[] = []
  const nonces = new Map<string, string>()
  const onEnd = (_: string, undo: () => Promise<void>) => void undos.push(undo)
  const opened = createContext(memory.parts, { name, seed: '1', signal: stop.signal, onEnd, nonces })
  return { ...memory, ...opened, stop, undos, nonces }
}

test('what is sent is recorded, in order, with every repetition', async () => {
  let count = 0
  const { context, sent } = open({ answer: () => ({ status: ++count === 1 ? 503 : 200 }) })
  const last = await context.send(request)
  assert.deepEqual(
    sent.map(each => each.kind === 'answered' && each.response.status),
    [503, 200],
  )
  assert.equal(sent.at(-1), last)
})

test('RFC 6750 §2.1: a token is put where it belongs, and replaces another', async () => {
  const { context } = open()
  const outcome = await context.tokens.token({ scope: ['read'] })
  assert.ok(outcome.kind === 'token')
  const before = { ...request, headers: [['authorization', 'Basic x']] as const }
  assert.deepEqual(context.withToken(before, outcome.token).headers, [['Authorization', `Bearer ${goodToken}`]])
})

test('RFC 9449 §7.1: a bound token comes with a proof for just this request, with the latest nonce of its origin', async () => {
  const { context, secrets } = open({ answer: () => ({ headers: [['DPoP-Nonce', 'n-7']] }) })
  const dpopKey = makeKeyPair('ES256', secrets)
  const token: HeldToken = {
    accessToken: secrets.secret('access token', 'bound-token'),
    tokenType: 'DPoP',
    scope: [],
    holder: { kind: 'client', client: 'first' },
    expiresAt: 0,
    dpopKey,
    from: 'server',
  }
  const claimsOf = (proof = '') => splitJws(proof)?.payload
  const first = context.withToken(request, token)
  assert.equal(fieldValue(first.headers, 'authorization'), 'DPoP bound-token')
  const claims = claimsOf(fieldValue(first.headers, 'dpop'))
  assert.equal(claims?.['htm'], 'GET')
  assert.equal(claims?.['htu'], 'http://localhost:8081/pets')
  assert.equal(claims?.['nonce'], undefined)
  await context.send(first)
  assert.equal(claimsOf(fieldValue(context.withToken(request, token).headers, 'dpop'))?.['nonce'], 'n-7')
  const elsewhere = context.withToken({ ...request, origin: 'http://localhost:9090' }, token)
  assert.equal(claimsOf(fieldValue(elsewhere.headers, 'dpop'))?.['nonce'], undefined)
})

test('a call has no credential, and the least scope is that of the operation', () => {
  const { context } = open()
  const operation = sampleOperation('GET /pets')
  const call = context.call(operation)
  assert.equal(call && `${call.method} ${call.origin}${call.target}`, 'GET http://localhost:8081/pets')
  assert.equal(call && fieldValue(call.headers, 'authorization'), undefined)
  assert.deepEqual(context.leastScope(operation), ['read'])
})

test('random bytes are those of seed and probe', () => {
  const bytes = (name: string) => open({ name }).context.randomBytes(16)
  assert.deepEqual(bytes('a'), bytes('a'))
  assert.notDeepEqual(bytes('a'), bytes('b'))
})

test('after its end a probe sends nothing and records nothing, but undoes what it made', async () => {
  const { context, sent, close, undos, seen } = open()
  context.onEnd('it', async () => void (await context.send({ ...request, method: 'DELETE' })))
  await context.send(request)
  close()
  await assert.rejects(context.send(request), { name: 'NotSent', message: 'the test was over' })
  await undos[0]?.()
  assert.deepEqual(seen, ['GET /pets?x=1 bad', 'DELETE /pets?x=1 bad'])
  assert.equal(sent.length, 1)
})

test('waiting ends where the run is stopped', async () => {
  const { context, stop, clock } = open()
  const waiting = context.wait(60_000)
  stop.abort()
  await assert.rejects(waiting, { name: 'NotSent' })
  assert.equal(clock.elapsed(), 0)
})

test('RFC 6749 §5.1: tokens that a probe gets by itself are noted, so that they are revoked', async () => {
  const adopted: string[] = []
  const client = {
    name: 'robot',
    clientId: 'robot',
    credential: { method: 'none' },
    redirectUris: [],
    grantTypes: [],
    mayIntrospect: false,
  } as const
  const server: ServerTarget = {
    issuer: 'http://localhost:9090',
    metadata: { token_endpoint: 'http://localhost:9090/token' },
    provider: 'ambit',
    clients: [client],
    users: [],
    isUnderTest: true,
  }
  const { context } = open({
    server,
    answer: () => ({ body: '{"access_token":"at-of-a-probe","token_type":"Bearer"}' }),
    tokens: { adopt: (token, hint, { name }) => void adopted.push(`${hint} ${token.reveal()} ${name}`) },
  })
  await context.send({
    method: 'POST',
    origin: 'http://localhost:9090',
    target: '/token',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: 'grant_type=client_credentials&client_id=robot',
  })
  assert.deepEqual(adopted, ['access_token at-of-a-probe robot'])
})

test('latencies tell token endpoint, guarded and public calls apart, and leave out floods and refusals', async () => {
  const { context, parts } = open({ answer: ({ target }) => ({ status: target === '/no' ? 401 : 200 }) })
  await context.send({ ...request, target: '/pets' })
  await context.send({ ...request, target: '/pets' }, { isRaw: true })
  await context.send({ ...request, target: '/elsewhere' })
  await context.send({ ...request, target: '/no' })
  assert.deepEqual(
    parts.wire.latencies().map(({ kind, operation }) => [kind, operation]),
    [['guarded', 'GET /pets']],
  )
})
