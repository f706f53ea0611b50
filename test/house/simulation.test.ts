import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '../../scripts/growth/random.ts'
import { benchLayout, compareWithMeasured, tolerance } from '../../scripts/simulate/agreement.ts'
import { EventQueue } from '../../scripts/simulate/event-queue.ts'
import { Log } from '../../scripts/simulate/machine.ts'
import { type OperationCost, type Simulation, simulate } from '../../scripts/simulate/model.ts'
import { isQuiet, readRecorded } from '../../scripts/simulate/recorded.ts'
import { demandOf } from '../../scripts/simulate/scale.ts'

const recorded = readRecorded()
/** The most that any point may be off, either way. */
const farthest = 1.45
const cost: OperationCost = { node: 100, statement: { node: 20, once: 50, each: 10 }, load: 20 }
const layout = benchLayout({ workers: 1 }, 400)

function outcomeOf(overrides: Partial<Simulation> = {}) {
  return simulate({
    shape: [[['read'], ['write']]],
    cost,
    layout,
    arrivals: { kind: 'clients', count: 16 },
    seconds: 0.5,
    ...overrides,
  })
}

test('what the model foretells of the bench is near to what was measured on a quiet machine', () => {
  const quiet = compareWithMeasured(recorded).filter(({ measured }) => isQuiet(measured))
  assert.ok(quiet.length >= 20, `only ${quiet.length} points were measured while nothing else ran`)
  for (const { measured, ratio } of quiet) {
    const { work, workers, connections } = measured
    const name = `${work}, workers: ${workers}, connections: ${connections}`
    assert.ok(
      ratio >= 1 / farthest && ratio <= farthest,
      `${name}: the model is ${ratio.toFixed(2)} of what was measured`,
    )
  }
  const foretold = quiet.filter(({ isFitted }) => !isFitted)
  const near = foretold.filter(({ ratio }) => Math.abs(ratio - 1) <= tolerance)
  assert.ok(near.length >= foretold.length * 0.8, `${near.length} of ${foretold.length} are within the tolerance`)
})

test('the same simulation has the same outcome', () => {
  const arrive = () => outcomeOf({ arrivals: { kind: 'rate', perSecond: 2_000, random: randomFrom(3) } })
  assert.deepEqual(arrive(), arrive())
})

test('events happen in the order of their times, those of one time in the order in which they were asked for', () => {
  const queue = new EventQueue()
  const happened: string[] = []
  const spans = [5, 1, 3, 1, 4]
  for (const [index, span] of spans.entries()) queue.after(span, () => happened.push(`${span} ${index}`))
  queue.run(4)
  assert.deepEqual(happened, ['1 1', '1 3', '3 2', '4 4'])
  queue.run(10)
  assert.deepEqual([happened.at(-1), queue.now], ['5 0', 10])
})

test('one wait for the disk covers all that was written before it began', () => {
  const queue = new EventQueue()
  const log = new Log(queue, 100)
  const kept: number[] = []
  const write = () => log.sync(() => kept.push(queue.now))
  write()
  queue.after(10, write)
  queue.after(90, write)
  queue.run(1_000)
  assert.deepEqual(kept, [100, 200, 200])
})

test('a client alone waits for each thing in turn', () => {
  const { p50 } = outcomeOf({ arrivals: { kind: 'clients', count: 1 } })
  const { node, once, each } = cost.statement
  const micros = cost.load + cost.node + 2 * (node + once + each + layout.roundTrip) + layout.syncMicros
  assert.ok(Math.abs(p50 * 1000 - micros) < 1, `${p50 * 1000} µs, not ${micros}`)
})

test('more clients share statements, until a processor is always busy', () => {
  const rates = [1, 4, 16, 64].map(count => outcomeOf({ arrivals: { kind: 'clients', count } }))
  for (const [index, { perSecond }] of rates.entries()) assert.ok(perSecond >= (rates[index - 1]?.perSecond ?? 0))
  assert.ok((rates.at(-1)?.nodeBusy ?? 0) > 0.98)
  assert.ok((rates.at(-1)?.perSecond ?? 0) < 1e6 / cost.node)
})

test('a slow disk is waited for and does not limit what is done together', () => {
  const slow = outcomeOf({ layout: { ...layout, syncMicros: 4_000 } })
  const quick = outcomeOf()
  assert.ok(slow.p50 > quick.p50)
  assert.ok(slow.perSecond > 1e6 / 4_000)
})

test('what logins need grows with their rate, and one database is not enough for all of them', () => {
  const [few, many] = [demandOf(recorded, 10), demandOf(recorded, 100_000)]
  assert.equal(few.firstLimit, 'processors for passwords')
  assert.notEqual(many.firstLimit, 'processors for passwords')
  assert.ok(Math.abs(many.hashProcessors / few.hashProcessors - 10_000) < 1)
})
