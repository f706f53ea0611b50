import assert from 'node:assert/strict'
import type { Claim } from './claim.ts'
import { makeCode, makeRef, makeSpending } from './records.ts'

/** Claims about order and lifetime. */
export function durabilityContract(test: Claim): void {
  test('a read sees what earlier resolved writes stored', async store => {
    for (let index = 0; index < 20; index++) {
      const ref = makeRef(`code-${index}`)
      await store.saveCode(makeCode({ ref }))
      assert.ok(await store.findSpendable(ref, 'code'))
      await store.exchange(makeSpending({ ref }), {})
      assert.ok((await store.findSpendable(ref, 'code'))?.spent)
    }
  })

  test('writes of one turn take effect in the order in which they were asked for', async store => {
    const results = await Promise.all([
      store.saveCode(makeCode()),
      store.exchange(makeSpending(), {}),
      store.exchange(makeSpending(), {}),
    ])
    assert.deepEqual(results, [undefined, { kind: 'spent' }, { kind: 'replayed', familyId: makeCode().familyId }])
  })

  test('a store that is well answers a ping', async store => {
    await store.ping()
    await store.ping()
  })

  test('closing twice is no error', async store => {
    await store.close()
  })
}
