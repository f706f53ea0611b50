import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RowLimit } from './node/row-limit.ts'

/** Rows that are a number, and how often they were counted. */
function makeRows(limit: number, slack = 0) {
  const rows = { number: 0, counts: 0 }
  const removeOldest = async (count: number) => {
    rows.number -= count
  }
  const count = async () => {
    rows.counts++
    return rows.number
  }
  const node = () => new RowLimit({ limit, slack, count, removeOldest })
  const insert = async () => {
    rows.number++
    return true
  }
  return { rows, node, insert }
}

describe('a limit of rows', () => {
  test('is kept by one node whatever it adds, and few are counted while there is room', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    for (let index = 0; index < 900; index++) {
      await limit.add(insert)
    }
    assert.ok(rows.counts < 60, `${rows.counts} counts`)
    for (let index = 0; index < 200; index++) {
      await limit.add(insert)
      assert.ok(rows.number <= 1_000)
    }
    assert.equal(rows.number, 1_000)
  })

  test('is kept when rows are added at once, and those share their counts', async () => {
    const { rows, node, insert } = makeRows(10)
    const limit = node()
    await Promise.all(Array.from({ length: 500 }, () => limit.add(insert)))
    assert.equal(rows.number, 10)
    assert.ok(rows.counts <= 3, `${rows.counts} counts`)
  })

  test('is kept by sixteen nodes, each of which counts for itself', async () => {
    const { rows, node, insert } = makeRows(1_600)
    const nodes = Array.from({ length: 16 }, node)
    for (let turn = 0; turn < 300; turn++) {
      for (const limit of nodes) {
        await limit.add(insert)
        assert.ok(rows.number <= 1_600, `${rows.number} rows`)
      }
    }
  })

  test('is kept to the row where rows arrive while others are counted', async () => {
    for (let round = 0; round < 20; round++) {
      const rows = { number: 0 }
      const turns = async (count: number) => {
        for (let turn = 0; turn < count; turn++) await Promise.resolve()
      }
      const limit = new RowLimit({
        limit: 100,
        count: async () => {
          await turns(5)
          const { number } = rows
          await turns(7)
          return number
        },
        removeOldest: async count => {
          await turns(3)
          rows.number -= count
        },
      })
      await Promise.all(
        Array.from({ length: 400 }, async (_, index) => {
          await turns(index % (round + 2))
          return limit.add(async () => {
            await turns(index % 11)
            rows.number++
            await turns(index % 13)
            return true
          })
        }),
      )
      assert.equal(rows.number, 100)
    }
  })

  test('takes no row for one more that arrived during the count which found no room left', async () => {
    const rows = { number: 980 }
    let isCounting = () => {}
    let arrived = Promise.resolve()
    const limit = new RowLimit({
      limit: 1_000,
      count: async () => {
        isCounting()
        await arrived
        return rows.number
      },
      removeOldest: async count => {
        rows.number -= count
      },
    })
    const insert = async () => {
      rows.number++
      return true
    }
    await limit.add(insert)
    const counting = new Promise<void>(resolve => {
      isCounting = resolve
    })
    let arrive = () => {}
    arrived = new Promise<void>(resolve => {
      arrive = resolve
    })
    const first = [limit.add(insert), limit.add(insert)]
    await counting
    const others = Array.from({ length: 18 }, () => limit.add(insert))
    await Promise.resolve()
    arrive()
    await Promise.all([...first, ...others])
    assert.equal(rows.number, 1_000)
  })

  test('makes a node replace the oldest without counting each time, once there is no room', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    for (let index = 0; index < 200; index++) {
      await limit.add(insert)
      assert.equal(rows.number, 1_000)
    }
    assert.ok(rows.counts <= 12, `${rows.counts} counts`)
  })

  test('leaves as much room as was taken away from what was counted', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    await limit.add(insert)
    rows.number -= 3
    for (let index = 0; index < 3; index++) limit.removed()
    for (let index = 0; index < 5; index++) {
      await limit.add(insert)
      assert.equal(rows.number, Math.min(998 + index, 1_000))
    }
    assert.equal(rows.counts, 1)
  })

  test('is looked at again where nobody knows how much was taken away', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    await limit.add(insert)
    rows.number -= 500
    limit.reduced()
    await limit.add(insert)
    assert.deepEqual(rows, { number: 501, counts: 2 })
  })

  test('with slack may be passed by as much, until somebody looks', async () => {
    const { rows, node, insert } = makeRows(100, 50)
    const limit = node()
    for (let index = 0; index < 400; index++) {
      await limit.add(insert)
      assert.ok(rows.number <= 151, `${rows.number} rows`)
    }
    await limit.settled()
    assert.equal(rows.number, 100)
  })

  test('is kept again after a count has failed', async () => {
    const rows = { number: 3, fails: true }
    const limit = new RowLimit({
      limit: 2,
      count: async () => {
        if (rows.fails) throw new Error('the database is away')
        return rows.number
      },
      removeOldest: async count => {
        rows.number -= count
      },
    })
    await assert.rejects(limit.add(async () => true))
    rows.fails = false
    await limit.add(async () => true)
    assert.equal(rows.number, 2)
  })
})
