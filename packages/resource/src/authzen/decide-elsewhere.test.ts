import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy, printExplanation } from '@ambit/policy'
import fc from 'fast-check'
import { createGuard } from '../guard.ts'
import type { Fetch } from '../platform.ts'
import { bodyOf, responseOf } from '../testing/guarded.ts'
import { accessTokenClaims, issuer, resource, start, testClock } from '../testing/issuer.ts'
import { subjectAsTold } from './as-told.ts'
import { decideElsewhere } from './decide-elsewhere.ts'
import { authzenEndpoints } from './endpoints.ts'
import { authzenPdp } from './remote-policy.ts'
import { sharedSecrets } from './shared-secrets.ts'
import { carryTo } from './testing/carry.ts'
import { scopes, secret } from './testing/point.ts'

type Item = { readonly id: string; readonly store: string; readonly price: number; readonly locked: boolean }

const shop = policy(scopes)
  .claims<{ store: string; tier: 'partner' | 'internal' }>()
  .levels(['pwd', 'mfa'])
  .objects<{ item: Item; order: { store: string } }>()
  .actions({
    item: item => ({
      read: item.needs('read').when('own store', ({ token, item }) => item.store.eq(token.store)),
      updatePrice: item
        .needs({ anyOf: ['write', { allOf: ['read', 'write'] }] })
        .input<{ newPrice: number }>()
        .when('at most 20 %', ({ input, item }) => input.newPrice.within(20, item.price))
        .forbid('locked', ({ token, item }) => item.locked.isTrue().and(token.tier.ne('internal')))
        .stepUp({ acr: 'mfa', maxAge: 300 }, ({ input }) => input.newPrice.lte(50))
        .hidden(),
    }),
    order: order => ({
      list: order.needs('read').withoutObject(),
      share: order
        .needs('read')
        .fact<'friends', readonly string[]>('friends', { load: () => ['ben'] })
        .when('a friend', ({ token, fact }) => token.sub.in(fact.friends)),
    }),
  })

const point = authzenEndpoints({
  identifier: 'https://pdp.example',
  policy: shop,
  authenticate: sharedSecrets({ gateway: secret }),
  resolveSubject: subjectAsTold(scopes),
  clock: testClock(),
})

const askedBy = (fetch: Fetch) =>
  decideElsewhere(
    shop,
    authzenPdp({
      identifier: 'https://pdp.example',
      authorization: () => `Bearer ${secret}`,
      catalogue: scopes,
      fetch,
    }),
  )

const elsewhere = askedBy(carryTo(point))
const guardOf = (fetch: Fetch, claims: object, observe = (_event: unknown) => {}) =>
  createGuard({
    issuers: [
      {
        issuer,
        opaque: async () => ({ kind: 'verified', claims: { ...accessTokenClaims(), ...claims }, until: start + 600 }),
      },
    ],
    resource,
    policy: askedBy(fetch),
    clock: testClock(),
    observe,
  })
const request = { headers: { authorization: 'Bearer token' }, query: '', body: '' }
const item: Item = { id: '7', store: 's1', price: 100, locked: false }

test('AuthZEN §2: a guard that asks a decision point lets through what that one allows', async () => {
  const guard = guardOf(carryTo(point), { scope: 'read', store: 's1' })
  assert.equal((await guard(request, 'item.read', { item })).kind, 'allowed')
  const other = responseOf(await guard(request, 'item.read', { item: { ...item, store: 's2' } }))
  assert.deepEqual([other.status, other.headers['www-authenticate']], [403, undefined])
  assert.doesNotMatch(other.body, /own store/)
})

