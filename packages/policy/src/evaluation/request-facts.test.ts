import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { policy, printExplanation, RequestFacts, type Timer } from '../index.ts'
import { type Item, scopes, tokenOf } from '../testing/shop.ts'

const now = 1_800_000_000
const item: Item = { store: 's1', price: 1000, locked: false, tags: [] }
const token = tokenOf(scopes, ['inventory:read', 'inventory:write'], { sub: 'ann' })

type Loader = (item: Item, signal: AbortSignal) => readonly string[] | Promise<readonly string[]>

/** A policy whose fact comes from a function that counts how often it is called. */
function sharing(loader: Loader, timer?: Timer) {
  const calls: Item[] = []
  const shared = policy(scopes, timer === undefined ? {} : { timer })
    .objects<{ item: Item }>()
    .actions({
      item: plain => {
        const item = plain.fact('sharedWith', {
          timeout: 50,
          load: ({ item, signal }) => {
            calls.push(item)
            return loader(item, signal)
          },
        })
        return {
          read: item
            .needs('inventory:read')
            .when('not locked', ({ item }) => item.locked.isFalse())
            .when('shared', ({ fact, token }) => fact.sharedWith.contains(token.sub)),
          peek: item
            .needs('inventory:read')
            .when('dear or shared', ({ fact, item, token }) =>
              item.price.gt(500).or(fact.sharedWith.contains(token.sub)),
            ),
          change: item
            .needs('inventory:write')
            .forbid('shared', ({ fact, token }) => fact.sharedWith.contains(token.sub)),
          note: item.needs('inventory:read').when('not shared', ({ fact }) => fact.sharedWith.present().not()),
          mark: item.needs('inventory:read').forbid('shared', ({ fact }) => fact.sharedWith.present()),
        }
      },
    })
  return { shared, calls }
}

/** A timer whose time goes by when the test says so. */
function manualTimer() {
  const waiting = new Set<() => void>()
  const timer: Timer = (_, callback) => {
    waiting.add(callback)
    return () => waiting.delete(callback)
  }
  return { timer, waiting, elapse: () => [...waiting].map(callback => callback()) }
}

describe('a fact', () => {
  test('is fetched when a rule comes to it', async () => {
    const { shared, calls } = sharing(() => ['ann'])
    assert.deepEqual(await shared.decide('item.read', token, { item, now }), { kind: 'allow' })
    assert.deepEqual(calls, [item])
  })

  test('is not fetched where scope, an earlier rule or an earlier part decides', async () => {
    const { shared, calls } = sharing(() => ['ann'])
    const poor = tokenOf(scopes, [], { sub: 'ann' })
    assert.equal((await shared.decide('item.read', poor, { item, now })).kind, 'insufficient_scope')
    const locked = { ...item, locked: true }
    assert.equal((await shared.decide('item.read', token, { item: locked, now })).kind, 'forbidden')
    assert.equal((await shared.decide('item.peek', token, { item, now })).kind, 'allow')
    assert.equal((await shared.decide('item.read', token, { item, now, facts: { sharedWith: ['ann'] } })).kind, 'allow')
    assert.equal(calls.length, 0)
  })

  test('is fetched once per request for one object', async () => {
    const { shared, calls } = sharing(() => ['ann'])
    const requestFacts = new RequestFacts()
    const circumstances = { item, now, requestFacts }
    const kinds = await Promise.all([
      shared.decide('item.read', token, circumstances),
      shared.decide('item.read', token, circumstances),
      shared.decide('item.change', token, circumstances),
    ])
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ['allow', 'allow', 'forbidden'],
    )
    assert.equal(calls.length, 1)
  })

  test('is fetched again for another object, another token and another request', async () => {
    const { shared, calls } = sharing(() => ['ann'])
    const requestFacts = new RequestFacts()
    await shared.decide('item.read', token, { item, now, requestFacts })
    await shared.decide('item.read', token, { item: { ...item }, now, requestFacts })
    await shared.decide('item.read', { ...token }, { item, now, requestFacts })
    await shared.decide('item.read', token, { item, now })
    assert.equal(calls.length, 4)
  })

  test('is fetched for the exception of a step-up, but not where the login is enough', async () => {
    let calls = 0
    const trusting = policy(scopes)
      .levels(['high'])
      .objects<{ item: Item }>()
      .actions({
        item: item => ({
          read: item
            .needs('inventory:read')
            .fact('isTrusted', { load: () => ++calls > 0 })
            .stepUp('high', ({ fact }) => fact.isTrusted.isTrue()),
        }),
      })
    const strong = tokenOf(scopes, ['inventory:read'], { acr: 'high' })
    assert.deepEqual(await trusting.decide('item.read', strong, { item, now }), { kind: 'allow' })
    assert.equal(calls, 0)
    assert.deepEqual(await trusting.decide('item.read', token, { item, now }), { kind: 'allow' })
    assert.equal(calls, 1)
  })

  test('of one action is fetched again for another input', async () => {
    const amounts: number[] = []
    const perInput = policy(scopes)
      .objects<{ item: Item }>()
      .actions({
        item: item => ({
          buy: item
            .needs('inventory:write')
            .input<{ amount: number }>()
            .fact('isFree', { load: ({ input }) => amounts.push(input.amount) > 0 })
            .when('free', ({ fact }) => fact.isFree.isTrue()),
        }),
      })
    const requestFacts = new RequestFacts()
    const input = { amount: 1 }
    await perInput.decide('item.buy', token, { item, input, now, requestFacts })
    await perInput.decide('item.buy', token, { item, input, now, requestFacts })
    await perInput.decide('item.buy', token, { item, input: { amount: 2 }, now, requestFacts })
    assert.deepEqual(amounts, [1, 2])
  })
})

