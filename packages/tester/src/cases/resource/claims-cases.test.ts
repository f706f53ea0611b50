import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { splitJws } from '../../node/forge-jws.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target } from '../../target/target.ts'
import { runCase, skipsOf } from '../../testing/case-world.ts'
import {
  answerOf,
  type CaseClaims,
  describeCase,
  runBehind,
  variantsOf,
  withoutTestIssuer,
} from '../../testing/describe-case.ts'
import { fieldValue, type SentRequest } from '../../wire/exchange.ts'
import { audienceCase, issuerCase, noAudienceCase } from './claims-audience.ts'
import { claimsCases } from './claims-cases.ts'
import { clientAsUserCase, mutableIdentityCase, nobodyCase, secondIssuerCase } from './claims-identity.ts'
import { skewCase } from './claims-skew.ts'
import { expiredCase, farFutureCase, noExpiryCase, notYetCase } from './claims-time.ts'

const strangeEnds = ['a fraction that has passed', 'a list', 'a text', 'missing', 'negative', 'null', 'true', 'zero']

const claims: readonly CaseClaims[] = [
  { testCase: expiredCase, section: 'RFC 7519 §4.1.4', finds: { 'expiry-ignored': { fail: ['-'] } } },
  {
    testCase: skewCase,
    section: 'RFC 7519 §4.1.4',
    finds: { 'large-skew': { warn: ['-'] }, 'expiry-ignored': { fail: ['-'] } },
  },
  { testCase: notYetCase, section: 'RFC 7519 §4.1.5', finds: { 'nbf-ignored': { fail: ['-'] } } },
  {
    testCase: farFutureCase,
    section: 'RFC 7519 §4.1.6',
    finds: { 'far-future': { warn: ['issued tomorrow', 'until the year 9999'] } },
  },
  {
    testCase: issuerCase,
    section: 'RFC 9068 §4',
    finds: {
      'issuer-loose': { fail: ['a list', 'a slash more or less', 'capital letters'] },
      'issuer-ignored': {
        fail: [
          'a list',
          'a longer name',
          'a slash more or less',
          'another issuer',
          'capital letters',
          'missing',
          'the name as user of another host',
        ],
      },
    },
  },
  {
    testCase: audienceCase,
    section: 'RFC 9068 §4',
    finds: {
      'audience-prefix': { fail: ['a shorter name'] },
      'audience-ignored': {
        fail: [
          'a list of others',
          'a longer name',
          'a real token for another API',
          'a shorter name',
          'an empty list',
          'another API',
          'capital letters',
        ],
      },
    },
  },
  {
    testCase: noAudienceCase,
    section: 'RFC 9068 §2.2',
    finds: {
      'audience-optional': { fail: ['missing'] },
      'audience-ignored': { fail: ['an empty text', 'missing', 'null'] },
    },
  },
  {
    testCase: noExpiryCase,
    section: 'RFC 9068 §2.2',
    finds: {
      'expiry-optional': { fail: ['missing'] },
      'expiry-any-type': { fail: ['a list', 'a text'] },
      'expiry-ignored': { fail: strangeEnds },
    },
  },
  {
    testCase: nobodyCase,
    section: 'RFC 9068 §2.2',
    finds: { 'subject-optional': { warn: ['`client_id` missing', '`sub` a number', '`sub` empty', '`sub` missing'] } },
  },
  { testCase: secondIssuerCase, section: 'RFC 8725 §3.8', finds: { 'subject-without-issuer': { fail: ['-'] } } },
  { testCase: mutableIdentityCase, section: 'RFC 9068 §5', finds: { 'identity-by-email': { fail: ['-'] } } },
  { testCase: clientAsUserCase, section: 'RFC 9700 §4.15', finds: { 'client-as-user': { warn: ['-'] } } },
]

for (const each of claims) describeCase(each)

test('each case about claims is tested both ways', () => {
  assert.deepEqual(
    claims.map(({ testCase }) => testCase.id),
    claimsCases.map(({ id }) => id),
  )
})

const petStore = 'GET /petstore/pets'

function payloadIn({ headers }: SentRequest): Readonly<Record<string, unknown>> {
  return splitJws(fieldValue(headers, 'authorization')?.split(' ')[1] ?? '')?.payload ?? {}
}

