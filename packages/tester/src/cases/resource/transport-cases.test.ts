import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ApiTarget, Target } from '../../target/target.ts'
import { createCaseWorld, runCase, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf } from '../../testing/describe-case.ts'
import { fieldValue } from '../../wire/exchange.ts'
import { corsCase } from './transport-cors.ts'
import { cookieCase, queryCase, twoPlacesCase } from './transport-places.ts'
import { plainCase, tlsCase } from './transport-tls.ts'

describeCase({
  testCase: plainCase,
  section: 'RFC 6750 §5.3',
  finds: { 'plain-http-served': { fail: ['-'] }, 'plain-http-redirected': { warn: ['-'] } },
})
describeCase({
  testCase: tlsCase,
  section: 'RFC 9325 §3.1.1',
  finds: { 'old-tls': { fail: ['TLS 1.0', 'TLS 1.1'] } },
})
describeCase({ testCase: queryCase, section: 'RFC 6750 §2.3', finds: { 'token-in-query': { fail: ['-'] } } })
describeCase({
  testCase: twoPlacesCase,
  section: 'RFC 6750 §2.2',
  finds: { 'second-token-in-form': { warn: ['a form too'] }, 'form-over-header': { fail: ['a form too'] } },
})
describeCase({
  testCase: cookieCase,
  section: 'RFC 6750 §2',
  finds: { 'token-in-cookie': { fail: ['cookie access_token', 'cookie token', 'header X-Access-Token'] } },
})
describeCase({
  testCase: corsCase,
  section: 'RFC 9700 §2.6',
  finds: { 'cors-with-credentials': { fail: ['a foreign site', 'a page without an origin'] } },
})

const retargetApi = (change: (api: ApiTarget) => Partial<ApiTarget>) => (target: Target) => ({
  ...target,
  ...(target.api && { api: { ...target.api, ...change(target.api) } }),
})

describe('plain http', () => {
  test('RFC 6750 §5.3: an API that is tested over plain http is left alone', () => {
    const retarget = retargetApi(() => ({ origin: 'http://127.0.0.1:8081' }))
    for (const testCase of [plainCase, tlsCase])
      assert.match(skipsOf(testCase, { retarget })[0]?.reason ?? '', /on loopback only/)
  })

  test('RFC 6750 §5.3: a port of its own has no plain-http address that could be guessed', () => {
    const retarget = (target: Target): Target => {
      const { plainOrigin: _, ...api } = target.api ?? assert.fail('there is an API')
      return { ...target, api: { ...api, origin: 'https://api.planted.test:8443' } }
    }
    assert.match(skipsOf(plainCase, { retarget })[0]?.reason ?? '', /no plain-http address/)
  })

  test('RFC 6750 §5.3: the token that travelled in clear is one of its own, and revoked at the end', async () => {
    const undone: (() => Promise<void>)[] = []
    const revoked: string[] = []
    const wishes: (boolean | undefined)[] = []
    await runBehind(plainCase, () => answerOf(403), {
      only: 'petstore',
      change: context => ({
        ...context,
        onEnd: (_, undo) => void undone.push(undo),
        tokens: {
          token: wish => {
            wishes.push(wish.isFresh)
            return context.tokens.token(wish)
          },
          revoke: async token => {
            revoked.push(token.reveal())
            return 'revoked'
          },
        },
      }),
    })
    for (const undo of undone) await undo()
    assert.deepEqual(wishes, [true])
    assert.equal(revoked.length, 1)
  })

  test('RFC 6750 §5.3: a refusal over plain http is good, and 503 says nothing', async () => {
    assert.deepEqual(variantsOf(await runBehind(plainCase, () => answerOf(403)), 'pass'), ['-'])
    assert.deepEqual(variantsOf(await runBehind(plainCase, () => answerOf(503)), 'inconclusive'), ['-'])
  })
})

describe('TLS', () => {
  const trouble = (detail: string) => () => ({ failure: 'tls', detail }) as const

  test('RFC 9325 §3.1.1: where the API cannot be reached, nobody can tell', async () => {
    const results = await runBehind(tlsCase, () => ({ failure: 'refused', detail: 'nobody listens' }))
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['TLS 1.0', 'TLS 1.1', 'certificate'])
  })

  test('RFC 9325 §3.1.1: an old version that does not answer in time says nothing', async () => {
    const results = await runBehind(tlsCase, (_, __, options) =>
      options?.tls === undefined ? answerOf(401) : { failure: 'timeout', detail: 'no answer' },
    )
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['TLS 1.0', 'TLS 1.1'])
  })

  test('RFC 9110 §4.3.4: a certificate that does not hold is a finding, another handshake failure is none', async () => {
    const bad = await runBehind(tlsCase, trouble('the TLS handshake failed (ERR_TLS_CERT_ALTNAME_INVALID)'), {
      only: 'certificate',
    })
    assert.deepEqual(variantsOf(bad, 'fail'), ['certificate'])
    const other = await runBehind(tlsCase, trouble('the TLS handshake failed (ECONNRESET)'), { only: 'certificate' })
    assert.deepEqual(variantsOf(other, 'inconclusive'), ['certificate'])
  })

  test('RFC 9110 §4.3.4: on loopback no certificate is looked at', async () => {
    const retarget = retargetApi(() => ({ origin: 'https://localhost:8443' }))
    const results = await runBehind(tlsCase, () => answerOf(401), { retarget })
    assert.deepEqual(variantsOf(results, 'pass'), [])
    assert.deepEqual(variantsOf(results, 'fail'), ['TLS 1.0', 'TLS 1.1'])
  })
})