test('several facts are fetched one after the other, beside those that are known already', async () => {
  const loaded: string[] = []
  const load = (name: string) => () => {
    loaded.push(name)
    return [name]
  }
  const several = policy(scopes)
    .objects<{ item: Item }>()
    .actions({
      item: item => ({
        read: item
          .needs('inventory:read')
          .fact('a', { load: load('a') })
          .fact('b', { load: load('b') })
          .fact('c', { load: load('c') })
          .when('all', ({ fact }) => fact.b.contains('known').and(fact.c.contains('c'), fact.a.contains('a'))),
      }),
    })
  const decision = await several.decide('item.read', token, { item, now, facts: { b: ['known'] } })
  assert.deepEqual(decision, { kind: 'allow' })
  assert.deepEqual(loaded, ['c', 'a'])
})

describe('a fact that does not come', () => {
  test('in time denies, is told to stop, and is not waited for again', async () => {
    const { timer, elapse } = manualTimer()
    const signals: AbortSignal[] = []
    const { shared, calls } = sharing((_, signal) => {
      signals.push(signal)
      return new Promise(() => undefined)
    }, timer)
    const requestFacts = new RequestFacts()
    const waiting = shared.decide('item.read', token, { item, now, requestFacts })
    elapse()
    assert.deepEqual(await waiting, { kind: 'forbidden', rule: 'shared', isHidden: false })
    assert.equal(signals[0]?.aborted, true)
    assert.equal((await shared.decide('item.change', token, { item, now, requestFacts })).kind, 'forbidden')
    assert.equal(calls.length, 1)
  })

  test('because fetching fails denies, whether it throws or rejects', async () => {
    const throwing = sharing(() => {
      throw new Error('no connection')
    })
    const rejecting = sharing(() => Promise.reject(new Error('no connection')))
    for (const { shared } of [throwing, rejecting]) {
      assert.equal((await shared.decide('item.read', token, { item, now })).kind, 'forbidden')
      assert.equal((await shared.decide('item.change', token, { item, now })).kind, 'forbidden')
    }
  })

  test('is not taken for one that is known to be absent', async () => {
    const { timer, elapse } = manualTimer()
    const failing = sharing(() => Promise.reject(new Error('no connection'))).shared
    const slow = sharing(() => new Promise(() => undefined), timer).shared
    for (const action of ['item.note', 'item.mark'] as const) {
      assert.equal((await failing.decide(action, token, { item, now })).kind, 'forbidden')
      const waiting = slow.decide(action, token, { item, now })
      elapse()
      assert.equal((await waiting).kind, 'forbidden')
      const { shared } = sharing(() => ['bob'])
      assert.equal((await shared.decide(action, token, { item, now })).kind, 'forbidden')
      // @ts-expect-error: a store may give nothing all the same
      const { shared: none } = sharing(() => undefined)
      assert.equal((await none.decide(action, token, { item, now })).kind, 'allow')
    }
  })

  test('leaves open what can be told without it', () => {
    const { shared } = sharing(() => [])
    const always = policy(scopes)
      .objects<{ item: Item }>()
      .actions({
        item: item => ({
          read: item
            .needs('inventory:read')
            .fact('note', { load: () => 'x' })
            .when('noted, or of ann', ({ fact, token }) => fact.note.present().or(token.sub.eq('ann'))),
        }),
      })
    assert.equal(shared.residual('item.note', token, { now }).kind, 'if')
    assert.equal(always.residual('item.read', token, { now }).kind, 'if')
    assert.equal(always.residual('item.read', token, { now, facts: { note: 'x' } }).kind, 'yes')
  })

  test('leaves no timer behind once it came', async () => {
    const { timer, waiting } = manualTimer()
    const { shared } = sharing(() => ['ann'], timer)
    await shared.decide('item.read', token, { item, now })
    assert.equal(waiting.size, 0)
  })
})

describe('an explanation', () => {
  test('shows the facts that were fetched, and which were not', async () => {
    const { shared } = sharing(() => ['bob'])
    const told = printExplanation(await shared.explain('item.read', token, { item, now }))
    assert.match(told, /when shared: token\.sub "ann" in fact\.sharedWith \["bob"\] → false, decides/)
    const locked = printExplanation(await shared.explain('item.read', token, { item: { ...item, locked: true }, now }))
    assert.match(locked, /when shared: token\.sub "ann" in fact\.sharedWith \(not loaded\) → not loaded/)
  })

  test('tells a fact that failed from one that was late', async () => {
    const { timer, elapse } = manualTimer()
    const failing = sharing(() => Promise.reject(new Error('secret address')))
    const failed = printExplanation(await failing.shared.explain('item.read', token, { item, now }))
    assert.match(failed, /fact\.sharedWith \(could not be loaded\) → error/)
    assert.doesNotMatch(failed, /secret/)
    const slow = sharing(() => new Promise(() => undefined), timer)
    const waiting = slow.shared.explain('item.read', token, { item, now })
    elapse()
    assert.match(printExplanation(await waiting), /fact\.sharedWith \(was not loaded in time\) → error/)
  })
})
