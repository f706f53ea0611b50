import assert from 'node:assert/strict'
import type { Claim } from './claim.ts'
import { at, makeNode, start } from './records.ts'

/** Claims about the processes that serve, and about what one of them does for all. */
export function nodeContract(test: Claim): void {
  test('a node that announces itself is told of itself, every member as it was', async store => {
    assert.deepEqual((await store.announceNode(makeNode(), start)).nodes, [makeNode()])
    const skewed = makeNode({ aheadMillis: -1_250.5 })
    assert.deepEqual((await store.announceNode(skewed, start)).nodes, [skewed])
  })

  test('nodes are told of each other, by start and then by identifier, and their last word counts', async store => {
    const first = makeNode({ nodeId: 'z' })
    const second = makeNode({ nodeId: 'a', startedAt: at(1) })
    const third = makeNode({ nodeId: 'b', startedAt: at(1), host: 'beta.internal' })
    await Promise.all([third, first, second].map(node => store.announceNode(node, at(1))))
    assert.deepEqual((await store.announceNode(third, at(1))).nodes, [first, second, third])
    const again = makeNode({ nodeId: 'z', seenAt: at(10), expiresAt: at(40), configHash: 'other' })
    assert.deepEqual((await store.announceNode(again, at(10))).nodes, [again, second, third])
  })

  test('a node is told of no longer than until its expiry, or until it is forgotten', async store => {
    await store.announceNode(makeNode({ nodeId: 'silent' }), start)
    await store.announceNode(makeNode({ nodeId: 'ended' }), start)
    const own = makeNode({ nodeId: 'own', expiresAt: at(90) })
    await store.forgetNode('ended')
    await store.forgetNode('never')
    const idsAt = async (second: number) =>
      (await store.announceNode(own, at(second))).nodes.map(({ nodeId }) => nodeId)
    assert.deepEqual(await idsAt(29), ['own', 'silent'])
    assert.deepEqual(await idsAt(30), ['own'])
  })

  test('a store that tells a clock tells the present', async store => {
    const { storeMillis } = await store.announceNode(makeNode(), start)
    if (storeMillis !== undefined) assert.ok(Math.abs(storeMillis - Date.now()) < 60_000)
  })

  test('of those who take a lease at once one gets it', async store => {
    const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`)
    const taken = await Promise.all(holders.map(holder => store.takeLease('sweep', holder, start, at(60))))
    assert.equal(taken.filter(isTaken => isTaken).length, 1)
    const holder = holders[taken.indexOf(true)] ?? ''
    assert.equal(await store.takeLease('sweep', holder, at(30), at(90)), true)
    assert.equal(await store.takeLease('other', 'another', at(30), at(90)), true)
  })

  test('a lease is held until its end, renewed by its holder alone', async store => {
    assert.equal(await store.takeLease('sweep', 'a', start, at(60)), true)
    assert.equal(await store.takeLease('sweep', 'b', at(59), at(119)), false)
    assert.equal(await store.takeLease('sweep', 'a', at(59), at(119)), true)
    assert.equal(await store.takeLease('sweep', 'b', at(118), at(178)), false)
    assert.equal(await store.takeLease('sweep', 'b', at(119), at(179)), true)
    assert.equal(await store.takeLease('sweep', 'a', at(119), at(179)), false)
  })

  test('a holder gives a lease back by taking it until now', async store => {
    await store.takeLease('sweep', 'a', start, at(60))
    assert.equal(await store.takeLease('sweep', 'a', at(5), at(5)), true)
    assert.equal(await store.takeLease('sweep', 'b', at(5), at(65)), true)
  })

  test('nodes and leases that have expired are swept, and no others', async store => {
    await store.announceNode(makeNode(), start)
    await store.takeLease('sweep', 'a', start, at(30))
    await store.announceNode(makeNode({ nodeId: 'later', expiresAt: at(40) }), start)
    await store.takeLease('later', 'a', start, at(40))
    assert.equal(await store.sweep(at(29), 100), 0)
    assert.equal(await store.sweep(at(30), 100), 2)
    assert.equal(await store.sweep(at(40), 100), 2)
    assert.equal(await store.takeLease('later', 'b', at(39), at(99)), true)
  })
}
