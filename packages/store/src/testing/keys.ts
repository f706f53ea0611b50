import assert from 'node:assert/strict'
import { epochSeconds } from '@ambit/protocol'
import type { Claim } from './claim.ts'
import { at, makeKey, start } from './records.ts'

const change = { unlessCreatedAfter: epochSeconds(0), retireOthersAt: at(50), removeOthersAt: at(90) }

/** Claims about signing keys and settings. */
export function keyContract(test: Claim): void {
  test('a key is added and listed, every member as it was', async store => {
    assert.equal(await store.addKey(makeKey(), change), true)
    assert.deepEqual(await store.listKeys(), [makeKey()])
  })

  test('of simultaneous first keys of an algorithm exactly one is added', async store => {
    const kids = ['a', 'b', 'c', 'd']
    const added = await Promise.all(kids.map(kid => store.addKey(makeKey({ kid }), change)))
    assert.deepEqual(
      added.filter(isAdded => isAdded),
      [true],
    )
    assert.equal((await store.listKeys()).length, 1)
  })

  test('a key is not added when another was made after the given time', async store => {
    await store.addKey(makeKey(), change)
    const second = makeKey({ kid: 'key-2', createdAt: at(10) })
    assert.equal(await store.addKey(second, { ...change, unlessCreatedAfter: at(-1) }), false)
    assert.deepEqual(await store.listKeys(), [makeKey()])
    assert.equal(await store.addKey(second, { ...change, unlessCreatedAfter: start }), true)
  })

  test("adding a key retires the algorithm's live keys in the same step, and no others", async store => {
    await store.addKey(makeKey(), change)
    await store.addKey(makeKey({ kid: 'rsa', algorithm: 'RS256' }), change)
    await store.addKey(makeKey({ kid: 'key-2', createdAt: at(10) }), { ...change, unlessCreatedAfter: at(5) })
    const third = { unlessCreatedAfter: at(15), retireOthersAt: at(60), removeOthersAt: at(99) }
    await store.addKey(makeKey({ kid: 'key-3', createdAt: at(20) }), third)
    assert.deepEqual(await store.listKeys(), [
      makeKey({ retiredAt: at(50), removedAt: at(90) }),
      makeKey({ kid: 'rsa', algorithm: 'RS256' }),
      makeKey({ kid: 'key-2', createdAt: at(10), retiredAt: at(60), removedAt: at(99) }),
      makeKey({ kid: 'key-3', createdAt: at(20) }),
    ])
  })

  test('a retired key does not stand in the way of a new one', async store => {
    await store.addKey(makeKey({ retiredAt: at(1), removedAt: at(2) }), change)
    assert.equal(await store.addKey(makeKey({ kid: 'key-2' }), change), true)
    assert.deepEqual((await store.listKeys())[0], makeKey({ retiredAt: at(1), removedAt: at(2) }))
  })

  test('a key is removed at once, and only once', async store => {
    await store.addKey(makeKey(), change)
    assert.equal(await store.deleteKey('key-1'), true)
    assert.deepEqual(await store.listKeys(), [])
    assert.equal(await store.deleteKey('key-1'), false)
  })

  test('a setting is what was stored first', async store => {
    const settled = await Promise.all(['a', 'b', 'c'].map(value => store.settle('salt', value)))
    assert.equal(new Set(settled).size, 1)
    assert.equal(await store.settle('salt', 'd'), settled[0])
    assert.equal(await store.settle('other', 'e'), 'e')
  })
}
