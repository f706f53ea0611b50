import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GuardedRequest } from '../find-token.ts'
import { catalogueGuard, forge } from '../testing/catalogue-world.ts'
import { accessOf, assertRefused, challengesOf } from '../testing/guarded.ts'
import { requestWith, resource } from '../testing/issuer.ts'

const good = forge()
const needs = 'read_pets'
const decide = (request: Partial<GuardedRequest>) =>
  catalogueGuard().guard({ headers: {}, query: '', body: '', ...request }, needs)
const sent = (authorization: string | readonly string[]) => decide({ headers: { authorization } })

test('RFC 6750 §2.1: the positive control: the good token is let through', async () => {
  accessOf(await decide(requestWith(good)))
})

test('RFC 6750 §3.1: RS-TOK-01: without a token 401, a challenge, and no error code', async () => {
  const guarded = await decide({})
  assertRefused(guarded, { status: 401 })
  assert.deepEqual(challengesOf(guarded), [`Bearer realm="${resource}", scope="read_pets"`])
})

test('RFC 6750 §3.1: RS-TOK-02: `Bearer garbage` is invalid_token', async () =>
  assertRefused(await sent('Bearer garbage'), { status: 401, error: 'invalid_token' }))

for (const token of [
  'a.b.c',
  '!.!.!',
  'e30.e30.',
  'e30.e30.e30',
  '..',
  'bnVsbA.bnVsbA.AAAA',
  'W10.W10.AAAA',
  '_w._w._w',
])
  test(`RFC 7515 §5.2: RS-TOK-03: three segments that are no JWS: ${token}`, async () =>
    assertRefused(await sent(`Bearer ${token}`), { status: 401, error: 'invalid_token' }))

for (const field of ['Bearer', 'Bearer ', 'Bearer    '])
  test(`RFC 6750 §3.1: RS-TOK-04: nothing after the scheme is invalid_request: \`${field}\``, async () =>
    assertRefused(await sent(field), { status: 400, error: 'invalid_request' }))

for (const scheme of ['bearer', 'BEARER'])
  test(`RFC 9110 §11.1: RS-TOK-05: the scheme \`${scheme}\` is accepted`, async () => {
    accessOf(await sent(`${scheme} ${good}`))
  })

for (const scheme of ['Basic', 'Token', 'JWT', 'DPoP', 'BearerX'])
  test(`RFC 6750 §2.1: RS-TOK-06: a good token under \`${scheme}\` is none`, async () =>
    assertRefused(await sent(`${scheme} ${good}`), { status: 401 }))

for (const fields of [
  [`Bearer ${good}`, 'Bearer bad'],
  ['Bearer bad', `Bearer ${good}`],
])
  test('RFC 6750 §2: RS-TOK-07: two `Authorization` fields are refused in both orders', async () => {
    assertRefused(await sent(fields), { status: 400, error: 'invalid_request' })
    assertRefused(await sent(fields.join(', ')), { status: 400, error: 'invalid_request' })
  })

for (const [name, token] of [
  ['64 kB of padding', `${good}${'='.repeat(65_536)}`],
  ['100 kB', 'a'.repeat(100_000)],
  ['100 kB in three parts', `${'a'.repeat(50_000)}.${'a'.repeat(49_000)}.a`],
] as const)
  test(`RFC 6750 §3.1: RS-TOK-08: an oversized token is refused at once: ${name}`, async () => {
    const before = performance.now()
    assertRefused(await sent(`Bearer ${token}`), { status: 401, error: 'invalid_token' })
    assert.ok(performance.now() - before < 1_000)
  })

for (const token of [`${good}=`, `${good}\n`, `${good}%20`, good.replace('.', '\u2024'), good.replace('.', '\uff0e')])
  test('RFC 7515 §2: RS-TOK-09: a token with a character too many is refused', async () =>
    assertRefused(await sent(`Bearer ${token}`), { status: 401, error: 'invalid_token' }))

test('RFC 6750 §2.3: RS-TRN-03: a good token in the query does not count', async () => {
  assertRefused(await decide({ query: `access_token=${good}` }), { status: 401 })
  assertRefused(await decide({ ...requestWith(good), query: `a=b&access_token=${good}` }), {
    status: 400,
    error: 'invalid_request',
  })
})

test('RFC 6750 §2.2: RS-TRN-04: a good token in the form and the header is refused, in the form alone does not count', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = `access_token=${good}`
  assertRefused(await decide({ headers: { ...form, authorization: `Bearer ${good}` }, body }), {
    status: 400,
    error: 'invalid_request',
  })
  assertRefused(await decide({ headers: form, body }), { status: 401 })
})

for (const headers of [
  { cookie: `access_token=${good}` },
  { 'x-access-token': good },
  { 'x-authorization': `Bearer ${good}` },
  { 'proxy-authorization': `Bearer ${good}` },
])
  test(`RFC 6750 §2: RS-TRN-05: a good token elsewhere does not count: ${Object.keys(headers).join()}`, async () =>
    assertRefused(await decide({ headers }), { status: 401 }))

test('RFC 9110 §5.1: RS-ROU-04: what headers say of who and where is ignored', async () => {
  const forwarded = {
    'x-user-id': 'admin',
    'x-original-url': '/public',
    'x-forwarded-user': 'admin',
    'x-scope': 'admin',
  }
  assertRefused(await decide({ headers: forwarded }), { status: 401 })
  const access = accessOf(
    await decide(requestWith(good, { headers: { authorization: `Bearer ${good}`, ...forwarded } })),
  )
  assert.deepEqual([access.subject, access.scope.tokens], ['user-1', ['read_pets']])
})
