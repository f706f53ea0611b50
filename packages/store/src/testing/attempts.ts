import assert from 'node:assert/strict'
import { seconds } from '@ambit/protocol'
import { refusalLimit } from '../limits.ts'
import type { Claim } from './claim.ts'
import { at, makeRefusal, parseHash, parseRequestId, start } from './records.ts'

const windowTtl = seconds(60)

/** Claims about what must not come twice, what throttles, and what is kept for `why`. */
export function attemptContract(test: Claim): void {
  test('RFC 7523 §3: a value is remembered once, and every later presentation is a replay', async store => {
    const first = await Promise.all(Array.from({ length: 50 }, () => store.remember(parseHash('jti'), at(60))))
    assert.equal(first.filter(isNew => isNew).length, 1)
    assert.equal(await store.remember(parseHash('jti'), at(99)), false)
    assert.equal(await store.remember(parseHash('other'), at(60)), true)
  })

  test('failures are counted within a window that begins with the first', async store => {
    assert.deepEqual(await store.findFailures('ada', start), { count: 0, windowEndsAt: start })
    assert.deepEqual(await store.countFailure('ada', start, windowTtl), { count: 1, windowEndsAt: at(60) })
    assert.deepEqual(await store.countFailure('ada', at(59), windowTtl), { count: 2, windowEndsAt: at(60) })
    assert.deepEqual(await store.findFailures('ada', at(59)), { count: 2, windowEndsAt: at(60) })
    assert.deepEqual(await store.findFailures('bob', at(59)), { count: 0, windowEndsAt: at(59) })
  })

  test('after its window a count begins anew', async store => {
    await store.countFailure('ada', start, windowTtl)
    await store.countFailure('ada', start, windowTtl)
    assert.deepEqual(await store.findFailures('ada', at(60)), { count: 0, windowEndsAt: at(60) })
    assert.deepEqual(await store.countFailure('ada', at(60), windowTtl), { count: 1, windowEndsAt: at(120) })
  })

  test('simultaneous failures are all counted', async store => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => store.countFailure('ada', start, windowTtl)))
    assert.deepEqual(
      new Set(counts.map(({ count }) => count)),
      new Set(Array.from({ length: 20 }, (_, index) => index + 1)),
    )
  })

  test('failures are forgotten when they are cleared', async store => {
    await store.countFailure('ada', start, windowTtl)
    await store.countFailure('bob', start, windowTtl)
    await store.clearFailures('ada')
    assert.equal((await store.findFailures('ada', start)).count, 0)
    assert.equal((await store.findFailures('bob', start)).count, 1)
  })

  test('a refusal is kept, every member as it was', async store => {
    const refusal = makeRefusal({ clientId: 'app', requested: 'admin' })
    await store.saveRefusal(refusal)
    assert.deepEqual(await store.findRefusal(refusal.requestId), refusal)
    assert.equal(await store.findRefusal(parseRequestId('other')), undefined)
  })

  test('refusals are bounded in number, and the oldest go first', async store => {
    const ids = Array.from({ length: refusalLimit + 5 }, (_, index) => parseRequestId(`refused-${index}`))
    await Promise.all(ids.map(requestId => store.saveRefusal(makeRefusal({ requestId, steps: [] }))))
    const kept = await Promise.all(ids.slice(0, 10).map(async id => (await store.findRefusal(id)) !== undefined))
    assert.deepEqual(kept, [false, false, false, false, false, true, true, true, true, true])
  })
}