describe('clocks', () => {
  const noon = Date.UTC(2026, 5, 1, 12) / 1000

  for (const skew of [0, 1, 5, 59, 60, 61, 119])
    test(`RFC 7519 §4.1.4: a difference of ${skew} seconds is measured`, async () => {
      const [result] = await runBehind(
        skewCase,
        request => answerOf(Number(payloadIn(request).exp) >= noon - skew ? 200 : 401),
        { only: petStore },
      )
      assert.deepEqual(result?.judgement.figures, { skewSeconds: skew })
      assert.equal(result.judgement.verdict, skew <= 60 ? 'pass' : 'warn')
    })

  test('RFC 7519 §4.1.4: an expired token was a usual one before', async () => {
    const seen: Readonly<Record<string, unknown>>[] = []
    await runBehind(expiredCase, request => void seen.push(payloadIn(request)), { only: petStore })
    assert.ok(Number(seen[0]?.iat) < Number(seen[0]?.exp) && Number(seen[0]?.auth_time) < Number(seen[0]?.exp))
  })

  test('RFC 7519 §4.1.4: nothing is measured where a good token is refused, or an answer says nothing', async () => {
    const refused = await runBehind(skewCase, () => answerOf(401), { only: petStore })
    assert.deepEqual(variantsOf(refused, 'inconclusive'), ['-'])
    for (const farthest of [120, 0]) {
      const strange = await runBehind(
        skewCase,
        request => {
          const ago = noon - Number(payloadIn(request).exp)
          if (ago < 0) return answerOf(200)
          return ago === 120 && farthest === 0 ? answerOf(401) : answerOf(500)
        },
        { only: petStore },
      )
      assert.deepEqual(variantsOf(strange, 'inconclusive'), ['-'])
    }
  })

  test('RFC 7519 §2: an end beyond all times is a number, and so no more than a warning', async () => {
    const results = await runCase(farFutureCase, { defects: ['expiry-any-type', 'far-future'] })
    assert.deepEqual(variantsOf(results, 'warn'), ['beyond all times', 'issued tomorrow', 'until the year 9999'])
  })

  test('RFC 9110 §15.4: a redirect to a login refuses an expired token as well', async () => {
    const isOver = (request: SentRequest) => Number(payloadIn(request).exp) < Date.UTC(2026, 5, 1, 12) / 1000 - 10
    const redirected = await runBehind(skewCase, request => (isOver(request) ? answerOf(302) : undefined), {
      only: petStore,
    })
    assert.deepEqual(
      redirected.map(({ judgement }) => judgement.verdict),
      ['pass'],
    )
  })

  test('RFC 7519 §2: a fraction of a second is a time and may have passed', async () => {
    const isFraction = (request: SentRequest) => !Number.isInteger(payloadIn(request).exp ?? 0)
    const answer = (request: SentRequest) => (isFraction(request) ? answerOf(200) : undefined)
    const results = await runBehind(noExpiryCase, answer, { only: `${petStore} · a fraction` })
    assert.deepEqual(variantsOf(results, 'fail'), ['a fraction that has passed'])
  })
})

