import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy, printExplanation, RequestFacts } from '@ambit/policy'
import type { JwtClaims } from '@ambit/protocol'
import { createGuard } from './guard.ts'
import type { GuardEvent } from './guard-event.ts'
import type { GuardFrame } from './guard-options.ts'
import { accessOf, assertRefused, bodyOf, challengesOf, responseOf } from './testing/guarded.ts'
import { accessTokenClaims, catalogue, issuer, requestWith, resource, start, testClock } from './testing/issuer.ts'

type Pet = { readonly owner: string; readonly price: number }
type Payment = { readonly amount: number }

const mfa = 'urn:shop:mfa'

const shop = policy(catalogue)
  .claims<{ readonly principal: string }>()
  .levels(['urn:shop:pwd', mfa])
  .objects<{ readonly pet: Pet; readonly sale: Pet }>()
  .actions({
    pet: pet => ({
      read: pet.needs('read_pets'),
      edit: pet
        .needs('write_pets')
        .input<{ readonly price: number }>()
        .when('own pet', subjects => subjects.pet.owner.eq(subjects.token.principal))
        .when('a price', ({ input }) => input.price.gte(0))
        .stepUp({ acr: mfa, maxAge: 300 }, ({ input }) => input.price.lte(100)),
      inspect: pet
        .needs('read_pets')
        .when('own pet', subjects => subjects.pet.owner.eq(subjects.token.principal))
        .hidden(),
      add: pet.needs('write_pets').withoutObject(),
    }),
    sale: sale => ({
      pay: sale
        .needs('read_pets')
        .details<Payment>('payment')
        .when('covered', ({ sale: sold, details }) => sold.price.lte(details.amount)),
      mine: sale
        .needs('read_pets')
        .fact('partners', { load: async () => ['user https://as.example user-1'] })
        .when('partner', ({ token, fact }) => fact.partners.contains(token.principal)),
    }),
  })

const own: Pet = { owner: 'user https://as.example user-1', price: 10 }
const foreign: Pet = { owner: 'user https://as.example user-2', price: 10 }
const scope = 'read_pets write_pets'

function guardOf(claims: JwtClaims = {}, options: Partial<GuardFrame> = {}) {
  const whole = { ...accessTokenClaims(), scope, ...claims }
  const opaque = async () => ({ kind: 'verified', claims: whole, until: start + 600 }) as const
  return createGuard({ issuers: [{ issuer, opaque }], resource, policy: shop, clock: testClock(), ...options })
}

const request = requestWith('a')

test('policy guard: scope and conditions that hold let a request through', async () => {
  const guard = guardOf()
  accessOf(await guard(request, 'pet.read', { pet: foreign }))
  accessOf(await guard(request, 'pet.edit', { pet: own, input: { price: 100 } }))
  accessOf(await guard(request, 'pet.add'))
  accessOf(await guard(request, 'sale.mine', { sale: own }))
})

test('RFC 6750 §3.1: too little scope is 403 insufficient_scope, and nothing else is looked at', async () => {
  const guard = guardOf({ scope: 'read_pets' })
  const guarded = await guard(request, 'pet.edit', () => assert.fail('the object was asked for'))
  assertRefused(guarded, { status: 403, error: 'insufficient_scope' })
  assert.match(challengesOf(guarded).join(), /scope="write_pets"/)
})

test('RFC 6750 §3.1: without a good token the object is not asked for', async () => {
  const withoutToken = { headers: {}, query: '', body: '' }
  const guarded = await guardOf()(withoutToken, 'pet.read', () => assert.fail('the object was asked for'))
  assertRefused(guarded, { status: 401 })
})

test('RFC 9110 §15.5.4: a condition that does not hold is 403 without a challenge', async () => {
  const guarded = await guardOf()(request, 'pet.edit', { pet: foreign, input: { price: 1 } })
  assertRefused(guarded, { status: 403, reason: /the rule `own pet`/ })
  assert.deepEqual(challengesOf(guarded), [])
  assert.deepEqual(bodyOf(guarded), { title: 'Forbidden', status: 403, detail: 'this is not allowed' })
  assert.equal(responseOf(guarded).headers['cache-control'], 'no-store')
})

test('RFC 9110 §15.5.5: what is hidden is answered like what is not there', async () => {
  const guard = guardOf()
  const hidden = await guard(request, 'pet.inspect', { pet: foreign })
  const missing = await guard(request, 'pet.inspect', () => undefined)
  assertRefused(hidden, { status: 404, reason: /the rule `own pet`/ })
  assertRefused(missing, { status: 404, reason: /no such object/ })
  assert.deepEqual(responseOf(hidden), responseOf(missing))
  accessOf(await guard(request, 'pet.inspect', { pet: own }))
})

