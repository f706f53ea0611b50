import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import { splitJws } from '../../node/forge-jws.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Target, TestIssuer } from '../../target/target.ts'
import { createCaseWorld, skipsOf } from '../../testing/case-world.ts'
import {
  answerOf,
  type Between,
  type CaseClaims,
  describeCase,
  runBehind,
  variantsOf,
  withoutTestIssuer,
} from '../../testing/describe-case.ts'
import { fieldValue, type SentRequest } from '../../wire/exchange.ts'
import { signatureCases } from './signature-cases.ts'
import { commonSecrets } from './signature-common-secrets.ts'
import { encodingCase } from './signature-encoding.ts'
import { bombCase, curveCase } from './signature-encrypted.ts'
import { criticalCase, typeCase } from './signature-header.ts'
import { otherAlgorithmCase, otherKeyCase, rotationCase } from './signature-key-use.ts'
import { kidCase } from './signature-kid.ts'
import { embeddedCertificateCase, embeddedKeyCase, fetchedKeyCase } from './signature-own-key.ts'
import { commonSecretCase } from './signature-secret.ts'
import { confusionCase, noneCase, tamperedCase, zeroCase } from './signature-unsigned.ts'

const claims: readonly CaseClaims[] = [
  {
    testCase: noneCase,
    section: 'RFC 8725 §3.2',
    finds: { 'alg-none': { fail: ['alg none', 'alg None', 'alg NONE', 'alg nOnE'] } },
  },
  {
    testCase: tamperedCase,
    section: 'RFC 7515 §5.2',
    finds: { 'signature-ignored': { fail: ['a claim more', 'a longer life', 'another header'] } },
  },
  {
    testCase: confusionCase,
    section: 'RFC 8725 §3.1',
    finds: { 'public-key-as-secret': { fail: ['DER', 'JWK', 'PEM', 'PEM without its last line break'] } },
  },
  {
    testCase: zeroCase,
    section: 'RFC 8725 §3.3',
    finds: {
      'zero-signature': { fail: ['256 zero bytes', '64 zero bytes, r = s = 0', 'empty', 'two parts'] },
    },
  },
  {
    testCase: embeddedKeyCase,
    section: 'RFC 7515 §4.1.3',
    finds: { 'embedded-key': { fail: ['under a `kid` of its own', "under the issuer's `kid`"] } },
  },
  { testCase: fetchedKeyCase, section: 'RFC 7515 §4.1.2', finds: { 'jku-followed': { fail: ['jku', 'x5u'] } } },
  { testCase: embeddedCertificateCase, section: 'RFC 7515 §4.1.6', finds: { 'x5c-trusted': { fail: ['-'] } } },
  {
    testCase: kidCase,
    section: 'RFC 8725 §3.10',
    finds: {
      'kid-is-path': { fail: ['absolute path to an empty file', 'path to an empty file'] },
      'key-fetched-each-time': { fail: ['twenty unknown names'] },
    },
  },
  { testCase: commonSecretCase, section: 'RFC 8725 §3.5', finds: { 'weak-secret': { fail: ['-'] } }, isUntried: true },
  {
    testCase: otherAlgorithmCase,
    section: 'RFC 7517 §4.4',
    finds: { 'any-algorithm': { fail: ['PS256', 'PS384', 'PS512', 'RS384', 'RS512'] } },
  },
  {
    testCase: otherKeyCase,
    section: 'RFC 7517 §4.2',
    finds: { 'any-key-of-set': { fail: ['a key for encryption'], warn: ['a key for another algorithm'] } },
  },
  {
    testCase: criticalCase,
    section: 'RFC 7515 §4.1.11',
    finds: { 'crit-ignored': { fail: ['unencoded payload', 'unknown extension'], warn: ['empty list'] } },
  },
  {
    testCase: typeCase,
    section: 'RFC 9068 §4',
    finds: { 'typ-ignored': { fail: ['JWT', 'dpop+jwt', 'logout+jwt', 'no type'] } },
  },
  {
    testCase: encodingCase,
    section: 'RFC 7519 §4',
    finds: { 'duplicate-claims': { warn: ['scope twice, the good one last'] } },
  },
  {
    testCase: bombCase,
    section: 'RFC 7516 §4.1.3',
    finds: { 'bomb-inflated': { fail: ['a billion rounds', 'compressed zeros'] } },
  },
  {
    testCase: curveCase,
    section: 'RFC 8725 §3.4',
    finds: { 'curve-crashes': { fail: ['of tiny order', 'outside of P-256'] } },
  },
  {
    testCase: rotationCase,
    section: 'RFC 7517 §5',
    finds: { 'retired-key': { fail: ['a retired key'] }, 'keys-kept': { fail: ['a new key'] } },
  },
]

