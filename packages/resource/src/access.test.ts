import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from './guard.ts'
import { jwtVerifier } from './jwt-verifier.ts'
import { accessOf, assertRefused, believingGuard } from './testing/guarded.ts'
import {
  accessTokenClaims,
  catalogue,
  issuer,
  requestWith,
  resource,
  start,
  testClock,
  testKey,
} from './testing/issuer.ts'

const any = { allOf: [] } as const
const accessBy = async (...given: Parameters<typeof believingGuard>) =>
  accessOf(await believingGuard(...given)(requestWith('a'), any))

test('RFC 9068 §2.2: what a token says, in types', async () => {
  const details = [{ type: 'payment', amount: 7 }]
  const claims = { acr: 'urn:shop:mfa', auth_time: start - 5, authorization_details: details, scope: 'read_pets other' }
  const access = await accessBy(claims)
  assert.deepEqual(
    { ...access, scope: access.scope.tokens, claims: undefined },
    {
      issuer,
      actor: 'user',
      principal: 'user https://as.example user-1',
      subject: 'user-1',
      clientId: 'shop',
      scope: ['read_pets'],
      unknownScope: ['other'],
      acr: 'urn:shop:mfa',
      authTime: start - 5,
      authorizationDetails: details,
      expiresAt: start + 600,
      claims: undefined,
    },
  )
})

test('RFC 9068 §2.2: a client that acts by itself is no user, even if it is called like one', async () => {
  const user = await accessBy({ sub: 'alice' })
  const client = await accessBy({ sub: 'alice', client_id: 'alice' })
  assert.deepEqual([client.actor, client.subject, client.clientId], ['client', undefined, 'alice'])
  assert.notEqual(client.principal, user.principal)
})

for (const [name, claims, options] of [
  ['without a subject', { sub: undefined }, {}],
  ['by `azp`', { sub: 'shop', client_id: undefined, azp: 'shop' }, {}],
  [
    'as its issuer marks it',
    { sub: 'shop@clients' },
    { isClient: ({ sub }: object & { sub?: unknown }) => sub === 'shop@clients' },
  ],
] as const)
  test(`RFC 9068 §2.2: a client’s own token is known: ${name}`, async () => {
    const access = await accessBy(claims, options)
    assert.deepEqual([access.actor, access.subject, access.clientId], ['client', undefined, 'shop'])
    assert.equal(access.principal, 'client https://as.example shop')
  })

test('RFC 8725 §3.8: the same subject of two issuers is two principals', async () => {
  const clock = testClock()
  const names = ['https://as.example', 'https://other.example']
  const keys = await Promise.all(names.map(name => testKey(name)))
  const issuers = names.map((name, at) => ({
    issuer: name,
    jwt: jwtVerifier({ jwks: keys[at]?.jwks ?? { keys: [] }, clock }),
  }))
  const guard = createGuard({ issuers, resource, catalogue, clock })
  const access = async (at: number) =>
    accessOf(await guard(requestWith((await keys[at]?.sign({ iss: names[at] })) ?? ''), 'read_pets'))
  const [one, two] = [await access(0), await access(1)]
  assert.equal(one.subject, two.subject)
  assert.notEqual(one.principal, two.principal)
})

test('RFC 8414 §2: an issuer whose name holds a space is refused, so that no two principals are one text', () => {
  const issuers = [
    {
      issuer: 'https://as.example x',
      opaque: async () => ({ kind: 'verified', claims: accessTokenClaims(), until: 0 }) as const,
    },
  ]
  assert.throws(() => createGuard({ issuers, resource, catalogue }), /holds a space/)
})

for (const [name, scope] of [
  ['in another order', 'write_pets read_pets'],
  ['with one twice', 'read_pets write_pets read_pets'],
  ['with two spaces', 'read_pets  write_pets'],
  ['with spaces around', ' read_pets write_pets '],
] as const)
  test(`RFC 6749 §3.3: the same scope, ${name}`, async () => {
    const guard = believingGuard({ scope })
    accessOf(await guard(requestWith('a'), { allOf: ['read_pets', 'write_pets'] }))
    assertRefused(await guard(requestWith('a'), 'read_orders'), { status: 403, error: 'insufficient_scope' })
  })

for (const scope of ['read_pets\twrite_pets', 'read_pets\n', 'read_pets"', 'read_pets\\', 'read_pets\u00a0', 'ré'])
  test(`RFC 6749 §3.3: no scope value: ${JSON.stringify(scope)}`, async () =>
    assertRefused(await believingGuard({ scope })(requestWith('a'), any), { status: 401, error: 'invalid_token' }))

test('RFC 6749 §3.3: 2,000 scopes take no time and open nothing', async () => {
  const scope = Array.from({ length: 2_000 }, (_, at) => `s${at}`).join(' ')
  const before = performance.now()
  assertRefused(await believingGuard({ scope })(requestWith('a'), 'read_pets'), {
    status: 403,
    error: 'insufficient_scope',
  })
  assert.ok(performance.now() - before < 1_000)
  const endless = `${scope} `.repeat(5)
  assertRefused(await believingGuard({ scope: endless })(requestWith('a'), any), {
    status: 401,
    error: 'invalid_token',
  })
})

for (const claims of [
  { scp: 'read_pets' },
  { scp: ['read_pets'] },
  { roles: ['read_pets'] },
  { permissions: ['read_pets'] },
])
  test(`RFC 9068 §2.2.3: only the claim \`scope\` counts: ${JSON.stringify(claims)}`, async () => {
    const guarded = await believingGuard({ scope: undefined, ...claims })(requestWith('a'), 'read_pets')
    assertRefused(guarded, { status: 403, error: 'insufficient_scope' })
  })

for (const scp of ['read_pets', ['read_pets'], 'read_pets other', ['read_pets', 'other']])
  test(`RFC 9068 §2.2.3: an issuer may be said to write \`scp\`: ${JSON.stringify(scp)}`, async () => {
    const guard = believingGuard({ scp, scope: 'write_pets' }, { scopeClaim: 'scp' })
    accessOf(await guard(requestWith('a'), 'read_pets'))
    assertRefused(await guard(requestWith('a'), 'write_pets'), { status: 403, error: 'insufficient_scope' })
  })

for (const scp of [7, { read_pets: true }, [7], ['read\tpets'], [['read_pets']], ['read_pets write_pets'], ['']])
  test(`RFC 9068 §2.2.3: no \`scp\`: ${JSON.stringify(scp)}`, async () =>
    assertRefused(await believingGuard({ scp }, { scopeClaim: 'scp' })(requestWith('a'), any), {
      status: 401,
      error: 'invalid_token',
    }))

test('RFC 9068 §2.2: claims are read once for a token that is believed again', async () => {
  const guard = believingGuard()
  const [one, two] = [await guard(requestWith('a'), any), await guard(requestWith('a'), any)]
  assert.equal(accessOf(one), accessOf(two))
})

test('RFC 9068 §2.2: what one request is given cannot be changed for the next', async () => {
  const access = await accessBy({ authorization_details: [{ type: 'payment' }], scope: 'read_pets other' })
  for (const value of [access, access.authorizationDetails, access.authorizationDetails[0], access.unknownScope])
    assert.ok(Object.isFrozen(value))
})
