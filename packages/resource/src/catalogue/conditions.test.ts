import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy } from '@ambit/policy'
import { createGuard } from '../guard.ts'
import { jwtVerifier } from '../jwt-verifier.ts'
import { forge, jwks } from '../testing/catalogue-world.ts'
import { accessOf, assertRefused, bodyOf, challengesOf, responseOf } from '../testing/guarded.ts'
import { catalogue, issuer, requestWith, resource, start, testClock } from '../testing/issuer.ts'

type Item = { readonly owner: string; readonly store: string; readonly price: number; readonly locked: boolean }
type Payment = { readonly amount: number }
const mfa = 'urn:shop:mfa'

const shop = policy(catalogue)
  .claims<{ readonly principal: string; readonly store: string }>()
  .levels(['urn:shop:pwd', mfa])
  .objects<{ item: Item }>()
  .actions({
    item: item => ({
      read: item
        .needs('read_pets')
        .when('own', subjects => subjects.item.owner.eq(subjects.token.principal))
        .hidden(),
      reprice: item
        .needs('write_pets')
        .input<{ readonly price: number }>()
        .when('own store', subjects => subjects.item.store.eq(subjects.token.store))
        .when('at most 20 %', subjects => subjects.input.price.within(20, subjects.item.price))
        .forbid('locked', subjects => subjects.item.locked.isTrue()),
      create: item
        .needs('write_pets')
        .withoutObject()
        .input<{ readonly owner: string }>()
        .when('as oneself', ({ input, token }) => input.owner.eq(token.principal)),
      move: item
        .needs('read_pets')
        .input<{ readonly store: string }>()
        .when('of that store', subjects => subjects.item.store.eq(subjects.input.store)),
      remove: item
        .needs('write_pets')
        .when('own', subjects => subjects.item.owner.eq(subjects.token.principal))
        .stepUp({ acr: mfa, maxAge: 300 }),
      pay: item
        .needs('read_pets')
        .details<Payment>('payment')
        .when('covered', ({ item: sold, details }) => sold.price.lte(details.amount)),
    }),
  })

const own: Item = { owner: `user ${issuer} user-1`, store: 's1', price: 1000, locked: false }
const foreign: Item = { ...own, owner: `user ${issuer} user-2`, store: 's2' }
const scope = 'read_pets write_pets'
const asking = (claims: object = {}) => requestWith(forge({ claims: { scope, store: 's1', ...claims } }))
const jwt = jwtVerifier({ jwks, clock: testClock() })
const guard = createGuard({ issuers: [{ issuer, jwt }], resource, policy: shop, clock: testClock() })
const reprice = (item: Item, price: number, claims: object = {}) =>
  guard(asking(claims), 'item.reprice', { item, input: { price } })

test('RFC 9110 §15.5.5: RS-OBJ-01: another user’s object is not to be seen, and the answer says nothing of it', async () => {
  accessOf(await guard(asking(), 'item.read', { item: own }))
  const guarded = await guard(asking(), 'item.read', { item: foreign })
  assertRefused(guarded, { status: 404 })
  assert.doesNotMatch(JSON.stringify(responseOf(guarded)), /user-2|s2|1000/)
})

test('RFC 9110 §15.5.4: RS-OBJ-02: each object of a list is decided, wherever its id came from', async () => {
  const access = accessOf(await guard(asking(), { scope: { allOf: [] } }))
  const guarded = await Promise.all([own, foreign, own].map(item => guard.decide(access, 'item.read', { item })))
  assert.deepEqual(
    guarded.map(({ kind }) => kind),
    ['allowed', 'refused', 'allowed'],
  )
})

test('RFC 9110 §15.5.4: RS-OBJ-03: the child of another parent is refused', async () => {
  accessOf(await guard(asking(), 'item.move', { item: own, input: { store: 's1' } }))
  assertRefused(await guard(asking(), 'item.move', { item: own, input: { store: 's2' } }), { status: 403 })
})

test('RFC 9110 §15.5.4: RS-OBJ-05: nobody makes what is another’s', async () => {
  accessOf(await guard(asking(), 'item.create', { input: { owner: own.owner } }))
  assertRefused(await guard(asking(), 'item.create', { input: { owner: foreign.owner } }), { status: 403 })
})

test('RFC 9110 §15.5.4: RS-OBJ-07: what may not be changed may not be deleted', async () => {
  assertRefused(await reprice(foreign, 1000), { status: 403 })
  assertRefused(await guard(asking({ acr: mfa, auth_time: start }), 'item.remove', { item: foreign }), { status: 403 })
})

test('RFC 9110 §15.5.4: RS-CND-01: each condition that does not hold alone refuses', async () => {
  accessOf(await reprice(own, 1000))
  assertRefused(await reprice({ ...own, store: 's2' }, 1000), { status: 403, reason: /own store/ })
  assertRefused(await reprice(own, 1201), { status: 403, reason: /at most 20 %/ })
})