for (const each of claims) describeCase(each)

test('each case about signatures is tested both ways', () => {
  assert.deepEqual(
    claims.map(({ testCase }) => testCase.id),
    signatureCases.map(({ id }) => id),
  )
})

/** An API in which something is done for tokens that fit, and all else is as in the careful one. */
function where(fits: (token: string) => boolean, reply: ReturnType<Between>): Between {
  return request => (fits(tokenIn(request)) ? reply : undefined)
}

function tokenIn({ headers }: SentRequest): string {
  return fieldValue(headers, 'authorization')?.split(' ')[1] ?? ''
}

const petStore = 'GET /petstore/pets'

test('RFC 7515 §3: what is signed says nothing about opaque tokens', async () => {
  for (const testCase of signatureCases) {
    const results = await runBehind(testCase, () => undefined, { only: 'GET /inventory/orders' })
    const verdicts = new Set(results.map(({ judgement }) => judgement.verdict))
    assert.deepEqual([...verdicts], ['not_applicable'], testCase.id)
  }
})

test('without a test issuer nothing is forged, and what needs none is tried', () => {
  const untried = signatureCases.filter(testCase => skipsOf(testCase, { retarget: withoutTestIssuer }).length > 0)
  assert.deepEqual(
    untried.map(({ id }) => id),
    ['RS-JWT-10', 'RS-JWT-11', 'RS-JWT-12', 'RS-JWT-13', 'RS-JWT-14', 'RS-JWT-17'],
  )
})

describe('forged tokens', () => {
  test('RFC 9068 §4: where a good token of the test issuer is refused, nothing bad about others is proven', async () => {
    const results = await runBehind(criticalCase, () => answerOf(401, challenge), { only: petStore })
    assert.deepEqual(variantsOf(results, 'inconclusive'), ['empty list', 'unencoded payload', 'unknown extension'])
    assert.match(results[0]?.judgement.reason ?? '', /a good token of the test issuer was refused by 401/)
  })

  test('RFC 9068 §4: a bad token goes first, and a good one only where it was refused', async () => {
    const seen: boolean[] = []
    await runBehind(criticalCase, request => void seen.push('crit' in headerIn(request)), {
      only: `${petStore} · unknown extension`,
    })
    assert.deepEqual(seen, [true, false])
    seen.length = 0
    const note: Between = request => {
      seen.push('crit' in headerIn(request))
      return answerOf(200)
    }
    await runBehind(criticalCase, note, { only: `${petStore} · unknown extension` })
    assert.deepEqual(seen, [true])
  })

  test('RFC 9068 §2.1: where the real tokens have no type, others than `at+jwt` are a warning', async () => {
    const results = await runBehind(typeCase, () => answerOf(200), {
      only: petStore,
      change: context => ({
        ...context,
        tokens: {
          ...context.tokens,
          token: async wish => {
            const outcome = await context.tokens.token(wish)
            if (outcome.kind !== 'token') return outcome
            const [, payload, signature] = outcome.token.accessToken.reveal().split('.')
            const text = ['eyJhbGciOiJFUzI1NiJ9', payload, signature].join('.')
            return {
              ...outcome,
              token: { ...outcome.token, accessToken: context.secrets.secret('access token', text) },
            }
          },
        },
      }),
    })
    assert.equal(variantsOf(results, 'warn').length, 4)
  })
})

