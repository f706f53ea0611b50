import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { nodeCrypto, type ServerEvent } from '@ambit/server'
import { memoryStore } from '@ambit/store'
import { createMetrics } from '../observe/metrics.ts'
import { Presence } from './presence.ts'

const facts = { host: 'alpha', pid: 7, version: '1.0.0', schema: 4, configHash: 'same' }

/** Two machines with a clock each, and a database with its own. */
function makeWorld() {
  const store = memoryStore()
  let storeMillis = 1_800_000_000_000
  const announceNode: typeof store.announceNode = async (node, at) => ({
    ...(await store.announceNode(node, at)),
    storeMillis,
  })
  const advance = (by: number) => {
    storeMillis += by * 1_000
  }
  const machine = (ahead: number, changes: Partial<typeof facts> = {}) => {
    const events: ServerEvent[] = []
    const metrics = createMetrics()
    let off = ahead
    const millis = () => storeMillis + off * 1_000
    const clock = { now: () => epochSeconds(millis() / 1_000), millis }
    const observe = (event: ServerEvent) => void events.push(event)
    const world = { store: { ...store, announceNode }, clock, crypto: nodeCrypto(), observe, metrics }
    const setAhead = (by: number) => {
      off = by
    }
    return { presence: new Presence({ ...facts, ...changes }, world), events, metrics, setAhead }
  }
  return { machine, advance, store }
}

test('nodes know of each other, until one takes its leave or is silent for a minute', async () => {
  const { machine, advance } = makeWorld()
  const [here, there] = [machine(0, { configHash: 'other' }), machine(0)]
  await there.presence.announce()
  await here.presence.announce()
  assert.deepEqual(
    here.presence.differing().map(({ nodeId }) => nodeId),
    [there.presence.nodeId],
  )
  assert.match((await here.metrics.print()).body, /ambit_nodes 2\n[\s\S]*ambit_nodes_differing 1\n/)
  advance(60)
  await here.presence.announce()
  assert.deepEqual(here.presence.differing(), [])
  await there.presence.announce()
  await there.presence.leave()
  await here.presence.announce()
  assert.deepEqual(here.presence.differing(), [])
})

test('another configuration is told of once, and again when it changes', async () => {
  const { machine } = makeWorld()
  const [here, there, elsewhere] = [machine(0), machine(0, { configHash: 'b' }), machine(0)]
  for (const { presence } of [there, elsewhere, here, here]) await presence.announce()
  const nodeId = there.presence.nodeId
  const message = `node \`${nodeId}\` (alpha, process 7, version 1.0.0) runs with another configuration`
  assert.deepEqual(here.events, [{ kind: 'warning', about: 'nodes', message }])
  assert.deepEqual(here.presence.notes(), ['nodes with another configuration: 1; `ambit nodes` lists them'])
  await there.presence.leave()
  await here.presence.announce()
  assert.deepEqual(here.presence.notes(), [])
  await there.presence.announce()
  await here.presence.announce()
  assert.deepEqual(here.events.length, 2, 'whoever comes back is told of again')
})

test('a clock that is off is measured, told at once, told worse when it is worse, and not with each reading', async () => {
  const { machine, advance } = makeWorld()
  const { presence, events, metrics, setAhead } = machine(0.4)
  const announceAt = async (ahead: number) => {
    setAhead(ahead)
    await presence.announce()
    return events.splice(0).map(event => event.kind === 'clock.skewed' && [event.aheadSeconds, event.isSevere])
  }
  assert.deepEqual(await announceAt(0.4), [])
  assert.deepEqual(await announceAt(2), [[2, false]])
  assert.equal(presence.aheadSeconds(), 2)
  assert.deepEqual(await announceAt(2), [])
  assert.deepEqual(await announceAt(-6), [[-6, true]])
  assert.match((await metrics.print()).body, /ambit_clock_skew_seconds -6\n/)
  assert.equal(presence.aheadSeconds(), 0)
  assert.deepEqual(presence.notes(), [
    'the clock of this machine is 6.0 seconds behind that of the database; let both keep time by NTP',
  ])
  advance(301)
  assert.deepEqual(await announceAt(-6), [[-6, true]])
  assert.deepEqual(await announceAt(0), [])
  assert.deepEqual(presence.notes(), [])
})

test('by whatever clock, nobody takes another for gone who lives', async () => {
  const { machine } = makeWorld()
  const right = machine(0, { configHash: 'a' })
  const seen: number[] = []
  for (const ahead of [0, 300, -300]) {
    const other = machine(ahead, { configHash: 'b' })
    await right.presence.announce()
    await other.presence.announce()
    seen.push(other.presence.differing().length)
    other.setAhead(ahead + 200)
    await other.presence.announce()
    seen.push(other.presence.differing().length)
    await right.presence.announce()
    seen.push(right.presence.differing().length)
    await other.presence.leave()
  }
  assert.deepEqual(seen, Array(9).fill(1))
})

test('a store without a clock of its own shows no skew', async () => {
  const store = memoryStore()
  const clock = { now: () => epochSeconds(5), millis: () => 5_000 }
  const metrics = createMetrics()
  const presence = new Presence(facts, { store, clock, crypto: nodeCrypto(), observe: () => assert.fail(), metrics })
  await presence.announce()
  assert.deepEqual(presence.notes(), [])
})
