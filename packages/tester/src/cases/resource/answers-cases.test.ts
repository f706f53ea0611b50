import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { runCase } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf, withoutTestIssuer } from '../../testing/describe-case.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import { cachedAnswers } from './answers-caching.ts'
import { leakIn } from './answers-leaks.ts'
import { metadataContent, metadataNamed } from './answers-metadata.ts'
import { challengeSyntax, forbiddenNotUnauthorized, talkativeRefusals } from './answers-refusals.ts'
import { missingOrForbidden, percentile, refusalTimes } from './answers-timing.ts'

function withoutResource(operation: ApiOperation): ApiOperation {
  const { resource: _, ...others } = operation
  return others
}

test('RFC 8707 §2: RS-ERR-01: 401 says nothing of a token that may be for another API', async () => {
  const retarget = (target: Target): Target => {
    const api = target.api ?? assert.fail('no API')
    const operations = api.operations.map(withoutResource)
    return { ...target, api: { ...api, operations } }
  }
  const only = 'wrong scope'
  const unknown = await runBehind(forbiddenNotUnauthorized, () => answerOf(401), { retarget, only })
  assert.deepEqual([...new Set(unknown.map(({ judgement }) => judgement.verdict))], ['inconclusive'])
  const known = await runBehind(forbiddenNotUnauthorized, () => answerOf(401), { only })
  assert.ok(known.some(({ judgement }) => judgement.verdict === 'fail'))
})

describeCase({
  testCase: forbiddenNotUnauthorized,
  section: 'RFC 9110 §15.5.4',
  finds: { '401-for-403': { fail: ['wrong scope'] } },
})
describeCase({
  testCase: talkativeRefusals,
  section: 'answers',
  finds: { 'stack-trace': { fail: ['-'] }, 'token-reflected': { fail: ['-'] } },
})
describeCase({ testCase: cachedAnswers, section: 'RFC 9111 §3.5', finds: { cacheable: { fail: ['-'] } } })
describeCase({ testCase: challengeSyntax, section: 'RFC 9110 §11.6.1', finds: { 'bad-challenge': { warn: ['-'] } } })
describeCase({
  testCase: metadataNamed,
  section: 'RFC 9728 §5.1',
  finds: { 'metadata-not-named': { warn: ['-'] }, 'metadata-of-other': { fail: ['-'] } },
})
describeCase({ testCase: metadataContent, section: 'RFC 9728 §2', finds: { 'metadata-scopes': { fail: ['-'] } } })
describeCase({ testCase: refusalTimes, section: 'answers' })
describeCase({
  testCase: missingOrForbidden,
  section: 'RFC 9110 §15.5.4',
  finds: { 'missing-differs': { warn: ['-'] } },
})

test('RFC 9110 §15.5.4: 401 for the object of another user is found', async () => {
  const results = await runBehind(forbiddenNotUnauthorized, () => answerOf(401), { only: 'orders/{id} · wrong user' })
  assert.deepEqual(variantsOf(results, 'fail'), ['wrong user'])
})

const request: SentRequest = {
  method: 'GET',
  origin: 'https://api.example',
  target: '/opt/feed/items?x=1',
  headers: [['Authorization', 'Bearer abcdefgh-secret']],
}