const challenge = [['www-authenticate', 'Bearer error="invalid_token"']] as const

function headerIn(request: SentRequest): Readonly<Record<string, unknown>> {
  return splitJws(tokenIn(request))?.header ?? {}
}

describe('keys', () => {
  test('RFC 8725 §3.1: without a test issuer the public keys come from the key set of the server', async () => {
    const world = createCaseWorld()
    const keys = world.target.testIssuer?.keys.map(({ key }) => key.publicJwk)
    const asked: string[] = []
    const between: Between = request => {
      asked.push(`${request.origin}${request.target}`)
      if (request.target === '/jwks') return answerOf(200, [], JSON.stringify({ keys }))
      return headerIn(request).alg === 'HS256' ? answerOf(200) : undefined
    }
    const results = await runBehind(confusionCase, between, { only: petStore, change: unforging })
    assert.equal(variantsOf(results, 'fail').length, 4)
    assert.equal(asked[0], 'https://as.planted.test/jwks')
  })

  for (const [what, body] of [
    ['no JSON', '<html>'],
    ['no key set', '{"keys":1}'],
    ['a list', '[]'],
    ['an empty key set', '{"keys":[]}'],
  ] as const)
    test(`RFC 7517 §5: ${what} in place of the key set is inconclusive`, async () => {
      const between: Between = ({ target }) => (target === '/jwks' ? answerOf(200, [], body) : undefined)
      const results = await runBehind(confusionCase, between, { only: petStore, change: unforging })
      assert.equal(variantsOf(results, 'inconclusive').length, 4)
    })

  test('RFC 7517 §5: where nobody says where the keys are, it is inconclusive', async () => {
    const retarget = (target: Target): Target => {
      const { server: _, ...others } = target
      return others
    }
    const results = await runBehind(confusionCase, () => undefined, {
      only: petStore,
      change: unforging,
      retarget,
    })
    assert.equal(variantsOf(results, 'inconclusive').length, 4)
  })

  test('RFC 8725 §3.1: where tokens are signed with a shared secret, no key is public', async () => {
    const results = await runBehind(confusionCase, () => undefined, { only: petStore, defects: ['weak-secret'] })
    assert.equal(variantsOf(results, 'not_applicable').length, 4)
  })

  test('RFC 7515 §4.1.2: an address that is fetched is a finding, also where the token is refused', async () => {
    const results = await runBehind(fetchedKeyCase, () => answerOf(401, challenge), {
      only: petStore,
      change: context => ({ ...context, canary: { ...context.canary, hits: () => 1 } }),
    })
    assert.deepEqual(variantsOf(results, 'fail'), ['jku', 'x5u'])
    assert.match(results[0]?.judgement.reason ?? '', /refused the token, but fetched/)
  })

  test('RFC 8725 §3.10: fetches are counted only where the tester serves the key set', async () => {
    const results = await runBehind(kidCase, () => undefined, {
      only: `${petStore} · twenty`,
      change: context => ({ ...context, ...(context.testIssuer && { testIssuer: withoutKeySet(context.testIssuer) }) }),
    })
    assert.deepEqual(variantsOf(results, 'not_applicable'), ['twenty unknown names'])
  })

  test('RFC 8725 §3.10: some fetches more than needed are a warning', async () => {
    let fetches = 0
    const results = await runBehind(
      kidCase,
      () => {
        fetches += 0.5
        return answerOf(401, challenge)
      },
      {
        only: `${petStore} · twenty`,
        change: context => ({
          ...context,
          ...(context.testIssuer && {
            testIssuer: { ...context.testIssuer, keySet: { fetches: () => fetches, add: () => {} } },
          }),
        }),
      },
    )
    assert.equal(results[0]?.judgement.verdict, 'warn')
    assert.deepEqual(results[0].judgement.figures, { keyFetches: 10, calls: 20 })
  })

  test('RFC 7517 §4.2: without keys for anything else there is nothing to try', () => {
    const retarget = (target: Target): Target => {
      const { testIssuer } = target
      if (testIssuer === undefined) return target
      return { ...target, testIssuer: { ...withoutKeySet(testIssuer), keys: [testIssuer.keys[0]] } }
    }
    const reasonOf = (testCase: TestCase) => skipsOf(testCase, { retarget })[0]?.reason ?? ''
    assert.match(reasonOf(otherKeyCase), /holds no key for anything else/)
    assert.match(reasonOf(otherAlgorithmCase), /one algorithm only/)
    assert.match(reasonOf(rotationCase), /no key that was taken back/)
  })

  test('RFC 7517 §4.4: a key that names no algorithm may serve another one', async () => {
    const retarget = (target: Target): Target => {
      const [first, ...others] = target.testIssuer?.keys ?? []
      if (target.testIssuer === undefined || first === undefined) return target
      const keys = others.map(each => {
        const { alg: _, ...publicJwk } = each.key.publicJwk
        return { ...each, key: { ...each.key, publicJwk } }
      })
      return { ...target, testIssuer: { ...target.testIssuer, keys: [first, ...keys] } }
    }
    const results = await runBehind(otherAlgorithmCase, () => answerOf(200), { only: petStore, retarget })
    assert.equal(variantsOf(results, 'warn').length, 5)
  })

  test('RFC 7517 §5: a new key that is seen after half a minute is good, and the time is told', async () => {
    let tries = 0
    const results = await runBehind(
      rotationCase,
      request => {
        if (!String(headerIn(request).kid).startsWith('new-')) return undefined
        tries += 1
        return tries < 5 ? answerOf(401, challenge) : answerOf(200)
      },
      { only: `${petStore} · a new key` },
    )
    assert.equal(results[0]?.judgement.verdict, 'pass')
    assert.deepEqual(results[0].judgement.figures, { newKeySeconds: 60 })
  })

  test('RFC 7517 §5: where the old key is refused as well, a new one proves nothing', async () => {
    const results = await runBehind(rotationCase, () => answerOf(401, challenge), { only: `${petStore} · a new key` })
    assert.equal(results[0]?.judgement.verdict, 'inconclusive')
  })
})

