import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { runServerCase } from '../../testing/server-world.ts'
import type { Send } from '../../wire/exchange.ts'
import { pkceCases } from './pkce-cases.ts'

function caseOf(id: TestCase['id']): TestCase {
  const found = pkceCases.find(each => each.id === id)
  assert.ok(found)
  return found
}

const shapes = ['42 characters', '129 characters', 'a space and a plus', 'letters outside of ASCII']
const kinds = ['a public client', 'a confidential client']

describeServerCase({
  testCase: caseOf('AS-PKC-01'),
  section: 'RFC 9700 §2.1.1',
  finds: { 'pkce-optional': { fail: ['a public client'], warn: ['a confidential client'] } },
})

describeServerCase({
  testCase: caseOf('AS-PKC-02'),
  section: 'RFC 7636 §4.2',
  finds: { 'pkce-plain': { fail: ['said', 'by default'] } },
})

describeServerCase({
  testCase: caseOf('AS-PKC-03'),
  section: 'RFC 7636 §4.6',
  finds: { 'verifier-optional': { fail: ['-'] }, 'verifier-ignored': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-PKC-04'),
  section: 'RFC 7636 §4.6',
  finds: {
    'verifier-ignored': { fail: ['another verifier', 'the challenge as verifier'] },
    'pkce-downgraded': { fail: ['the challenge as verifier'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-PKC-05'),
  section: 'RFC 9700 §4.8.2',
  finds: { 'verifier-without-challenge': { fail: kinds } },
})

describeServerCase({
  testCase: caseOf('AS-PKC-06'),
  section: 'RFC 7636 §4.1',
  finds: { 'verifier-any-form': { fail: shapes }, 'verifier-ignored': { fail: shapes } },
})

test('RFC 9700 §2.1.1: without a nonce, a confidential client needs a challenge as well', async () => {
  const [, result] = await runServerCase(caseOf('AS-PKC-01'), {
    defects: ['pkce-optional'],
    retarget: target => {
      const clients = target.server.clients.map(client => ({ ...client, scope: ['read'] }))
      return { ...target, server: { ...target.server, clients } }
    },
  })
  assert.equal(result?.judgement.verdict, 'fail')
})

test('RFC 9700 §4.8.2: where a code without a challenge can be had and the verifier is refused, that passes', async () => {
  const results = await runServerCase(caseOf('AS-PKC-05'), { defects: ['pkce-optional'] })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['pass', 'pass'],
  )
  assert.ok(results.every(({ judgement }) => judgement.reason.includes('invalid_grant')))
})

test('RFC 7636 §4.6: a token endpoint that refuses everybody proves nothing', async () => {
  const between =
    (send: Send): Send =>
    async (request, options) => {
      const exchange = await send(request, options)
      if (request.target !== '/token' || exchange.kind === 'failed') return exchange
      return { ...exchange, response: { ...exchange.response, status: 400, body: '{"error":"invalid_grant"}' } }
    }
  const results = await runServerCase(caseOf('AS-PKC-04'), { between })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['inconclusive', 'inconclusive'],
  )
  assert.match(results[0]?.judgement.reason ?? '', /proves nothing: a good request of `web` was refused/)
})

test('RFC 6585 §4: an endpoint that is busy says nothing', async () => {
  const between =
    (send: Send): Send =>
    async (request, options) => {
      const exchange = await send(request, options)
      if (request.target !== '/token' || exchange.kind === 'failed') return exchange
      return { ...exchange, response: { ...exchange.response, status: 429, body: '' } }
    }
  for (const id of ['AS-PKC-03', 'AS-PKC-04', 'AS-PKC-06'] as const) {
    const results = await runServerCase(caseOf(id), { between })
    assert.ok(
      results.every(({ judgement }) => judgement.verdict === 'inconclusive'),
      id,
    )
  }
})