test('AuthZEN §5.5.1: a login that the decision point wants becomes a challenge, and a hidden denial 404', async () => {
  const guard = guardOf(carryTo(point), { scope: 'write', acr: 'pwd', auth_time: start })
  const wanted = responseOf(await guard(request, 'item.updatePrice', { item, input: { newPrice: 110 } }))
  assert.equal(wanted.status, 401)
  assert.match(String(wanted.headers['www-authenticate']), /acr_values="mfa", max_age="?300/)
  assert.equal(responseOf(await guard(request, 'item.updatePrice', { item, input: { newPrice: 500 } })).status, 404)
})

test('AuthZEN §6: where scope lacks, nobody else is asked, and the challenge is right', async () => {
  const guard = guardOf(() => assert.fail('asked'), { scope: 'read' })
  const refused = await guard(request, 'item.updatePrice', { item, input: { newPrice: 100 } })
  assert.equal(bodyOf(refused)['error'], 'insufficient_scope')
})

test('AuthZEN §10.1.2: without an answer nothing is let through, and the client may try again', async () => {
  const guard = guardOf(() => Promise.reject(new TypeError('connect ECONNREFUSED')), { scope: 'read', store: 's1' })
  const refused = await guard(request, 'item.read', { item })
  assert.equal(responseOf(refused).status, 503)
  assert.ok(refused.kind === 'refused')
  assert.match(refused.reason, /ECONNREFUSED/)
  assert.doesNotMatch(refused.response.body, /ECONNREFUSED/)
})

test('AuthZEN §2: an exception that is none of the decision point stays one', async () => {
  const broken: typeof shop = {
    ...shop,
    evaluator: { ...shop.evaluator, decide: () => Promise.reject(new Error('a bug')) },
  }
  const guard = createGuard({
    issuers: [
      {
        issuer,
        opaque: async () => ({
          kind: 'verified',
          claims: { ...accessTokenClaims(), scope: 'read' },
          until: start + 600,
        }),
      },
    ],
    resource,
    policy: broken,
    clock: testClock(),
  })
  await assert.rejects(guard(request, 'item.read', { item }), /a bug/)
})

test('AuthZEN §2: what is known of the decision is explained without asking again', async () => {
  let asked = 0
  const fetch: Fetch = (...call) => {
    asked += 1
    return carryTo(point)(...call)
  }
  const { evaluator } = askedBy(fetch)
  const token = { scope: scopes.set('read'), claims: { sub: 'ada', store: 's2' } }
  const circumstances = { resource: item, now: start }
  await evaluator.decide('item.read', token, circumstances)
  const words = printExplanation(await evaluator.explain('item.read', token, circumstances))
  assert.equal(asked, 1)
  assert.match(words, /scope: needs read, has read[\s\S]*→ forbidden by own store/)
  await evaluator.explain('item.read', token, { ...circumstances })
  assert.equal(asked, 2)
  const other = await evaluator.explain('item.read', { ...token, claims: { store: 's1' } }, circumstances)
  assert.equal(other.decision.kind, 'allow')
  assert.equal((await evaluator.explain('order.list', token, circumstances)).action, 'order.list')
  assert.equal(asked, 4)
})

test('AuthZEN §2: a policy that is decided elsewhere does not answer at once', () => {
  const token = { scope: scopes.set('read'), claims: {} }
  assert.throws(() => elsewhere.decide('item.read', token, { item, now: start }), /decided elsewhere/)
  assert.throws(() => elsewhere.explain('item.read', token, { item, now: start }), /decided elsewhere/)
  assert.throws(() => elsewhere.residual('item.read', token, { now: start }), /decided elsewhere/)
})

test('AuthZEN §2: a declared policy decides the same through both ends of the API', async () => {
  const price = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constant('10'), fc.constant(undefined))
  const question = fc.record({
    action: fc.constantFrom('item.read', 'item.updatePrice', 'order.list', 'order.share'),
    held: fc.subarray(['read', 'write'] as const),
    claims: fc.record(
      {
        sub: fc.constantFrom('ada', 'ben'),
        client_id: fc.constantFrom('ada', 'app'),
        store: fc.constantFrom('s1', 's2'),
        tier: fc.constantFrom('partner', 'internal'),
        acr: fc.constantFrom('pwd', 'mfa', 'other'),
        auth_time: fc.constantFrom(start, start - 299, start - 301),
      },
      { requiredKeys: [] },
    ),
    resource: fc.option(
      fc.record(
        { id: fc.string(), store: fc.constantFrom('s1', 's2'), price, locked: fc.boolean() },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
    input: fc.option(fc.record({ newPrice: price }, { requiredKeys: [] }), { nil: undefined }),
  })
  const now = testClock().now()
  await fc.assert(
    fc.asyncProperty(question, async ({ action, held, claims, resource: object, input }) => {
      const token = { scope: scopes.set(...held), claims }
      const circumstances = { resource: object, input, now }
      const [far, near] = [
        await elsewhere.evaluator.decide(action, token, circumstances),
        await shop.evaluator.decide(action, token, circumstances),
      ]
      assert.deepEqual(JSON.parse(JSON.stringify(far)), JSON.parse(JSON.stringify(near)))
    }),
    { seed: 11, numRuns: 500 },
  )
})
