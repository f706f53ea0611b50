import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, runBehind, variantsOf, withoutTestIssuer } from '../../testing/describe-case.ts'
import { foreignObject } from './objects-owner.ts'
import { leastScope } from './scope-least.ts'

const only = 'DELETE /petstore/orders/{id}'

test('RFC 9110 §9.3.5: what an earlier test has deleted is made anew and deleted again', async () => {
  const seen: string[] = []
  const between = ({ method, target }: { readonly method: string; readonly target: string }) => {
    seen.push(`${method} ${target}`)
    return target.endsWith('/3') ? answerOf(404) : undefined
  }
  const results = await runBehind(leastScope, between, { only })
  assert.deepEqual(seen, ['DELETE /petstore/orders/3', 'POST /petstore/orders', 'DELETE /petstore/orders/5'])
  assert.deepEqual(variantsOf(results, 'pass'), ['-'])
})

test('RFC 9110 §9.3.5: where nothing can be made, or may be, the first answer stands', async () => {
  const full = ({ method }: { readonly method: string }) => answerOf(method === 'POST' ? 507 : 404)
  assert.deepEqual(variantsOf(await runBehind(leastScope, full, { only }), 'inconclusive'), ['-'])
  const seen: string[] = []
  await runBehind(leastScope, ({ method }) => (seen.push(method), answerOf(404)), {
    only,
    change: context => ({ ...context, target: { ...context.target, mayWrite: false } }),
  })
  assert.deepEqual(seen, ['DELETE'])
})

test('OWASP API1:2023: an object that a case names itself stays what it is', async () => {
  const seen: string[] = []
  await runBehind(foreignObject, ({ method }) => (seen.push(method), answerOf(404)), { only })
  assert.deepEqual(seen.includes('POST'), false)
})

test('RFC 9110 §15.5.5: what cannot be read is not made', async () => {
  const seen: string[] = []
  await runBehind(leastScope, ({ method }) => (seen.push(method), answerOf(404)), { only: 'GET /petstore/orders/{id}' })
  assert.deepEqual(seen, ['GET'])
})

test('RFC 6749 §3.3: a token of other scope than was asked for is none', async () => {
  const given = (scope: readonly string[]) =>
    runBehind(leastScope, () => answerOf(200), {
      only: 'GET /petstore/pets',
      retarget: withoutTestIssuer,
      change: context => ({
        ...context,
        tokens: {
          ...context.tokens,
          token: async wish => {
            const outcome = await context.tokens.token(wish)
            return outcome.kind === 'token' ? { ...outcome, token: { ...outcome.token, scope } } : outcome
          },
        },
      }),
    })
  for (const scope of [[], ['read_pets', 'write_pets'], ['write_pets']])
    assert.deepEqual(variantsOf(await given(scope), 'inconclusive'), ['-'], scope.join())
  assert.deepEqual(variantsOf(await given(['read_pets', 'openid', 'offline_access']), 'pass'), ['-'])
})

test('RFC 6749 §3.3: a real token that is refused is judged, whatever the API thinks of the test issuer', async () => {
  const results = await runBehind(leastScope, () => answerOf(401), { only: 'GET /petstore/pets' })
  assert.deepEqual(variantsOf(results, 'fail'), ['-'])
})
