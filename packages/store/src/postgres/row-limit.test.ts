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

/** Something that others wait for until it is opened. */
function makeGate() {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { open: () => open(), opened }
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

  test('removes nothing for a row that a count may have seen, and counts again once nobody adds any more', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    await limit.add(insert)
    const [seen, last] = [makeGate(), makeGate()]
    const early = limit.add(async () => {
      rows.number++
      await seen.opened
      return true
    })
    limit.reduced()
    await limit.add(insert)
    const late = limit.add(async () => {
      await last.opened
      return insert()
    })
    seen.open()
    await early
    assert.deepEqual(rows, { number: 1_000, counts: 2 })
    last.open()
    await late
    assert.deepEqual(rows, { number: 1_000, counts: 3 })
  })

  /** A node whose count answers what there was before something happened. */
  function makeSlowCount(limit: number, found: number) {
    const rows = { number: found, counts: 0 }
    const [counting, meanwhile] = [makeGate(), makeGate()]
    const node = new RowLimit({
      limit,
      count: async () => {
        rows.counts++
        const { number } = rows
        counting.open()
        await meanwhile.opened
        return number
      },
      removeOldest: async count => {
        rows.number -= count
      },
    })
    const insert = async () => {
      rows.number++
      return true
    }
    return { rows, node, insert, counting, meanwhile }
  }

  test('is kept where a row arrives during a count that does not see it', async () => {
    const { rows, node, insert, counting, meanwhile } = makeSlowCount(1_000, 1_000)
    const first = node.add(insert)
    await counting.opened
    const second = node.add(insert)
    await Promise.resolve()
    meanwhile.open()
    await Promise.all([first, second])
    assert.deepEqual(rows, { number: 1_000, counts: 2 })
  })

  test('is not looked at again for a row that arrived during a count which found room', async () => {
    const { rows, node, insert, counting, meanwhile } = makeSlowCount(1_600, 0)
    const first = node.add(insert)
    await counting.opened
    const second = node.add(insert)
    await Promise.resolve()
    meanwhile.open()
    await Promise.all([first, second])
    assert.deepEqual(rows, { number: 2, counts: 1 })
  })

  test('is kept after a count has failed that nobody but it would have asked for', async () => {
    const rows = { number: 1_000, counts: 0 }
    const limit = new RowLimit({
      limit: 1_000,
      count: async () => {
        rows.counts++
        if (rows.counts === 3) throw new Error('the database is away')
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
    const gate = makeGate()
    const unseen = limit.add(async () => {
      await gate.opened
      return insert()
    })
    limit.reduced()
    await limit.add(insert)
    gate.open()
    await assert.rejects(unseen, /the database is away/)
    await limit.settled()
    assert.deepEqual(rows, { number: 1_000, counts: 4 })
  })

  test('is settled once the rows that were too many are gone', async () => {
    const [removing, removed] = [makeGate(), makeGate()]
    const events: string[] = []
    const limit = new RowLimit({
      limit: 1,
      count: async () => 2,
      removeOldest: async () => {
        removing.open()
        await removed.opened
        events.push('removed')
      },
    })
    const adding = limit.add(async () => true)
    await removing.opened
    const settled = limit.settled().then(() => events.push('settled'))
    await new Promise(resolve => setImmediate(resolve))
    removed.open()
    await Promise.all([adding, settled])
    assert.deepEqual(events, ['removed', 'settled'])
  })

  test('takes no row away for one that was not added', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    await limit.add(insert)
    assert.equal(await limit.add(async () => false), false)
    await limit.add(insert)
    assert.equal(rows.number, 1_000)
  })

  test('takes a row for added where nobody knows', async () => {
    const { rows, node, insert } = makeRows(1_000)
    const limit = node()
    rows.number = 1_000
    await limit.add(insert)
    const lost = async () => {
      await insert()
      throw new Error('no answer')
    }
    await assert.rejects(limit.add(lost), /no answer/)
    await limit.add(insert)
    assert.equal(rows.number, 1_000)
  })
})
