import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../guard.ts'
import type { GuardEvent } from '../guard-event.ts'
import { introspectionVerifier } from '../introspection-verifier.ts'
import { catalogueGuard, forge } from '../testing/catalogue-world.ts'
import { accessOf, assertRefused, challengesOf, responseOf } from '../testing/guarded.ts'
import {
  type Answering,
  accessTokenClaims,
  catalogue,
  issuer,
  requestWith,
  resource,
  start,
  testClock,
  testFetch,
} from '../testing/issuer.ts'

const needs = 'read_pets'
const endpoint = 'https://as.example/introspect'

function introspecting(answers: readonly Answering[], cacheTtl = 0) {
  const clock = testClock()
  const { fetch, calls } = testFetch(...answers)
  const opaque = introspectionVerifier({ endpoint, clientId: 'api', clientSecret: 'hush', fetch, clock, cacheTtl })
  return { guard: createGuard({ issuers: [{ issuer, opaque }], resource, catalogue, clock }), clock, calls }
}

const answering = (claims: object) => () => Response.json({ active: true, ...accessTokenClaims(), ...claims })
const inactive = () => Response.json({ active: false })
const broken = () => new Response('', { status: 500 })

test('RFC 7662 §4: RS-REV-01: a revoked token is refused at once, or within the declared time', async () => {
  const { guard } = introspecting([answering({}), inactive])
  accessOf(await guard(requestWith('opaque'), needs))
  assertRefused(await guard(requestWith('opaque'), needs), { status: 401, error: 'invalid_token' })
  const { guard: remembering, clock, calls } = introspecting([answering({}), inactive], 5)
  accessOf(await remembering(requestWith('opaque'), needs))
  clock.advance(4)
  accessOf(await remembering(requestWith('opaque'), needs))
  assert.equal(calls.length, 1)
  clock.advance(1)
  assertRefused(await remembering(requestWith('opaque'), needs), { status: 401, error: 'invalid_token' })
})

for (const [name, answer] of [
  ['an error', broken],
  ['no answer', () => Promise.reject(new Error('gone'))],
  ['no JSON', () => new Response('active')],
  ['no object', () => Response.json([])],
  ['no word about it', () => Response.json({})],
  ['a text instead of yes', () => Response.json({ ...accessTokenClaims(), active: 'true' })],
] as const)
  test(`RFC 7662 §4: RS-REV-03: while introspection is down nothing is let through: ${name}`, async () => {
    const { guard } = introspecting([answer])
    const guarded = await guard(requestWith('opaque'), needs)
    assertRefused(guarded, { status: 503 })
    assert.deepEqual(challengesOf(guarded), [])
    assert.ok(responseOf(guarded).headers['retry-after'])
  })

for (const [claims, status] of [
  [{ aud: 'https://api.example/other' }, 401],
  [{ aud: undefined }, 401],
  [{ exp: start - 60 }, 401],
  [{ nbf: start + 60 }, 401],
  [{ iss: 'https://other.example' }, 401],
  [{ scope: 'write_pets' }, 403],
  [{ scope: undefined }, 403],
] as const)
  test(`RFC 7662 §2.2: RS-REV-04: \`active\` alone does not open anything: ${JSON.stringify(claims)}`, async () => {
    const { guard } = introspecting([answering(claims)])
    assert.equal(responseOf(await guard(requestWith('opaque'), needs)).status, status)
  })

const hostile = '"><script>alert(1)</script>\r\nx-injected: 1'

test('RFC 6750 §3: RS-ERR-02: no answer tells of tokens, claims, keys, secrets or of what happened inside', async () => {
  const { guard } = catalogueGuard()
  const { guard: asking } = introspecting([() => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7 hush'))])
  const secret = { email: 'victim@example.com', scope: 'read_orders', store: 'S-17' }
  const answers = [
    await guard(requestWith(forge({ claims: secret })), needs),
    await guard(requestWith(forge({ claims: { ...secret, exp: start - 100 } })), needs),
    await guard(requestWith(forge({ claims: secret, signature: 'AAAA' })), needs),
    await asking(requestWith('opaque'), needs),
  ]
  for (const guarded of answers) {
    const text = JSON.stringify(responseOf(guarded))
    assert.doesNotMatch(text, /victim|S-17|read_orders|hush|ECONN|10\.0\.0\.7|node:|\.ts|eyJ|signature|ec-1/)
  }
})

test('RFC 9110 §11.6.1: RS-ERR-04: challenges are well-formed, hold one error and reflect nothing', async () => {
  const { guard } = catalogueGuard({ dpop: {}, metadata: {} })
  const requests = [
    { headers: {}, query: hostile, body: hostile },
    requestWith(hostile),
    requestWith(forge({ claims: { scope: hostile, iss: hostile } })),
    requestWith(forge({ header: { kid: hostile, typ: hostile } })),
    requestWith(forge({ claims: { scope: 'write_pets' } })),
    { headers: { authorization: ['Bearer a', hostile] }, query: '', body: '' },
  ]
  const parameter = /[a-z_]+="(?:[ !#-[\]-~]|\\["\\])*"/.source
  const challenge = new RegExp(`^(?:Bearer|DPoP) ${parameter}(?:, ${parameter})*$`)
  for (const request of requests) {
    const challenges = challengesOf(await guard(request, needs))
    assert.ok(challenges.length > 0)
    for (const each of challenges) assert.match(each, challenge)
    assert.ok(challenges.join().split('error="').length <= 2)
    assert.doesNotMatch(challenges.join(), /alert|injected/)
  }
})

test('RFC 9728 §5.1: RS-ERR-05: a challenge names the metadata, and they name the resource', async () => {
  const { guard } = catalogueGuard({ metadata: {} })
  const [challenge = ''] = challengesOf(await guard({ headers: {}, query: '', body: '' }, needs))
  const [, url = ''] = /resource_metadata="([^"]*)"/.exec(challenge) ?? []
  const response = guard.metadata?.serve({ method: 'GET', path: new URL(url).pathname, query: '' })
  assert.equal((JSON.parse(response?.body ?? '{}') as { readonly resource?: string }).resource, resource)
})

test('RFC 9728 §2: RS-ERR-06: metadata are https, name the issuers, and list scopes of the catalogue alone', () => {
  const document = catalogueGuard({ metadata: {} }).guard.metadata
  assert.ok(document)
  assert.ok(document.url.startsWith('https://'))
  assert.deepEqual(document.value.authorization_servers, [issuer])
  const { scopes_supported: scopes = [] } = document.value
  assert.ok(scopes.length > 0 && scopes.every(name => catalogue.definition(name) !== undefined))
  assert.ok(!scopes.includes('offline_access'))
})

test('RFC 6585 §4: RS-RAT-01: many bad tokens lock no good one out', async () => {
  const { guard } = catalogueGuard()
  for (let at = 0; at < 300; at++)
    assertRefused(await guard(requestWith(forge({ claims: { jti: `${at}` }, signature: 'AAAA' })), needs), {
      status: 401,
      error: 'invalid_token',
    })
  accessOf(await guard(requestWith(forge()), needs))
})

test('RFC 9068 §4: the operator learns why, and the event holds no token', async () => {
  const events: GuardEvent[] = []
  const { guard } = catalogueGuard({ observe: event => void events.push(event) })
  const token = forge({ claims: { exp: start - 100 } })
  await guard(requestWith(token), needs)
  assert.match(events[0]?.reason ?? '', /expired/)
  assert.ok(!JSON.stringify(events).includes(token))
})