test('policy guard: an object that is not there is never allowed, not even without conditions', async () => {
  const guard = guardOf()
  assertRefused(await guard(request, 'pet.read', () => undefined), { status: 404 })
  for (const found of [null, { pet: undefined }, { pet: null }]) {
    // @ts-expect-error the types ask for a pet; a lookup in plain JavaScript may still give nothing
    const guarded = await guard(request, 'pet.read', () => found)
    assertRefused(guarded, { status: 404, reason: /no such object/ })
  }
  // @ts-expect-error the types ask for a pet
  assertRefused(await guard(request, 'pet.read', { pet: undefined }), { status: 404 })
})

test('policy guard: what a prototype gives is no object of the call', async () => {
  const inherited: unknown = Object.create({ pet: own, input: { price: 1 } })
  // @ts-expect-error the types ask for a pet
  assertRefused(await guardOf()(request, 'pet.edit', inherited), { status: 403, reason: /own pet/ })
})

test('policy guard: the object is found for the access that was verified', async () => {
  const guarded = await guardOf()(request, 'pet.edit', async ({ subject }) => ({
    pet: { owner: `user ${issuer} ${subject}`, price: 1 },
    input: { price: 1 },
  }))
  accessOf(guarded)
})

test('RFC 9470 §3: a rule that wants another login is 401 with acr_values and max_age', async () => {
  const dear = { pet: own, input: { price: 101 } }
  const guarded = await guardOf({ acr: 'urn:shop:pwd', auth_time: start })(request, 'pet.edit', dear)
  assertRefused(guarded, { status: 401, error: 'insufficient_user_authentication', reason: /the rule `/ })
  assert.match(challengesOf(guarded).join(), /scope="write_pets", acr_values="urn:shop:mfa", max_age="300"$/)
  accessOf(await guardOf({ acr: mfa, auth_time: start - 300 })(request, 'pet.edit', dear))
  const forbidden = await guardOf()(request, 'pet.edit', { pet: foreign, input: { price: 101 } })
  assertRefused(forbidden, { status: 403, reason: /own pet/ })
})

test('RFC 9396 §9: authorization details are read beside scope', async () => {
  const detail = (type: string, amount: number) => ({ authorization_details: [{ type, amount }] })
  const sale = { sale: own }
  accessOf(await guardOf(detail('payment', 10))(request, 'sale.pay', sale))
  for (const claims of [{}, detail('payment', 9), detail('account', 10)])
    assertRefused(await guardOf(claims)(request, 'sale.pay', sale), { status: 403, reason: /covered/ })
  const withoutScope = await guardOf({ ...detail('payment', 10), scope: '' })(request, 'sale.pay', sale)
  assertRefused(withoutScope, { status: 403, error: 'insufficient_scope' })
})

test('RFC 9700 §4.15: a client that is called like a user does not get what is the user’s', async () => {
  const client = guardOf({ client_id: 'user-1' })
  assertRefused(await client(request, 'pet.edit', { pet: own, input: { price: 1 } }), {
    status: 403,
    reason: /own pet/,
  })
  const bySubject = policy(catalogue)
    .objects<{ readonly pet: Pet }>()
    .actions({
      pet: pet => ({
        read: pet.needs('read_pets').when('own', subjects => subjects.pet.owner.eq(subjects.token.sub)),
      }),
    })
  const opaque = (claims: JwtClaims) => async () => ({ kind: 'verified', claims, until: start + 600 }) as const
  for (const [claims, isAllowed] of [
    [accessTokenClaims(), true],
    [{ ...accessTokenClaims(), client_id: 'user-1' }, false],
  ] as const) {
    const guard = createGuard({
      issuers: [{ issuer, opaque: opaque(claims) }],
      resource,
      policy: bySubject,
      clock: testClock(),
    })
    const guarded = await guard(request, 'pet.read', { pet: { owner: 'user-1', price: 1 } })
    assert.equal(guarded.kind, isAllowed ? 'allowed' : 'refused')
  }
  const verify = opaque(accessTokenClaims())
  const several = [
    { issuer, opaque: verify },
    { issuer: 'https://other.example', jwt: verify },
  ]
  assert.throws(() => createGuard({ issuers: several, resource, policy: bySubject }), /`pet.read` reads `token.sub`/)
  assert.ok(createGuard({ issuers: several, resource, policy: shop }))
})

test('RFC 9068 §5: with several issuers a name counts only together with the issuer that gave it', () => {
  const byName = (isIssuerRead: boolean) => {
    const pets = policy(catalogue).objects<{ readonly pet: Pet }>()
    return pets.actions({
      pet: pet => {
        const read = pet.needs('read_pets').when('our batch', ({ token }) => token.client_id.eq('batch'))
        return { read: isIssuerRead ? read.when('of ours', ({ token }) => token.iss.eq(issuer)) : read }
      },
    })
  }
  const verify = async () => ({ kind: 'verified', claims: accessTokenClaims(), until: start + 600 }) as const
  const issuers = [
    { issuer, opaque: verify },
    { issuer: 'https://other.example', jwt: verify },
  ]
  const guardBy = (isIssuerRead: boolean, trusted = issuers) =>
    createGuard({ issuers: trusted, resource, policy: byName(isIssuerRead) })
  assert.throws(() => guardBy(false), /`pet.read` reads `token.client_id`.*or `token.iss` as well/)
  assert.ok(guardBy(true))
  assert.ok(guardBy(false, issuers.slice(0, 1)))
})

test('RFC 8725 §3.8: a claim cannot pretend to be the principal or the issuer', async () => {
  const claims = { principal: foreign.owner, iss: 'https://other.example' }
  assertRefused(await guardOf(claims)(request, 'pet.inspect', { pet: foreign }), { status: 404 })
  accessOf(await guardOf(claims)(request, 'pet.inspect', { pet: own }))
})

test('policy guard: an action is decided later, for an access that was let through before', async () => {
  const guard = guardOf()
  const access = accessOf(await guard(request, { scope: { allOf: [] } }))
  accessOf(await guard.decide(access, 'pet.edit', { pet: own, input: { price: 1 } }))
  const refused = await guard.decide(access, 'pet.edit', { pet: foreign, input: { price: 1 } })
  assertRefused(refused, { status: 403 })
  const narrow = accessOf(await guardOf({ scope: '' })(request, { allOf: [] }))
  assertRefused(await guard.decide(narrow, 'pet.add'), { status: 403, error: 'insufficient_scope' })
})

test('policy guard: the explanation goes to the operator, when asked for, and never to the client', async () => {
  const events: GuardEvent[] = []
  const guard = guardOf({}, { observe: event => void events.push(event) })
  const guarded = await guard(request, 'pet.edit', { pet: foreign, input: { price: 1 } })
  await guard(request, 'pet.edit', { pet: own, input: { price: 101 } })
  await guard(request, 'pet.read', { pet: own })
  assert.deepEqual(
    events.map(({ kind, operation, status }) => [kind, operation, status]),
    [
      ['refused', 'pet.edit', 403],
      ['refused', 'pet.edit', 401],
      ['allowed', 'pet.read', undefined],
    ],
  )
  const explained = await events[0]?.explain?.()
  assert.match(explained ? printExplanation(explained) : '', /own pet.*user-2/)
  assert.ok(events[1]?.explain)
  assert.doesNotMatch(JSON.stringify(responseOf(guarded)), /user-2|own pet/)
})

test('policy guard: a fact is fetched once for a request and an object, its explanation included', async () => {
  const fetched: unknown[] = []
  const shared = policy(catalogue)
    .claims<{ readonly principal: string }>()
    .objects<{ readonly pet: Pet }>()
    .actions({
      pet: plain => {
        const pet = plain.fact('friends', {
          load: subjects => {
            fetched.push(subjects.pet)
            return [subjects.pet.owner]
          },
        })
        const isFriend = 'a friend'
        return {
          read: pet.needs('read_pets').when(isFriend, ({ token, fact }) => fact.friends.contains(token.principal)),
          feed: pet.needs('write_pets').when(isFriend, ({ token, fact }) => fact.friends.contains(token.principal)),
        }
      },
    })
  const events: GuardEvent[] = []
  const claims = { ...accessTokenClaims(), scope }
  const verified = async () => ({ kind: 'verified', claims, until: start + 600 }) as const
  const guard = createGuard({
    issuers: [{ issuer, opaque: verified }],
    resource,
    policy: shared,
    clock: testClock(),
    observe: event => void events.push(event),
  })
  const mine = requestWith('a')
  const access = accessOf(await guard(mine, 'pet.read', { pet: own }))
  accessOf(await guard(mine, 'pet.feed', { pet: own }))
  assert.deepEqual(fetched, [own])
  assertRefused(await guard(mine, 'pet.feed', { pet: foreign }), { status: 403 })
  await events.at(-1)?.explain?.()
  assert.deepEqual(fetched, [own, foreign])
  accessOf(await guard(requestWith('a'), 'pet.read', { pet: own }))
  accessOf(await guard.decide(access, 'pet.read', { pet: own }))
  assert.deepEqual(fetched, [own, foreign, own, own])
  const requestFacts = new RequestFacts()
  for (const action of ['pet.read', 'pet.feed'] as const)
    accessOf(await guard.decide(access, action, { pet: own, requestFacts }))
  assert.equal(fetched.length, 5)
})

test('RFC 9728 §2: metadata name the types of authorization details that the policy reads', () => {
  const { metadata } = guardOf({}, { metadata: {} })
  assert.deepEqual(metadata?.value.authorization_details_types_supported, ['payment'])
})

test('policy guard: mistakes do not compile, and throw where types are not checked', async () => {
  const guard = guardOf()
  // @ts-expect-error no such action
  await assert.rejects(guard(request, 'pet.eat', { pet: own }), /no action `pet.eat`/)
  // @ts-expect-error the input is missing
  assertRefused(await guard(request, 'pet.edit', { pet: own }), { status: 403 })
  // @ts-expect-error the price is a number
  assertRefused(await guard(request, 'pet.edit', { pet: own, input: { price: '1' } }), { status: 403 })
  // @ts-expect-error no such scope
  await assert.rejects(guard(request, { scope: 'raed_pets' }), /unknown scope/)
})