describe('audience', () => {
  const ofOther = (refusal: ReturnType<typeof answerOf>) =>
    runBehind(
      audienceCase,
      request => (payloadIn(request).aud === 'https://other.planted.test/api' ? refusal : undefined),
      {
        only: `${petStore} · a real`,
        change: context => ({
          ...context,
          tokens: {
            ...context.tokens,
            token: async wish =>
              wish.resource?.includes('other') && wish.scope.length > 0
                ? { kind: 'unavailable', reason: 'that scope belongs elsewhere' }
                : context.tokens.token(wish),
          },
        }),
      },
    )

  test('RFC 8707 §2: where scopes belong to one API each, the other one’s token has none', async () => {
    const challenge = [['WWW-Authenticate', 'Bearer error="invalid_token"']] as const
    assert.deepEqual(variantsOf(await ofOther(answerOf(401, challenge)), 'pass'), ['a real token for another API'])
    assert.deepEqual(variantsOf(await ofOther(answerOf(200)), 'fail'), ['a real token for another API'])
    assert.deepEqual(variantsOf(await ofOther(answerOf(403)), 'inconclusive'), ['a real token for another API'])
  })

  const withoutIssuer =
    (change: Partial<NonNullable<Target['api']>>) =>
    (target: Target): Target => {
      const { api } = target
      return withoutTestIssuer({ ...target, ...(api && { api: { ...api, ...change } }) })
    }

  test('RFC 9068 §4: without a test issuer a real token for another API is tried', async () => {
    const results = await runCase(audienceCase, { defects: ['audience-ignored'], retarget: withoutIssuer({}) })
    assert.deepEqual(variantsOf(results, 'fail'), ['a real token for another API'])
  })

  test('RFC 9068 §4: without either there is nothing to try', () => {
    const retarget = (target: Target): Target => {
      const { otherResource: _, ...api } = target.api ?? assert.fail('there is an API')
      return { ...target, api, levels: new Set(['S', 'L0'] as const) }
    }
    assert.match(skipsOf(audienceCase, { retarget })[0]?.reason ?? '', /neither a second API/)
  })

  test('RFC 9068 §4: where nobody says what the API is called, no other name is made', async () => {
    const retarget = (target: Target): Target => {
      const { api = assert.fail('there is an API') } = target
      return { ...target, api: { ...api, operations: api.operations.map(unnamed) } }
    }
    const results = await runBehind(audienceCase, () => undefined, { only: `${petStore} · another API`, retarget })
    assert.deepEqual(variantsOf(results, 'not_applicable'), ['another API'])
  })
})

function unnamed(operation: ApiOperation): ApiOperation {
  const { resource: _, ...others } = operation
  return others
}

describe('users', () => {
  test('RFC 9068 §5: where all users see the same, nobody can take the place of another', async () => {
    for (const testCase of [secondIssuerCase, mutableIdentityCase, clientAsUserCase]) {
      const results = await runBehind(testCase, () => answerOf(200, [], '[1]'), { only: petStore })
      assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
    }
  })

  test('RFC 8725 §3.8: a second issuer that the API does not trust proves nothing', async () => {
    const results = await runBehind(
      secondIssuerCase,
      request => (payloadIn(request).iss === 'https://second.planted.test' ? answerOf(401) : undefined),
      { only: petStore },
    )
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
  })

  test('RFC 8725 §3.8: without a second issuer there is nothing to try', () => {
    const retarget = (target: Target): Target => {
      const { second: _, ...testIssuer } = target.testIssuer ?? assert.fail('there is a test issuer')
      return { ...target, testIssuer }
    }
    assert.match(skipsOf(secondIssuerCase, { retarget })[0]?.reason ?? '', /no second issuer/)
  })

  test('RFC 9700 §4.15: where any client sees the data of all, the name of one is not blamed', async () => {
    const results = await runCase(clientAsUserCase, { defects: ['clients-see-all'] })
    assert.deepEqual(variantsOf(results, 'fail'), [])
  })

  test('RFC 9068 §5: the second user takes the names of the first, and keeps the own subject', async () => {
    const seen: Readonly<Record<string, unknown>>[] = []
    await runBehind(mutableIdentityCase, request => void seen.push(payloadIn(request)), { only: petStore })
    const stranger = seen.find(({ email }) => email !== undefined)
    assert.equal(stranger?.email, 'ada@mail.example')
    assert.equal(stranger?.preferred_username, 'ada')
    assert.equal(stranger?.sub, 'grace')
  })
})

test('RFC 7519 §4.1.4: clocks that differ by 90 seconds are measured, and no token is taken two minutes late', async () => {
  const results = await runCase(expiredCase, { defects: ['large-skew'] })
  assert.deepEqual(variantsOf(results, 'fail'), [])
  assert.deepEqual(variantsOf(results, 'pass'), ['-'])
})

test('RFC 9068 §4: a name that is written in capitals has no other in capitals', async () => {
  const retarget = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: {
        ...target.api,
        operations: target.api.operations.map(each => ({ ...each, resource: 'URN:PETS' })),
      },
    }),
  })
  const results = await runBehind(audienceCase, () => answerOf(401), { only: `${petStore} · capital`, retarget })
  assert.deepEqual(variantsOf(results, 'not_applicable'), ['capital letters'])
})
