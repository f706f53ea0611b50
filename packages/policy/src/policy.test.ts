// what does not compile has no type, which is what these rules complain about
/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PolicyError, policy } from './index.ts'
import { type Item, type Order, scopes, shop, tokenOf } from './testing/shop.ts'

const now = 1_800_000_000
const item: Item = { store: 's1', price: 1000, locked: false, tags: ['new'] }
const order: Order = { id: 'o1', store: 's1', total: 9000 }
const partner = { store: 's1', tier: 'partner' }

describe('scope', () => {
  test('that is missing is told with all that the action needs', () => {
    const decision = shop.decide('item.read', tokenOf(scopes, ['order'], partner), { item, now })
    assert.ok(decision.kind === 'insufficient_scope')
    assert.deepEqual(decision.needed.tokens, ['inventory:read'])
    assert.deepEqual(decision.missing.tokens, ['inventory:read'])
  })

  test('is told by the alternative nearest to what the token has', () => {
    const token = tokenOf(scopes, ['order:items'], partner)
    const decision = shop.decide('order.refund', token, { order, input: { amount: 1 }, now })
    assert.ok(decision.kind === 'insufficient_scope')
    assert.deepEqual(decision.needed.tokens, ['order:refund'])
    const both = tokenOf(scopes, ['order:items', 'inventory:write'], partner)
    assert.deepEqual(shop.decide('order.refund', both, { order, input: { amount: 1 }, now }), { kind: 'allow' })
  })

  test('is asked before any condition, and the umbrella covers what is below it', () => {
    const other = { ...item, store: 's2' }
    assert.equal(
      shop.decide('item.read', tokenOf(scopes, [], partner), { item: other, now }).kind,
      'insufficient_scope',
    )
    const wide = tokenOf(scopes, ['inventory:write'], partner)
    assert.equal(shop.decide('item.updatePrice', wide, { item, input: { newPrice: 1000 }, now }).kind, 'allow')
  })

  test('is all that an action without rules asks', () => {
    assert.deepEqual(shop.decide('item.create', tokenOf(scopes, ['inventory:write']), { input: { price: 1 }, now }), {
      kind: 'allow',
    })
  })
})

describe('rules', () => {
  const token = tokenOf(scopes, ['inventory:price:write'], partner)
  const decide = (change: Partial<Item>, newPrice: number) =>
    shop.decide('item.updatePrice', token, { item: { ...item, ...change }, input: { newPrice }, now })

  test('that hold let through', () => {
    assert.deepEqual(decide({}, 1200), { kind: 'allow' })
  })

  test('a `when` that does not hold forbids, and is named', () => {
    assert.deepEqual(decide({ store: 's2' }, 1000), { kind: 'forbidden', rule: 'own store', isHidden: false })
    assert.deepEqual(decide({}, 1201), { kind: 'forbidden', rule: 'at most 20 %', isHidden: false })
  })

  test('a `forbid` that holds forbids, and is named', () => {
    assert.deepEqual(decide({ locked: true }, 1000), { kind: 'forbidden', rule: 'locked', isHidden: false })
  })

  test('a missing attribute makes a `when` false and a `forbid` true', () => {
    const without = (name: keyof Item) => Object.fromEntries(Object.entries(item).filter(([key]) => key !== name))
    const decideAnything = (resource: unknown) =>
      shop.evaluator.decide('item.updatePrice', token, { resource, input: { newPrice: 1000 }, now })
    assert.deepEqual(decideAnything(item), { kind: 'allow' })
    assert.deepEqual(decideAnything(without('store')), { kind: 'forbidden', rule: 'own store', isHidden: false })
    assert.deepEqual(decideAnything(without('locked')), { kind: 'forbidden', rule: 'locked', isHidden: false })
    assert.deepEqual(decideAnything({ ...item, locked: 'no' }), { kind: 'forbidden', rule: 'locked', isHidden: false })
    assert.deepEqual(decideAnything(undefined), { kind: 'forbidden', rule: 'own store', isHidden: false })
  })

  test('data that throws while it is read counts as wrong', () => {
    const hostile = new Proxy(item, {
      getOwnPropertyDescriptor: () => {
        throw new Error('no')
      },
    })
    assert.equal(
      shop.decide('item.read', tokenOf(scopes, ['inventory:read'], partner), { item: hostile, now }).kind,
      'forbidden',
    )
    const explanation = shop.explain('item.read', tokenOf(scopes, ['inventory:read'], partner), { item: hostile, now })
    assert.equal(explanation.rules[0]?.outcome, 'error')
  })

  test('data that throws while it is read does not get past a `forbid`, or out of a step-up', () => {
    const guarded = policy(scopes)
      .levels(['high'])
      .objects<{ item: Item }>()
      .actions({
        item: item => ({
          read: item.needs('inventory:read').forbid('locked', ({ item }) => item.locked.isTrue()),
          sell: item.needs('inventory:read').stepUp('high', ({ item }) => item.locked.isFalse()),
        }),
      })
    const hostile: Item = {
      ...item,
      get locked(): boolean {
        throw new Error('no')
      },
    }
    const token = tokenOf(scopes, ['inventory:read'])
    const [read, sell] = (['item.read', 'item.sell'] as const).map(name =>
      guarded.decide(name, token, { item: hostile, now }),
    )
    assert.deepEqual(read, { kind: 'forbidden', rule: 'locked', isHidden: false })
    assert.deepEqual(sell, { kind: 'step_up', acr: 'high', rule: 'high' })
  })

  test('of a hidden action say so', () => {
    const hidden = policy(scopes)
      .objects<{ item: Item }>()
      .actions({
        item: item => ({
          read: item
            .needs('inventory:read')
            .when('new', ({ item }) => item.tags.contains('new'))
            .hidden(),
        }),
      })
    const token = tokenOf(scopes, ['inventory:read'])
    assert.deepEqual(hidden.decide('item.read', token, { item: { ...item, tags: [] }, now }), {
      kind: 'forbidden',
      rule: 'new',
      isHidden: true,
    })
  })

  test('of an action that nobody declared throw', () => {
    assert.throws(() => shop.evaluator.decide('item.burn', token, { now }), RangeError)
    assert.throws(() => shop.evaluator.explain('item.burn', token, { now }), RangeError)
  })
})

