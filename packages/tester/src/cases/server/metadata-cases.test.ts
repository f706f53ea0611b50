import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { runServerCase, serverSkipsOf } from '../../testing/server-world.ts'
import type { Send } from '../../wire/exchange.ts'
import { metadataCases } from './metadata-cases.ts'

function caseOf(id: TestCase['id']): TestCase {
  const found = metadataCases.find(each => each.id === id)
  assert.ok(found)
  return found
}

const both = ['oauth-authorization-server', 'openid-configuration']

describeServerCase({
  testCase: caseOf('AS-MET-01'),
  section: 'RFC 8414 §3.3',
  finds: { 'issuer-differs': { fail: both }, 'metadata-no-json': { warn: both } },
})

describeServerCase({
  testCase: caseOf('AS-MET-02'),
  section: 'RFC 7517 §4.5',
  finds: { 'private-key-published': { fail: ['-'] }, 'keys-without-id': { warn: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-MET-03'),
  section: 'RFC 8414 §3.1',
  finds: { 'metadata-for-any-path': { fail: ['inserted', 'inserted, OpenID', 'appended'] } },
})

describeServerCase({
  testCase: caseOf('AS-MET-04'),
  section: 'RFC 8414 §2',
  finds: { 'plain-announced': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-MET-05'),
  section: 'RFC 9700 §2.4',
  finds: { 'implicit-announced': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-MET-06'),
  section: 'RFC 9207 §3',
  finds: { 'iss-not-announced': { warn: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-MET-07'),
  section: 'RFC 9700 §2.6',
  finds: {
    'metadata-without-cors': { warn: ['the metadata', 'the keys'] },
    'cors-everywhere': { fail: ['the authorization endpoint'] },
  },
})

/** Answers a path by a document of JSON, whatever the server says. */
function answering(path: RegExp, document: unknown, status = 200): (send: Send) => Send {
  return send => async (request, options) => {
    const exchange = await send(request, options)
    if (!path.test(request.target) || exchange.kind === 'failed') return exchange
    return { ...exchange, response: { ...exchange.response, status, body: JSON.stringify(document) } }
  }
}

const oddKeySets = [
  { what: 'a symmetric key', keys: [{ kty: 'oct', kid: 'a', use: 'sig', alg: 'HS256', k: 'AAAA' }], verdict: 'fail' },
  {
    what: 'an RSA key of 1024 bits',
    keys: [{ kty: 'RSA', kid: 'a', use: 'sig', alg: 'RS256', n: 'u'.repeat(171), e: 'AQAB' }],
    verdict: 'fail',
  },
  {
    what: 'an RSA key of 2048 bits',
    keys: [{ kty: 'RSA', kid: 'a', use: 'sig', alg: 'RS256', n: 'u'.repeat(342), e: 'AQAB' }],
    verdict: 'pass',
  },
  {
    what: 'two keys of one name',
    keys: ['x', 'y'].map(x => ({ kty: 'EC', kid: 'a', use: 'sig', alg: 'ES256', x })),
    verdict: 'warn',
  },
  { what: 'a key without an algorithm', keys: [{ kty: 'EC', kid: 'a', use: 'sig' }], verdict: 'warn' },
  { what: 'a key without a use', keys: [{ kty: 'EC', kid: 'a', alg: 'ES256' }], verdict: 'warn' },
] as const

for (const { what, keys, verdict } of oddKeySets)
  test(`RFC 7517 §5: AS-MET-02 gives ${verdict} for ${what}`, async () => {
    const [result] = await runServerCase(caseOf('AS-MET-02'), { between: answering(/^\/jwks/, { keys }) })
    assert.equal(result?.judgement.verdict, verdict)
  })

test('RFC 8414 §3.2: AS-MET-01 fails where no metadata are found, and needs only one of the two addresses', async () => {
  const none = await runServerCase(caseOf('AS-MET-01'), { between: answering(/well-known/, {}, 404) })
  assert.deepEqual(
    none.map(({ judgement }) => judgement.verdict),
    ['fail', 'fail'],
  )
  const one = await runServerCase(caseOf('AS-MET-01'), { between: answering(/openid-configuration/, {}, 404) })
  assert.deepEqual(
    one.map(({ judgement }) => judgement.verdict),
    ['pass', 'not_applicable'],
  )
})

test('RFC 8414 §3.3: AS-MET-01 fails where an endpoint is not reached by https', async () => {
  const document = { issuer: 'https://as.weak.test', token_endpoint: 'http://as.weak.test/token' }
  const results = await runServerCase(caseOf('AS-MET-01'), { between: answering(/well-known/, document) })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.complaint),
    ['insecure endpoints', 'insecure endpoints'],
  )
})

test('RFC 8414 §2: what the metadata leave out is a warning, or means the old default', async () => {
  for (const [id, verdict] of [
    ['AS-MET-04', 'warn'],
    ['AS-MET-05', 'warn'],
  ] as const) {
    const [result] = await runServerCase(caseOf(id), {
      retarget: target => ({ ...target, server: { ...target.server, metadata: {} } }),
    })
    assert.equal(result?.judgement.verdict, verdict, id)
  }
})

test('without a server under test nothing is planned, and the reason is said', () => {
  for (const testCase of metadataCases) {
    const skips = serverSkipsOf(testCase, {
      retarget: target => ({ ...target, server: { ...target.server, isUnderTest: false } }),
    })
    assert.deepEqual(
      skips.map(({ reason }) => reason),
      ['no authorization server is under test'],
    )
  }
})