for (const [price, isAllowed] of [
  [799, false],
  [800, true],
  [1200, true],
  [1201, false],
  [0, false],
  [-1, false],
  [1000.5, true],
  [2 ** 53, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
] as const)
  test(`RFC 9110 §15.5.4: RS-CND-02: within 20 % of 1000: ${price}`, async () =>
    assert.equal((await reprice(own, price)).kind, isAllowed ? 'allowed' : 'refused'))

test('RFC 9110 §15.5.4: RS-CND-03: what is forbidden is refused though all else holds', async () =>
  assertRefused(await reprice({ ...own, locked: true }, 1000), { status: 403, reason: /locked/ }))

for (const changes of [
  { store: undefined },
  { store: null },
  { store: ['s1'] },
  { price: '1000' },
  { price: null },
  { locked: undefined },
  { locked: 'false' },
  { locked: 0 },
])
  test(`RFC 9110 §15.5.4: RS-CND-04: a missing attribute or a wrong type refuses: ${JSON.stringify(changes)}`, async () => {
    const item = JSON.parse(JSON.stringify({ ...own, ...changes })) as Item
    assertRefused(await reprice(item, 1000), { status: 403 })
  })

for (const claims of [{ store: undefined }, { store: null }, { store: ['s1'] }, { store: 7 }])
  test(`RFC 9110 §15.5.4: RS-CND-04: a missing claim or a wrong type refuses: ${JSON.stringify(claims)}`, async () =>
    assertRefused(await reprice(own, 1000, claims), { status: 403 }))

test('RFC 9110 §15.5.4: RS-CND-05: attributes that the caller sends count for nothing', async () => {
  const request = asking({ store: 's2' })
  const headers = { ...request.headers, 'x-store-id': 's1', 'x-principal': own.owner }
  const spoofed = { ...request, headers, query: 'store=s1', body: '{"store":"s1"}' }
  const input = JSON.parse('{"price":1000,"store":"s1","token":{"store":"s1"},"item":{"store":"s2"}}') as {
    price: number
  }
  assertRefused(await guard(spoofed, 'item.reprice', { item: own, input }), { status: 403, reason: /own store/ })
})

test('RFC 9470 §3: RS-STP-01: a weak login is told acr_values', async () => {
  const guarded = await guard(asking({ acr: 'urn:shop:pwd', auth_time: start }), 'item.remove', { item: own })
  assertRefused(guarded, { status: 401, error: 'insufficient_user_authentication' })
  assert.match(challengesOf(guarded).join(), /acr_values="urn:shop:mfa"/)
  accessOf(await guard(asking({ acr: mfa, auth_time: start }), 'item.remove', { item: own }))
})

test('RFC 9470 §3: RS-STP-02: an old login is told max_age', async () => {
  const guarded = await guard(asking({ acr: mfa, auth_time: start - 301 }), 'item.remove', { item: own })
  assertRefused(guarded, { status: 401, error: 'insufficient_user_authentication' })
  assert.match(challengesOf(guarded).join(), /max_age="300"/)
})

for (const acr of [undefined, 'urn:shop:root', 'URN:SHOP:MFA', 'urn:shop:mfa '])
  test(`RFC 9470 §6: RS-STP-03: an unknown class, or one in the request, is none: ${JSON.stringify(acr)}`, async () => {
    const request = { ...asking({ acr, auth_time: start }), query: `acr=${mfa}&acr_values=${mfa}` }
    assertRefused(await guard(request, 'item.remove', { item: own }), {
      status: 401,
      error: 'insufficient_user_authentication',
    })
  })

const details = (...authorization_details: readonly object[]) => ({ authorization_details })

for (const [name, claims] of [
  ['another type', details({ type: 'account', amount: 1000 })],
  ['too little', details({ type: 'payment', amount: 999 })],
  ['a text', details({ type: 'payment', amount: '1000' })],
  ['no amount', details({ type: 'payment' })],
  ['another location', details({ type: 'payment', amount: 1000, locations: ['https://other.example'] })],
  ['locations that are no list', details({ type: 'payment', amount: 1000, locations: resource })],
] as const)
  test(`RFC 9396 §9: RS-RAR-01: details that do not cover the call refuse: ${name}`, async () =>
    assertRefused(await guard(asking(claims), 'item.pay', { item: own }), { status: 403 }))

test('RFC 9396 §2.2: RS-RAR-01: details whose locations name this resource count', async () => {
  const here = details({ type: 'payment', amount: 1000, locations: ['https://other.example', resource] })
  accessOf(await guard(asking(here), 'item.pay', { item: own }))
})

test('RFC 9396 §3: RS-RAR-02: neither scope without details is enough, nor details without scope', async () => {
  const paid = details({ type: 'payment', amount: 1000 })
  accessOf(await guard(asking(paid), 'item.pay', { item: own }))
  assertRefused(await guard(asking(), 'item.pay', { item: own }), { status: 403 })
  assertRefused(await guard(asking({ ...paid, scope: '' }), 'item.pay', { item: own }), {
    status: 403,
    error: 'insufficient_scope',
  })
})

test('RFC 9110 §15.5.4: RS-ERR-01: a good token of the wrong user is 403, not 401', async () => {
  const guarded = await reprice(foreign, 1000)
  assertRefused(guarded, { status: 403 })
  assert.deepEqual(challengesOf(guarded), [])
})

test('RFC 9110 §15.5.5: RS-ERR-08: a missing and a forbidden object are answered alike', async () => {
  const forbidden = await guard(asking(), 'item.read', { item: foreign })
  const missing = await guard(asking(), 'item.read', () => undefined)
  assert.deepEqual(responseOf(forbidden), responseOf(missing))
  assert.deepEqual(bodyOf(missing), { title: 'Not Found', status: 404, detail: 'there is nothing here' })
})
