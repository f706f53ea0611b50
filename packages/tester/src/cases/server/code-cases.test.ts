import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { runServerCase, type ServerCaseOptions, serverSkipsOf } from '../../testing/server-world.ts'
import { codeCases } from './code-cases.ts'
import { estimateEntropy } from './code-statistics.ts'

function caseOf(id: TestCase['id']): TestCase {
  const found = codeCases.find(each => each.id === id)
  assert.ok(found)
  return found
}

const firstTokens = ['the access token of the first use', 'the refresh token of the first use']
const patient: ServerCaseOptions['retarget'] = target => ({ ...target, server: { ...target.server, patience: 700 } })

describeServerCase({
  testCase: caseOf('AS-COD-01'),
  section: 'RFC 6749 §4.1.2',
  finds: {
    'code-reused': { fail: ['the second use', ...firstTokens] },
    'tokens-survive-reuse': { fail: firstTokens },
  },
})

describeServerCase({
  testCase: caseOf('AS-COD-02'),
  section: 'RFC 6749 §4.1.2',
  finds: { 'code-race': { fail: ['-'] }, 'code-reused': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-COD-03'),
  section: 'RFC 6749 §4.1.2',
  options: { retarget: patient },
  finds: {
    'code-forever': { warn: ['after a minute'], fail: ['after ten minutes'] },
    'code-minutes': { warn: ['after a minute'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-COD-04'),
  section: 'RFC 6749 §4.1.3',
  finds: { 'code-of-anybody': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-COD-05'),
  section: 'RFC 6749 §4.1.3',
  finds: { 'redirect-uri-forgotten': { fail: ['another one', 'none'] } },
})

describeServerCase({
  testCase: caseOf('AS-COD-06'),
  section: 'RFC 6749 §10.10',
  finds: { 'code-guessable': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-COD-07'),
  section: 'RFC 9449 §10',
  finds: { 'code-binding-forgotten': { fail: ['another key', 'no key'] } },
})

test('RFC 6749 §4.1.2: ten minutes are not waited for unless that was allowed', async () => {
  const results = await runServerCase(caseOf('AS-COD-03'), { defects: ['code-forever'] })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['warn', 'inconclusive'],
  )
  const hasty = await runServerCase(caseOf('AS-COD-03'), {
    retarget: target => ({ ...target, server: { ...target.server, patience: 10 } }),
  })
  assert.deepEqual(
    hasty.map(({ judgement }) => judgement.verdict),
    ['inconclusive', 'inconclusive'],
  )
})

test('RFC 6749 §4.1.3: without a second client AS-COD-04 says what to configure', () => {
  const skips = serverSkipsOf(caseOf('AS-COD-04'), {
    retarget: target => ({ ...target, server: { ...target.server, clients: target.server.clients.slice(0, 1) } }),
  })
  assert.match(skips[0]?.reason ?? '', /second client.*configure one/)
})

test('RFC 7662 §2: where nobody can be asked about tokens, it is not guessed whether they died', async () => {
  const results = await runServerCase(caseOf('AS-COD-01'), {
    only: 'access token',
    retarget: target => {
      const { introspection_endpoint: _i, userinfo_endpoint: _u, ...metadata } = target.server.metadata
      return { ...target, server: { ...target.server, metadata } }
    },
  })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

const samples: readonly {
  readonly what: string
  readonly make: (index: number) => string
  readonly isGood: boolean
}[] = [
  { what: '256 random bits', make: () => randomBytes(32).toString('base64url'), isGood: true },
  { what: '128 random bits in hexadecimal', make: () => randomBytes(16).toString('hex'), isGood: true },
  { what: '64 random bits', make: () => randomBytes(8).toString('base64url'), isGood: false },
  {
    what: 'a long constant with 32 random bits',
    make: () => `${'k'.repeat(40)}${randomBytes(4).toString('hex')}`,
    isGood: false,
  },
  {
    what: 'one random letter, many times',
    make: () => String.fromCharCode(97 + randomInt(26)).repeat(30),
    isGood: false,
  },
  {
    what: 'a counter behind random bits',
    make: index => `${randomBytes(32).toString('base64url')}${String.fromCharCode(65 + index)}`,
    isGood: false,
  },
  {
    what: 'the time before random bits',
    make: index => `${(1_700_000_000_000 + index * 37).toString(36)}${randomBytes(32).toString('hex')}`,
    isGood: false,
  },
]

for (const { what, make, isGood } of samples)
  test(`RFC 6749 §10.10: 150 values of ${what} ${isGood ? 'are good' : 'are found out'}`, () => {
    const { bits, pattern, isRepeated } = estimateEntropy(Array.from({ length: 150 }, (_, index) => make(index)))
    assert.equal(bits >= 120 && pattern === undefined && !isRepeated, isGood, `${bits} bits, ${pattern}`)
  })

test('RFC 7662 §2.2: a client that may not ask about a token calls it dead, and that is no proof', async () => {
  const retarget: ServerCaseOptions['retarget'] = target => {
    const { userinfo_endpoint: _, ...metadata } = target.server.metadata
    const clients = target.server.clients.map(client => ({ ...client, mayIntrospect: client.name === 'machine' }))
    return { ...target, server: { ...target.server, metadata, clients } }
  }
  const results = await runServerCase(caseOf('AS-COD-01'), { only: 'access token', retarget })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})
