import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import type { Target, TestClient } from '../../target/target.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { runServerCase } from '../../testing/server-world.ts'
import type { ReceivedResponse, Send } from '../../wire/exchange.ts'
import { authorizationCases } from './authorization-cases.ts'

function caseOf(id: TestCase['id']): TestCase {
  const found = authorizationCases.find(each => each.id === id)
  assert.ok(found)
  return found
}

const pages = ['the login page', 'the consent page']

describeServerCase({
  testCase: caseOf('AS-AUT-01'),
  section: 'RFC 6749 §4.1.2.1',
  finds: {
    'response-type-optional': { fail: ['missing'] },
    'state-lost': { warn: ['missing', 'unknown', 'twice'] },
    'parameter-twice': { fail: ['twice'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-AUT-02'),
  section: 'RFC 6749 §3.1',
  finds: {
    'parameter-twice': { fail: ['`state` twice', '`nonce` twice'] },
    'unknown-parameter-refused': { fail: ['an unknown parameter'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-AUT-03'),
  section: 'RFC 6749 §4.1.2',
  finds: { 'state-mangled': { fail: ['1 kB', 'Unicode'] } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-04'),
  section: 'RFC 9207 §2',
  finds: {
    'iss-missing': { fail: ['with a code', 'with an error'] },
    'iss-missing-in-errors': { fail: ['with an error'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-AUT-05'),
  section: 'RFC 9700 §4.16',
  finds: { 'frames-allowed': { fail: pages } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-06'),
  section: 'RFC 9700 §4.2.4',
  finds: { 'referrer-sent': { fail: pages }, 'third-party-content': { warn: pages } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-07'),
  section: 'RFC 9700 §4.7',
  finds: { 'consent-without-csrf': { fail: ['the attacker’s own form', 'without the value of the page'] } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-08'),
  section: 'RFC 8252 §8.6',
  finds: { 'consent-skipped': { fail: ['-'] }, 'consent-of-silence': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-09'),
  section: 'OpenID Connect Core §3.1.2.4',
  finds: { 'consent-unclear': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-10'),
  section: 'RFC 9700 §2.1.2',
  finds: { 'implicit-granted': { fail: ['`token`', '`id_token token`', '`code token`', '`code id_token token`'] } },
})

describeServerCase({
  testCase: caseOf('AS-AUT-11'),
  section: 'RFC 9700 §2.6',
  finds: { 'cors-everywhere': { fail: ['a request', 'a preflight'] } },
})

/** Changes every page of the server. */
function withPages(change: (page: ReceivedResponse) => ReceivedResponse): (send: Send) => Send {
  return send => async (request, options) => {
    const exchange = await send(request, options)
    if (exchange.kind === 'failed' || !exchange.response.body.startsWith('<!doctype')) return exchange
    return { ...exchange, response: change(exchange.response) }
  }
}

test('RFC 9700 §4.16: either of the two fields keeps a page out of frames; a policy for all does not', async () => {
  const without = (...names: readonly string[]) =>
    withPages(page => ({ ...page, headers: page.headers.filter(([name]) => !names.includes(name)) }))
  const verdicts = async (between: (send: Send) => Send) =>
    (await runServerCase(caseOf('AS-AUT-05'), { between })).map(({ judgement }) => judgement.verdict)
  assert.deepEqual(await verdicts(without('x-frame-options')), ['pass', 'pass'])
  assert.deepEqual(await verdicts(without('content-security-policy')), ['pass', 'pass'])
  assert.deepEqual(await verdicts(without('content-security-policy', 'x-frame-options')), ['fail', 'fail'])
  const open = withPages(page => ({
    ...page,
    headers: page.headers.map(([name, value]) => [
      name,
      name === 'content-security-policy' ? 'frame-ancestors *' : value,
    ]),
  }))
  assert.deepEqual(await verdicts(open), ['fail', 'fail'])
})

test('RFC 9700 §4.2.4: where nothing is said about the address, it is a warning', async () => {
  const between = withPages(page => ({ ...page, headers: page.headers.filter(([name]) => name !== 'referrer-policy') }))
  const results = await runServerCase(caseOf('AS-AUT-06'), { between })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['warn', 'warn'],
  )
})

test('RFC 9700 §4.2.4: a style sheet from elsewhere is content of a third party as well', async () => {
  for (const style of [
    '@import url(https://fonts.example/a.css);',
    '@import "https://fonts.example/a.css";',
    'p { background: url("//fonts.example/a.png") }',
  ]) {
    const between = withPages(page => ({
      ...page,
      body: page.body.replace('</head>', `<style>${style}</style></head>`),
    }))
    const results = await runServerCase(caseOf('AS-AUT-06'), { between })
    assert.deepEqual(
      results.map(({ judgement }) => judgement.complaint),
      ['third-party content', 'third-party content'],
    )
  }
})

test('OpenID Connect Core §3.1.2.4: a consent page that does not tell how long is a warning', async () => {
  const between = withPages(page => ({ ...page, body: page.body.replaceAll(/(minutes|days)/g, 'spans') }))
  const [result] = await runServerCase(caseOf('AS-AUT-09'), { between })
  assert.equal(result?.judgement.complaint, 'no lifetime')
})

test('OpenID Connect Core §3.1.2.4: a consent page that shows no name is a warning, where the name is known', async () => {
  const between = withPages(page => ({
    ...page,
    body: page.body.replace(/<p>[^<]* wants access/, '<p>Somebody wants access'),
  }))
  const [nameless] = await runServerCase(caseOf('AS-AUT-09'), { between })
  assert.equal(nameless?.judgement.verdict, 'inconclusive')
  const known = ({ name, ...client }: TestClient): TestClient => ({ ...client, name: `The ${name} client` })
  const retarget = (target: Target): Target =>
    target.server === undefined
      ? target
      : { ...target, server: { ...target.server, clients: target.server.clients.map(known) } }
  const [named] = await runServerCase(caseOf('AS-AUT-09'), { between, retarget })
  assert.equal(named?.judgement.complaint, 'the client is not named')
})

test('RFC 9207 §2: a missing `iss` that nobody promised is a warning', async () => {
  const results = await runServerCase(caseOf('AS-AUT-04'), { defects: ['iss-missing', 'iss-not-announced'] })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['warn', 'warn'],
  )
})

test('RFC 6749 §4.1.2.1: an error page where the client should be told is a warning', async () => {
  const between =
    (send: Send): Send =>
    async (request, options) => {
      const exchange = await send(request, options)
      const isError =
        exchange.kind === 'answered' &&
        exchange.response.headers.some(([name, value]) => name === 'location' && value.includes('error='))
      if (!isError) return exchange
      return {
        ...exchange,
        response: { status: 400, headers: [['content-type', 'text/html']], body: '<p>no</p>', isCut: false },
      }
    }
  const results = await runServerCase(caseOf('AS-AUT-01'), { between })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.complaint),
    Array.from({ length: 3 }, () => 'a page instead of a redirect'),
  )
})

test('RFC 6749 §3.1: where the login cannot be followed, nothing is concluded', async () => {
  const retarget = (target: Parameters<NonNullable<Parameters<typeof runServerCase>[1]>['retarget'] & object>[0]) => ({
    ...target,
    server: { ...target.server, users: [] },
  })
  for (const id of ['AS-AUT-02', 'AS-AUT-03', 'AS-AUT-08'] as const) {
    const results = await runServerCase(caseOf(id), { retarget })
    assert.ok(
      results.every(({ judgement }) => judgement.verdict === 'inconclusive'),
      id,
    )
  }
})