for (const [body, what] of [
  ['Error: x\n    at guard (/srv/api/guard.js:41:11)', 'where in the code it came about'],
  ['Traceback (most recent call last):', 'where in the code it came about'],
  ['at com.example.Guard.check(Guard.java:12)', 'where in the code it came about'],
  ['SELECT id FROM pets WHERE', 'a statement to the database'],
  ['ERROR: syntax error at or near "x"', 'a message of the database'],
  ['cannot open "/var/lib/app/keys.json"', 'the path of a file'],
  ['C:\\inetpub\\wwwroot\\x', 'the path of a file'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', 'something that looks like a token'],
  ['{"client_secret":"s3cr3tvalue99"}', 'something that looks like a secret'],
  ['you sent abcdefgh-secret', 'the token that was sent'],
] as const)
  test(`answers: a refusal that shows ${what} is known by \`${body.slice(0, 24).replaceAll('\n', ' ')}\``, () => {
    assert.equal(leakIn(answerOf(401, [], body), request), what)
  })

for (const body of [
  '{"title":"Unauthorized","instance":"/opt/feed/items"}',
  'select a pet from the list',
  '{"password":"is too short"}',
  'see https://docs.example/errors/401',
  'the request came at 12:30:15',
])
  test(`answers: \`${body.slice(0, 30)}\` gives nothing away`, () => {
    assert.equal(leakIn(answerOf(401, [['Date', 'Mon, 01 Jun 2026 12:00:00 GMT']], body), request), undefined)
  })

test('RFC 9111 §3.5: an answer that does not rule out caching is told, and one from a cache is found', async () => {
  const only = 'GET /petstore/pets'
  const silent = await runBehind(
    cachedAnswers,
    ({ headers }) => (headers.some(([name]) => name === 'Authorization') ? answerOf(200) : answerOf(401)),
    { only },
  )
  assert.deepEqual(variantsOf(silent, 'warn'), ['-'])
  const cached = await runBehind(cachedAnswers, () => answerOf(200, [['Cache-Control', 'no-store']]), { only })
  assert.deepEqual(variantsOf(cached, 'fail'), ['-'])
})

for (const [challenge, complaint] of [
  ['Bearer realm=pets', /cannot be read|not in quotes/],
  ['Bearer error="zq7-tester-marker"', /repeats what was sent/],
  ['Bearer error="a", error="b"', /cannot be read/],
] as const)
  test(`RFC 6750 §3: the challenge \`${challenge}\` is badly written`, async () => {
    const results = await runBehind(challengeSyntax, () => answerOf(401, [['WWW-Authenticate', challenge]]), {
      only: 'GET /petstore/pets',
    })
    assert.match(results[0]?.judgement.reason ?? '', complaint)
    assert.notEqual(results[0]?.judgement.verdict, 'pass')
  })

test('RFC 9728 §3.3: metadata that are named and not there are found, and an API without any is left alone', async () => {
  const named = 'Bearer resource_metadata="https://api.planted.test/.well-known/oauth-protected-resource/petstore"'
  const only = 'GET /petstore/pets'
  const missing = await runBehind(
    metadataNamed,
    ({ target }) => (target.startsWith('/.well-known') ? answerOf(404) : answerOf(401, [['WWW-Authenticate', named]])),
    { only },
  )
  assert.deepEqual(variantsOf(missing, 'fail'), ['-'])
  const none = await runBehind(
    metadataNamed,
    ({ target }) =>
      target.startsWith('/.well-known') ? answerOf(404) : answerOf(401, [['WWW-Authenticate', 'Bearer']]),
    { only },
  )
  assert.deepEqual(variantsOf(none, 'not_applicable'), ['-'])
})

const good = {
  resource: 'https://api.planted.test/petstore',
  authorization_servers: ['https://as.planted.test'],
  scopes_supported: ['read_pets'],
}

for (const [change, reason] of [
  [{ resource: 'http://api.example' }, /https/],
  [{ authorization_servers: ['http://as.example'] }, /authorization server without https/],
  [{ authorization_servers: ['https://elsewhere.example'] }, /does not name/],
  [{ scopes_supported: ['sell_pets'] }, /which the API does not know/],
  [{ scopes_supported: 'read_pets' }, /no list of texts/],
  [{ bearer_methods_supported: ['query'] }, /in the address/],
] as const)
  test(`RFC 9728 §2: metadata with ${JSON.stringify(change)} are found`, async () => {
    const body = JSON.stringify({ ...good, ...change })
    const results = await runBehind(
      metadataContent,
      ({ target }) => (target.startsWith('/.well-known') ? answerOf(200, [], body) : undefined),
      { only: 'GET /petstore/pets' },
    )
    assert.equal(results[0]?.judgement.verdict, 'fail')
    assert.match(results[0]?.judgement.reason ?? '', reason)
  })

test('answers: times of refusals are figures, and no finding', async () => {
  const [first] = await runCase(refusalTimes)
  assert.deepEqual(Object.keys(first?.judgement.figures ?? {}), [
    'goodMilliseconds',
    'badSignatureMilliseconds',
    'unknownUserMilliseconds',
  ])
  assert.deepEqual([percentile([5, 1, 3], 50), percentile([1, 2, 3, 4], 99), percentile([], 50)], [3, 4, Number.NaN])
})

test('RFC 9110 §15.5.4: two refusals in different words are told', async () => {
  const results = await runBehind(
    missingOrForbidden,
    ({ target }) =>
      answerOf(404, [], JSON.stringify({ detail: target.includes('987654321') ? 'no such order' : 'not your order' })),
    { only: 'GET /petstore/orders' },
  )
  assert.deepEqual(variantsOf(results, 'warn'), ['-'])
})

test('answers: a refusal that repeats a word of the address shows no token, and one in a header says in which', async () => {
  const only = 'GET /petstore/pets'
  const refusal = (body: string) => answerOf(401, [['WWW-Authenticate', 'Bearer']], body)
  const echoing = await runBehind(talkativeRefusals, ({ target }) => refusal(target), { only })
  assert.deepEqual(variantsOf(echoing, 'pass'), ['-'])
  const shown = await runBehind(talkativeRefusals, ({ headers }) => refusal(headers.map(([, value]) => value).join()), {
    only,
  })
  assert.match(shown[0]?.judgement.reason ?? '', /shows the token that was sent$/)
  const challenged = await runBehind(
    talkativeRefusals,
    () => answerOf(401, [['X-Debug', 'at /srv/api/src/guard.js']]),
    {
      only,
    },
  )
  assert.match(challenged[0]?.judgement.reason ?? '', /shows the path of a file in the header `X-Debug`/)
})

test('RFC 6750 §3: where no refusal has a challenge, none is badly written', async () => {
  const results = await runBehind(challengeSyntax, () => answerOf(302), { only: 'GET /petstore/pets' })
  assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
})

for (const [said, verdict] of [
  ['public, max-age=60', 'fail'],
  ['must-revalidate', 'fail'],
  ['max-age=0, s-maxage=60', 'fail'],
  ['max-age=0, must-revalidate', 'warn'],
  ['public, no-cache', 'warn'],
  ['max-age=60', 'warn'],
  ['private', 'pass'],
] as const)
  test(`RFC 9111 §3.5: an answer that says \`${said}\` comes to ${verdict}`, async () => {
    const results = await runBehind(
      cachedAnswers,
      ({ headers }) =>
        headers.some(([name]) => name === 'Authorization') ? answerOf(200, [['Cache-Control', said]]) : answerOf(401),
      { only: 'GET /petstore/pets' },
    )
    assert.deepEqual(variantsOf(results, verdict), ['-'])
  })

test('answers: without a good token no times are measured', async () => {
  const results = await runBehind(refusalTimes, () => undefined, {
    only: 'GET /petstore/pets',
    retarget: withoutTestIssuer,
    change: context => ({
      ...context,
      tokens: { ...context.tokens, token: async () => ({ kind: 'unavailable', reason: 'none today' }) },
    }),
  })
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

test('answers: a challenge that names the scope of another operation is told', async () => {
  const challenge = 'Bearer error="insufficient_scope", scope="admin"'
  const results = await runBehind(talkativeRefusals, () => answerOf(403, [['WWW-Authenticate', challenge]]), {
    only: 'GET /petstore/pets',
  })
  assert.deepEqual(variantsOf(results, 'warn'), ['-'])
})

test('answers: what is let in is no refusal that could give anything away', async () => {
  const results = await runBehind(talkativeRefusals, () => answerOf(200, [], 'at /srv/api/src/guard.js'), {
    only: 'GET /petstore/pets',
  })
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

test('RFC 6750 §3: a scope without quotes is told', async () => {
  const results = await runBehind(
    challengeSyntax,
    () => answerOf(401, [['WWW-Authenticate', 'Bearer realm="pets", scope=read_pets']]),
    { only: 'GET /petstore/pets' },
  )
  assert.match(results[0]?.judgement.reason ?? '', /`scope` in the challenge is not in quotes/)
})

test('RFC 9728 §3.3: metadata of another resource are found, whether address or operation say so', async () => {
  const at = (path: string) => `https://api.planted.test/.well-known/oauth-protected-resource${path}`
  const run = (url: string, resource: string) =>
    runBehind(
      metadataNamed,
      ({ target }) =>
        target.startsWith('/.well-known')
          ? answerOf(200, [], JSON.stringify({ resource }))
          : answerOf(401, [['WWW-Authenticate', `Bearer resource_metadata="${url}"`]]),
      { only: 'GET /petstore/pets' },
    )
  const verdictOf = async (...given: Parameters<typeof run>) => (await run(...given))[0]?.judgement.reason
  assert.match((await verdictOf(at('/petstore'), 'https://api.planted.test/other')) ?? '', /is wanted/)
  assert.match((await verdictOf(at('/other'), 'https://api.planted.test/other')) ?? '', /tokens here are for/)
  assert.match((await verdictOf(at('/petstore'), 'https://api.planted.test/petstore')) ?? '', /it is about this API/)
})

test('RFC 9728 §2: a list with `offline_access` is told as such', async () => {
  const body = JSON.stringify({ ...good, scopes_supported: ['read_pets', 'offline_access'] })
  const results = await runBehind(
    metadataContent,
    ({ target }) => (target.startsWith('/.well-known') ? answerOf(200, [], body) : undefined),
    { only: 'GET /petstore/pets' },
  )
  assert.match(results[0]?.judgement.reason ?? '', /`offline_access`, which is no scope of an API/)
})

test('RFC 9110 §15.5.4: two refusals with different statuses are told by these', async () => {
  const results = await runBehind(
    missingOrForbidden,
    ({ target }) => answerOf(target.includes('987654321') ? 404 : 403, [], '{}'),
    { only: 'GET /petstore/orders' },
  )
  assert.match(results[0]?.judgement.reason ?? '', /answered by 403, what is not there by 404/)
})