describe('members called like operators', () => {
  type Odd = { readonly eq: string; readonly in: number; readonly at: string; readonly present: boolean }
  const odd = policy(scopes)
    .objects<{ odd: Odd }>()
    .actions({
      odd: odd => ({
        read: odd
          .needs('inventory:read')
          .when('eq', ({ odd }) => odd.eq.eq('x'))
          .when('in', ({ odd }) => odd.in.in([1, 2]))
          .when('at', ({ odd }) => odd.at('at').eq('y'))
          .when('present', ({ odd }) => odd.at('present').isTrue().and(odd.present())),
      }),
    })

  test('can be read', () => {
    const token = tokenOf(scopes, ['inventory:read'])
    const whole = { eq: 'x', in: 2, at: 'y', present: true }
    const decide = (change: Partial<Odd>) => odd.decide('odd.read', token, { odd: { ...whole, ...change }, now })
    assert.equal(decide({}).kind, 'allow')
    for (const change of [{ eq: 'y' }, { in: 3 }, { at: 'x' }, { present: false }])
      assert.deepEqual(decide(change), { kind: 'forbidden', rule: Object.keys(change)[0], isHidden: false })
  })
})

describe('a declaration that cannot be used', () => {
  const begin = policy(scopes).levels(['low', 'high']).objects<{ item: Item; token: Item; 'my item': Item }>()

  test('names all problems at once', () => {
    const define = () =>
      begin.actions({
        item: item => ({
          'read all': item.needs('inventory:read'),
          read: item
            .needs('inventory:read')
            .when('a', ({ item }) => item.store.eq('x'))
            .when('a', ({ item }) => item.store.eq(item.store))
            .when('', ({ item }) => item.price.lt(Number.NaN))
            .when('b\n', ({ item }) => item.price.lt(5))
            .when('c', ({ item }) => item.tags.contains('x').and(item.price.in([])))
            .when('d', ({ item }) => item.price.within(-1, 5))
            .stepUp({ maxAge: -1 }),
          create: item
            .needs('inventory:write')
            .when('e', ({ item }) => item.locked.isTrue())
            .withoutObject(),
          share: item
            .needs('inventory:write')
            .fact('list of', { load: () => [''] })
            .fact('twice', { load: () => [''], timeout: 0 })
            .fact('twice', { load: () => [''] })
            .details<{ a: string }>('one')
            .details<{ b: string }>('two'),
        }),
        token: token => ({ read: token.needs('inventory:read') }),
        'my item': item => ({ read: item.needs('inventory:read') }),
      })
    assert.throws(define, (error: unknown) => {
      assert.ok(error instanceof PolicyError)
      const name = 'a name of letters, digits, `_` and `-` is wanted'
      assert.deepEqual(
        error.problems.map(({ path, message }) => `${path}: ${message}`),
        [
          `item.read all: ${name}`,
          'item.read.when(""): an attribute or a finite number is wanted',
          'item.read.when("c"): an attribute, or a list of texts or numbers that is not empty, is wanted',
          'item.read.when("d"): a percentage of at least 0 is wanted',
          'item.read.stepUp: `maxAge` wants a whole number of seconds of at least 0',
          'item.read: two rules are called `a`; each wants a name of its own',
          'item.read.when("a"): a value is compared with itself',
          'item.read.when("b\n"): a name of 1 to 200 characters, none of them a control, is wanted',
          'item.create.when("e"): the action is declared `withoutObject`',
          'item.share.details: an action reads one type of authorization detail',
          'item.share: two facts are called `twice`',
          `item.share.fact("list of"): ${name}`,
          'item.share.fact("twice"): `timeout` wants 1 to 60,000 milliseconds',
          'token: an object cannot be called `token`, which means something else here',
          `my item: ${name}`,
        ],
      )
      return true
    })
  })

  test('is told where an action is put under another kind of object', () => {
    const taken: unknown[] = []
    const define = () =>
      policy(scopes)
        .objects<{ item: Item; order: Order }>()
        .actions({
          item: item => ({
            read: item.needs(taken.push(item.needs('inventory:read')) > 0 ? 'inventory:read' : 'order'),
          }),
          // @ts-expect-error: the action is one of items
          order: () => ({ read: taken[0] }),
        })
    const message = 'an action is wanted, which begins with `order.needs(…)`'
    assert.throws(define, (error: unknown) => {
      assert.ok(error instanceof PolicyError)
      assert.deepEqual(error.problems, [{ path: 'order.read', message }])
      return true
    })
  })

  test('is told what its conditions read and nobody declared', () => {
    const define = () =>
      begin.actions({
        item: item => ({
          read: item
            .needs('inventory:read')
            // @ts-expect-error: no input
            .when('input', ({ input }) => input.eq('x'))
            // @ts-expect-error: no fact
            .when('fact', ({ fact }) => fact.friends.present())
            // @ts-expect-error: no details
            .when('details', ({ details }) => details.present()),
        }),
      })
    assert.throws(define, (error: unknown) => {
      assert.ok(error instanceof PolicyError)
      assert.deepEqual(
        error.problems.map(({ message }) => message),
        [
          'the action has no input; declare it with `input`',
          'the fact `friends` is not declared with `fact`',
          'declare the type of the details with `details`',
        ],
      )
      return true
    })
  })

  test('is told about levels that are no order', () => {
    const define = () => policy(scopes).levels(['low', 'low']).actions({})
    assert.throws(define, (error: unknown) => {
      assert.ok(error instanceof PolicyError)
      assert.deepEqual(error.problems, [{ path: 'levels', message: '`low` is named twice' }])
      return true
    })
  })

  test('RFC 9470 §3: is told about levels that no challenge can ask for', () => {
    for (const level of ['', 'two words', 'höchste', 'a\nb']) {
      const define = () => policy(scopes).levels([level]).actions({})
      assert.throws(define, (error: unknown) => {
        assert.ok(error instanceof PolicyError)
        const message = `no challenge can ask for \`${level}\`; visible ASCII characters without spaces are wanted`
        assert.deepEqual(error.problems, [{ path: 'levels', message }])
        return true
      })
    }
  })

  test('is told how to say that a login has two exceptions', () => {
    const define = () =>
      policy(scopes)
        .levels(['low', 'high'])
        .objects<{ item: Item }>()
        .actions({
          item: item => ({
            read: item
              .needs('inventory:read')
              .stepUp('high', ({ item }) => item.price.lte(5))
              .stepUp('high', ({ item }) => item.locked.isTrue()),
          }),
        })
    assert.throws(define, (error: unknown) => {
      assert.ok(error instanceof PolicyError)
      const message = 'two rules are called `high`; join the exceptions of its `stepUp` with `and`'
      assert.deepEqual(error.problems, [{ path: 'item.read', message }])
      return true
    })
  })

  test('is told where types are not checked', () => {
    assert.throws(
      // @ts-expect-error: neither is a function that gives actions
      () => begin.actions({ item: () => ({ read: 'inventory:read' }), order: 5 }),
      (error: unknown) => {
        assert.ok(error instanceof PolicyError)
        assert.deepEqual(error.problems, [
          { path: 'item.read', message: 'an action is wanted, which begins with `item.needs(…)`' },
          { path: 'order', message: 'a function that gives the actions by name is wanted' },
        ])
        return true
      },
    )
  })
})