/** A context that cannot forge, though tokens are those of the test issuer. */
function unforging(context: ProbeContext): ProbeContext {
  const { testIssuer: _, ...others } = context
  return others
}

function withoutKeySet(issuer: TestIssuer): TestIssuer {
  const { keySet: _, ...others } = issuer
  return others
}

describe('shared secrets', () => {
  test('RFC 8725 §3.5: each of the common passwords is tried once', () => {
    assert.ok(commonSecrets.length >= 100)
    assert.equal(new Set(commonSecrets).size, commonSecrets.length)
  })

  test('RFC 8725 §3.5: a secret that is on no list passes', async () => {
    const results = await runBehind(commonSecretCase, () => undefined, {
      only: petStore,
      defects: ['weak-secret'],
      change: context => ({
        ...context,
        tokens: {
          ...context.tokens,
          token: async wish => {
            const outcome = await context.tokens.token(wish)
            if (outcome.kind !== 'token') return outcome
            const text = outcome.token.accessToken.reveal().replace(/[^.]*$/, 'A'.repeat(43))
            return {
              ...outcome,
              token: { ...outcome.token, accessToken: context.secrets.secret('access token', text) },
            }
          },
        },
      }),
    })
    assert.equal(results[0]?.judgement.verdict, 'pass')
  })

  test('RFC 8725 §3.5: a password that was found is not told', async () => {
    const results = await runBehind(commonSecretCase, () => undefined, { only: petStore, defects: ['weak-secret'] })
    assert.match(results[0]?.judgement.reason ?? '', /number 1 of \d+/)
    assert.doesNotMatch(results[0]?.judgement.reason ?? '', /`/)
  })
})

describe('encodings', () => {
  test('RFC 7519 §4: a first claim that outweighs the last one is a finding', async () => {
    const fits = (token: string) => splitJws(token)?.payloadText.endsWith('"scope":""}') === true
    const results = await runBehind(encodingCase, where(fits, answerOf(200)), { only: petStore })
    assert.deepEqual(variantsOf(results, 'fail'), ['scope twice, the good one first'])
  })

  test('RFC 7515 §7.2: a token that is written in JSON, or holds another, is a finding where it is taken', async () => {
    const fits = (token: string) => token.startsWith('{') || splitJws(token)?.header.cty === 'JWT'
    const results = await runBehind(encodingCase, where(fits, answerOf(200)), { only: petStore })
    assert.deepEqual(variantsOf(results, 'fail'), ['JSON, flattened', 'JSON, general', 'a token in a token'])
  })

  test('RFC 7519 §4: where an operation needs no scope, two scopes are not told apart', async () => {
    const results = await runBehind(encodingCase, () => undefined, {
      only: petStore,
      change: context => ({ ...context, leastScope: () => [] }),
    })
    assert.equal(variantsOf(results, 'not_applicable').length, 2)
  })
})

describe('encrypted tokens', () => {
  const isEncrypted = (token: string) => token.split('.').length === 5

  test('RFC 8725 §3.4: an API that fails on a point outside of the curve, or takes it, is a finding', async () => {
    for (const reply of [answerOf(500), answerOf(200)])
      assert.deepEqual(variantsOf(await runBehind(curveCase, where(isEncrypted, reply), { only: petStore }), 'fail'), [
        'of tiny order',
        'outside of P-256',
      ])
  })

  test('RFC 7518 §4.8.1.2: a token that keeps the API busy until nobody waits any more is a finding', async () => {
    const timeout = { failure: 'timeout', detail: 'an answer did not come' } as const
    const results = await runBehind(bombCase, where(isEncrypted, timeout), { only: petStore })
    assert.deepEqual(variantsOf(results, 'fail'), ['a billion rounds', 'compressed zeros'])
  })

  test('RFC 7516 §4.1.3: a slow API is not blamed on the token', async () => {
    const slow = { ...answerOf(401, challenge), duration: 3000 }
    assert.equal(variantsOf(await runBehind(bombCase, () => slow, { only: petStore }), 'pass').length, 2)
  })

  test('RFC 7516 §4.1.3: an API that cannot be reached is not judged', async () => {
    const results = await runBehind(bombCase, () => ({ failure: 'refused', detail: 'nobody listens' }), {
      only: petStore,
    })
    assert.equal(variantsOf(results, 'inconclusive').length, 2)
  })
})

test('RFC 9110 §15.4: a new key is waited for also where refusals are redirects', async () => {
  let calls = 0
  const between: Between = () => answerOf(calls++ === 0 || calls > 4 ? 200 : 302)
  const results = await runBehind(rotationCase, between, { only: `${petStore} · a new key` })
  assert.deepEqual(
    results.map(({ judgement }) => [judgement.verdict, judgement.figures]),
    [['pass', { newKeySeconds: 30 }]],
  )
})

test('RFC 8725 §3.4: an expensive token that is let in is let in, however long that took', async () => {
  const between: Between = request =>
    tokenIn(request).split('.').length === 5 ? { ...answerOf(200), duration: 9000 } : answerOf(401, challenge)
  const results = await runBehind(bombCase, between, { only: `${petStore} · compressed` })
  assert.match(results[0]?.judgement.reason ?? '', /was accepted/)
})
