import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Wanted } from './operation.ts'
import { accessOf, assertRefused, believingGuard, bodyOf, challengesOf } from './testing/guarded.ts'
import { requestWith, resource, start, testClock } from './testing/issuer.ts'

type TestScope = 'read_pets' | 'write_pets'
const mfa = 'urn:shop:mfa'
const fresh: Wanted<TestScope> = { scope: 'read_pets', maxAge: 300 }
const strong: Wanted<TestScope> = { scope: 'read_pets', acr: [mfa, 'urn:shop:key'] }
const decide = (claims: Readonly<Record<string, unknown>>, wanted: Wanted<TestScope>) =>
  believingGuard(claims)(requestWith('a'), wanted)

test('RFC 9470 §6: a login that is strong and fresh enough is let through', async () => {
  accessOf(await decide({ auth_time: start - 300 }, fresh))
  accessOf(await decide({ acr: 'urn:shop:key' }, strong))
  accessOf(await decide({ acr: mfa, auth_time: start }, { scope: 'read_pets', acr: mfa, maxAge: 0 }))
})

for (const [name, claims] of [
  ['too long ago', { auth_time: start - 301 }],
  ['nobody knows when', {}],
] as const)
  test(`RFC 9470 §3: an old login is asked for again, with max_age: ${name}`, async () => {
    const guarded = await decide(claims, fresh)
    assertRefused(guarded, { status: 401, error: 'insufficient_user_authentication', reason: /more than 300 s ago/ })
    assert.deepEqual(challengesOf(guarded), [
      `Bearer realm="${resource}", error="insufficient_user_authentication", error_description="a more recent or a stronger login of the user is wanted", scope="read_pets", max_age="300"`,
    ])
    assert.equal(bodyOf(guarded)['max_age'], 300)
  })

for (const [name, claims] of [
  ['a weaker one', { acr: 'urn:shop:pwd' }],
  ['an unknown one', { acr: 'urn:shop:mfa2' }],
  ['in another case', { acr: 'URN:SHOP:MFA' }],
  ['none', {}],
  ['an empty one', { acr: '' }],
] as const)
  test(`RFC 9470 §3: a weak login is asked for again, with acr_values: ${name}`, async () => {
    const guarded = await decide(claims, strong)
    assertRefused(guarded, { status: 401, error: 'insufficient_user_authentication', reason: /logged in by/ })
    assert.match(challengesOf(guarded).join(), /acr_values="urn:shop:mfa urn:shop:key"$/)
    assert.deepEqual(bodyOf(guarded)['acr_values'], [mfa, 'urn:shop:key'])
  })

test('RFC 9470 §3: both are said at once', async () => {
  const guarded = await decide({ acr: 'weak' }, { scope: 'read_pets', acr: mfa, maxAge: 60 })
  assert.match(challengesOf(guarded).join(), /acr_values="urn:shop:mfa", max_age="60"$/)
})

test('RFC 9470 §6: what a request says of a login counts for nothing', async () => {
  const request = requestWith('a', {
    query: 'acr_values=urn:shop:mfa',
    headers: { authorization: 'Bearer a', acr: mfa },
  })
  assertRefused(await believingGuard()(request, strong), { status: 401, error: 'insufficient_user_authentication' })
})

test('RFC 6750 §3.1: scope is asked for before a login', async () => {
  assertRefused(await decide({}, { scope: 'write_pets', acr: mfa }), { status: 403, error: 'insufficient_scope' })
})

test('RFC 9470 §6: as time goes on a login grows old', async () => {
  const clock = testClock()
  const guard = believingGuard({ auth_time: start }, { clock })
  accessOf(await guard(requestWith('a'), fresh))
  clock.advance(301)
  assertRefused(await guard(requestWith('a'), fresh), { status: 401, error: 'insufficient_user_authentication' })
})

test('RFC 9470 §3: what no challenge could carry is refused before any request', async () => {
  await assert.rejects(decide({}, { scope: 'read_pets', acr: 'two words' }), RangeError)
  await assert.rejects(decide({}, { scope: 'read_pets', acr: '' }), RangeError)
  await assert.rejects(decide({}, { scope: 'read_pets', maxAge: -1 }), RangeError)
  await assert.rejects(decide({}, { scope: 'read_pets', maxAge: Number.NaN }), RangeError)
})

test('RFC 9470 §3: a login that stands where it would be passed over does not compile, and throws', async () => {
  // @ts-expect-error a login stands beside `scope`
  await assert.rejects(decide({}, { anyOf: ['read_pets'], maxAge: 300 }), RangeError)
  // @ts-expect-error a login stands beside `scope`
  await assert.rejects(decide({}, { allOf: ['read_pets'], acr: mfa }), RangeError)
  // @ts-expect-error no class would do
  await assert.rejects(decide({}, { scope: 'read_pets', acr: [] }), RangeError)
})

test('RFC 9470 §6: a login in the future, such as one in milliseconds, is none', async () => {
  for (const auth_time of [start + 61, start * 1000])
    assertRefused(await decide({ auth_time }, fresh), { status: 401, error: 'insufficient_user_authentication' })
  accessOf(await decide({ auth_time: start + 60 }, fresh))
})

test('guard: a misspelt scope does not compile, and throws where types are not checked', async () => {
  // @ts-expect-error `raed_pets` is no scope of the catalogue
  await assert.rejects(decide({}, { scope: 'raed_pets', maxAge: 1 }), /unknown scope `raed_pets`/)
  // @ts-expect-error `raed_pets` is no scope of the catalogue
  await assert.rejects(decide({}, 'raed_pets'), /unknown scope `raed_pets`/)
})
