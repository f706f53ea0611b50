import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../secret/secret.ts'
import type { ServerTarget } from '../target/target.ts'
import type { Send } from '../wire/exchange.ts'
import { createHostRule, originsToProve, proofFor, proofPath, proveHost } from './own-host.ts'
import { answeredBy, sampleApi, sampleTarget } from './testing/sample-target.ts'

const token = new Secret('proof token', 'a-long-random-text-of-the-user')
const nobody: Send = async () => answeredBy(404)

test('this machine needs no proof, and nothing is sent', async () => {
  const send: Send = async () => assert.fail('sent')
  for (const origin of ['http://localhost:8081', 'http://127.0.0.1', 'http://[::1]:80', 'http://127.1'])
    assert.equal((await proveHost(origin, { token, send })).kind, 'proven')
})

test('RFC 8615 §3: a host is proven by a line in its file', async () => {
  const proof = await proofFor('api.example', token)
  const asked: string[] = []
  const send: Send = async ({ origin, target }) => {
    asked.push(origin + target)
    return answeredBy(200, [], `# tested by us\r\n${proof}\r\n`)
  }
  assert.deepEqual(await proveHost('https://api.example', { token, send }), {
    kind: 'proven',
    host: 'api.example',
    by: 'file',
  })
  assert.deepEqual(asked, [`https://api.example${proofPath}`])
})

test('a proof is of one host and one user: another one is none', async () => {
  const proof = await proofFor('api.example', token)
  assert.notEqual(await proofFor('api.example.net', token), proof)
  assert.notEqual(await proofFor('api.example', new Secret('proof token', 'of somebody else')), proof)
  const send: Send = async () => answeredBy(200, [], proof)
  assert.equal((await proveHost('https://other.example', { token, send })).kind, 'unproven')
})

test('neither an error page nor a redirect nor a longer line proves anything', async () => {
  const proof = await proofFor('api.example', token)
  for (const [status, body] of [
    [404, proof],
    [302, proof],
    [200, `${proof}0`],
    [200, `echo ${proof}`],
  ] as const) {
    const send: Send = async () => answeredBy(status, [], body)
    const found = await proveHost('https://api.example', { token, send })
    assert.equal(found.kind, 'unproven', `${status} ${body}`)
  }
})

test('RFC 1035 §3.3.14: a TXT record proves as well, and a resolver that fails proves nothing', async () => {
  const proof = await proofFor('api.example', token)
  const txtRecords = async (name: string) => (name === '_ambit-tester.api.example' ? ['v=spf1', proof] : [])
  const found = await proveHost('https://api.example', { token, send: nobody, txtRecords })
  assert.deepEqual(found, { kind: 'proven', host: 'api.example', by: 'dns' })
  const fails = async () => Promise.reject(new Error('ENOTFOUND'))
  assert.equal((await proveHost('https://api.example', { token, send: nobody, txtRecords: fails })).kind, 'unproven')
})

test('where nothing is proven, it is said what to put where, without the token', async () => {
  const found = await proveHost('https://api.example', { token, send: nobody })
  assert.ok(found.kind === 'unproven')
  assert.ok(found.reason.includes(await proofFor('api.example', token)))
  assert.match(found.reason, /https:\/\/api\.example\/\.well-known\/ambit-tester.*_ambit-tester\.api\.example/)
  assert.ok(!found.reason.includes(token.reveal()))
})

const server: ServerTarget = {
  issuer: 'https://login.example/tenant',
  metadata: {
    token_endpoint: 'https://tokens.example/token',
    jwks_uri: 'https://keys.example/jwks',
    mtls_endpoint_aliases: { token_endpoint: 'https://mtls.example/token' },
    introspection_endpoint: 'http://plain.example/introspect',
    scopes_supported: ['read'],
    service_documentation: 'https://docs.example/',
    op_policy_uri: 'http://169.254.169.254/',
    logo_uri: 'data:x',
  },
  provider: 'unknown',
  clients: [],
  users: [],
  isUnderTest: false,
}

test('what is tested must be proven; a server that only gives tokens need not', () => {
  const api = sampleApi([], { origin: 'https://api.example', plainOrigin: 'http://api.example' })
  assert.deepEqual(originsToProve(sampleTarget([], { api, server })), ['https://api.example', 'http://api.example'])
  const tested = { ...server, isUnderTest: true }
  assert.deepEqual(originsToProve(sampleTarget([], { server: tested })), ['https://login.example'])
  assert.deepEqual(originsToProve(sampleTarget([])), [])
})

test('nothing is sent to a host that is neither this machine, nor proven, nor the configured server', () => {
  const rule = createHostRule(sampleTarget([], { server }), new Set(['api.example']))
  for (const origin of [
    'http://localhost:8081',
    'http://127.0.0.9',
    'https://api.example',
    'http://api.example:8080',
    'https://login.example',
    'https://tokens.example',
    'https://keys.example',
    'https://mtls.example',
  ])
    assert.equal(rule(origin), undefined, origin)
  for (const origin of [
    'https://evil.example',
    'https://api.example.evil.example',
    'http://localhost.evil.example',
    'http://tokens.example',
    'http://169.254.169.254',
    'https://docs.example',
    'http://plain.example',
    'https://login.example@evil.example',
    'https://login.example.',
    'http://[::ffff:7f00:1]',
    'http://0x7f.evil.example',
    'file:///etc/passwd',
    'http://127.0.0.1.evil.example',
    'http://0.0.0.0',
    'no address',
  ])
    assert.equal(typeof rule(origin), 'string', origin)
  const underTest = createHostRule(sampleTarget([], { server: { ...server, isUnderTest: true } }), new Set())
  assert.match(underTest('https://login.example') ?? '', /neither this machine, nor proven/)
})