describe('places', () => {
  test('RFC 6750 §2: a place that the document names is not a finding', async () => {
    const parameter = { name: 'x-access-token', in: 'header', isRequired: false, schema: true } as const
    const retarget = retargetApi(({ operations }) => ({
      operations: operations.map(operation => ({ ...operation, parameters: [...operation.parameters, parameter] })),
    }))
    const results = await runCase(cookieCase, { defects: ['token-in-cookie'], retarget })
    assert.deepEqual(variantsOf(results, 'fail'), ['cookie access_token', 'cookie token'])
  })

  test('RFC 6750 §2: other cookies stay', async () => {
    const cookies: (string | undefined)[] = []
    const retarget = retargetApi(({ operations }) => ({ operations }))
    await runBehind(cookieCase, request => void cookies.push(fieldValue(request.headers, 'cookie')), {
      only: 'GET /petstore/pets · cookie token',
      retarget,
      change: context => ({
        ...context,
        call: operation => {
          const call = context.call(operation)
          return call && { ...call, headers: [...call.headers, ['Cookie', 'tenant=north']] }
        },
      }),
    })
    assert.match(cookies[0] ?? '', /^tenant=north; token=./)
  })

  test('RFC 6750 §2.2: no form is sent where nothing may be written', () => {
    const retarget = (target: Target): Target => ({ ...target, mayWrite: false })
    const reasons = skipsOf(twoPlacesCase, { retarget }).map(({ reason }) => reason)
    assert.ok(reasons.some(reason => reason.includes('writing was not allowed')))
  })

  test('RFC 6750 §2.2: where each operation takes JSON, no form can be sent', () => {
    const retarget = retargetApi(({ operations }) => ({
      // a body of DELETE means nothing
      operations: operations.filter(({ body, method }) => body !== undefined || method !== 'POST'),
    }))
    assert.deepEqual(
      skipsOf(twoPlacesCase, { retarget }).map(({ reason }) => reason),
      ['no operation can be called with a form'],
    )
  })

  test('RFC 6750 §2.2: a form that the operation takes keeps its own values', async () => {
    const bodies: (string | undefined)[] = []
    const body = {
      mediaType: 'application/x-www-form-urlencoded',
      isRequired: true,
      schema: true,
      example: { pet: 'Rex' },
    }
    const retarget = retargetApi(({ operations }) => ({
      operations: operations.map(operation => (operation.method === 'POST' ? { ...operation, body } : operation)),
    }))
    await runBehind(twoPlacesCase, request => void bodies.push(request.body), { only: 'a form too', retarget })
    assert.match(bodies[0] ?? '', /^pet=Rex&access_token=./)
  })
})

describe('CORS', () => {
  test('RFC 9700 §2.6: an origin that is echoed together with credentials is a finding', async () => {
    const results = await runBehind(corsCase, ({ headers }) =>
      answerOf(200, [
        ['access-control-allow-origin', fieldValue(headers, 'origin') ?? ''],
        ['access-control-allow-credentials', 'true'],
      ]),
    )
    assert.deepEqual(variantsOf(results, 'fail'), ['a foreign site', 'a page without an origin'])
  })

  test('RFC 9700 §2.6: all origins without credentials are good for an API with tokens', async () => {
    const results = await runBehind(corsCase, () => answerOf(204, [['access-control-allow-origin', '*']]))
    assert.deepEqual(variantsOf(results, 'pass'), ['a foreign site', 'a page without an origin'])
  })

  test('RFC 9700 §2.6: a preflight that needs a token is a warning where answers are shared with browsers', async () => {
    const shared = await runBehind(corsCase, ({ method }) =>
      answerOf(401, method === 'OPTIONS' ? [] : [['access-control-allow-origin', '*']]),
    )
    assert.deepEqual(variantsOf(shared, 'warn'), ['a foreign site', 'a page without an origin'])
    const closed = await runBehind(corsCase, () => answerOf(401))
    assert.deepEqual(variantsOf(closed, 'pass'), ['a foreign site', 'a page without an origin'])
  })
})

test('RFC 6750 §2: a cookie that the document names is where the token belongs', () => {
  const named = { name: 'access_token', in: 'cookie', isRequired: false, schema: true } as const
  const retarget = retargetApi(({ operations }) => ({
    operations: operations.map(each => ({ ...each, parameters: [...each.parameters, named] })),
  }))
  const planned = cookieCase.plan(createCaseWorld({ retarget }).target)
  const variants = new Set(planned.flatMap(each => ('run' in each ? [each.variant] : [])))
  assert.equal(variants.has('cookie access_token'), false)
  assert.equal(variants.has('cookie token'), true)
})
