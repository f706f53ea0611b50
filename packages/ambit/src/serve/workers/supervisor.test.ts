import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../../observe/metrics.ts'
import { handTimer } from '../testing/hand-timer.ts'
import type { ServePlan, ToWorker } from './message.ts'
import { Supervisor } from './supervisor.ts'
import { type FakeProcess, fakeFork, willing } from './testing/fake-fork.ts'

const settled = () => new Promise(setImmediate)

/** Nobody here is too slow to start. */
const aMinute = 60_000

function supervise(workers = 2) {
  const world = fakeFork(willing(workers))
  const { timer, fire, due } = handTimer()
  const lines: string[] = []
  const kept: ServePlan[] = []
  let now = 0
  let areClosed = false
  let backs = 0
  const supervisor = new Supervisor({
    source: { folder: '/', overrides: [] },
    fork: world.fork,
    sockets: {
      forPlan: plan =>
        Promise.resolve(Array.from({ length: plan.workers }, () => ({ plain: { port: 1, sockets: [] } }))),
      get open() {
        return new Map()
      },
      goBackTo: () => {
        backs++
      },
      keepOnly: plan => void kept.push(plan),
      close: () => {
        areClosed = true
      },
    },
    timer: (milliseconds, work) => (milliseconds === aMinute ? () => {} : timer(milliseconds, work)),
    millis: () => now,
    log: { say: (_level, words) => void lines.push(words) },
  })
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { supervisor, world, lines, fire, due, kept, pass, areClosed: () => areClosed, backs: () => backs }
}

const begun = ({ told }: FakeProcess) => told.find(each => each.kind === 'begin')
const isSparse = (told: ToWorker) => told.kind === 'load' || told.kind === 'begin' || told.kind === 'end'

test('the first worker stores what is declared, the others do not', async () => {
  const { supervisor, world } = supervise(3)
  await supervisor.start()
  assert.deepEqual(
    world.processes.map(each => begun(each)),
    ['first', 'other', 'other'].map(role => ({ kind: 'begin', ports: { plain: 1 }, role })),
  )
})

test('a worker that cannot serve at the start ends the program, and the others with it', async () => {
  const { supervisor, world, areClosed } = supervise(2)
  world.behave = (told, process) => {
    if (world.processes[0] === process || told.kind !== 'begin') return willing(2)(told, process)
    process.say({ kind: 'failed', sentence: 'no room', isConfig: false })
    process.exit('exit code 1')
  }
  await assert.rejects(supervisor.start(), { name: 'WorkerFailure', message: 'no room' })
  assert.deepEqual(world.processes[0]?.told.at(-1), { kind: 'end', linger: 0 }, 'it answers what it has begun')
  assert.equal(areClosed(), true)
})

test('a start that is called off lets every worker end what it has begun, starts no other, and closes the sockets', async () => {
  const { supervisor, world, areClosed, lines } = supervise(3)
  const stopping = new AbortController()
  world.behave = (told, process) => {
    if (told.kind === 'begin' && process === world.processes[1]) return stopping.abort()
    willing(3)(told, process)
  }
  await assert.rejects(supervisor.start(stopping.signal), { name: 'WorkerFailure' })
  await settled()
  assert.equal(world.processes.length, 3)
  for (const { told, isKilled } of world.processes) {
    assert.ok(told.some(({ kind }) => kind === 'end'))
    assert.equal(isKilled, false)
  }
  assert.ok(!lines.some(line => line.includes('replaced')))
  assert.equal(areClosed(), true)
})

test('a start that is called off before it begins, or while the sockets are opened, starts no worker', async () => {
  const [before, meanwhile] = [supervise(2), supervise(2)]
  await assert.rejects(before.supervisor.start(AbortSignal.abort()), { message: 'the program ends' })
  assert.equal(before.world.processes.length, 0)
  const stopping = new AbortController()
  meanwhile.world.behave = (told, process) => {
    willing(2)(told, process)
    if (told.kind === 'load') queueMicrotask(() => queueMicrotask(() => stopping.abort()))
  }
  await assert.rejects(meanwhile.supervisor.start(stopping.signal))
  assert.equal(meanwhile.world.processes.length, 1)
  assert.equal(meanwhile.areClosed(), true)
})

test('a worker that served when the program was told to end is not replaced', async () => {
  const { supervisor, world } = supervise(1)
  const stopping = new AbortController()
  world.behave = (told, process) => {
    willing(1)(told, process)
    if (told.kind === 'begin') queueMicrotask(() => queueMicrotask(() => stopping.abort()))
  }
  await supervisor.start(stopping.signal).catch(() => undefined)
  await supervisor.close()
  await settled()
  assert.equal(world.processes.length, 1)
})

test('a worker that ends is replaced at once, and one that ends again and again after longer and longer pauses', async () => {
  const { supervisor, world, lines, due, fire, pass } = supervise(2)
  await supervisor.start()
  pass(60_000)
  world.processes[0]?.exit('signal SIGKILL')
  await settled()
  assert.deepEqual(lines.slice(2), ['worker 1 ended (signal SIGKILL); it is replaced', 'worker 1 serves'])
  assert.equal(begun(world.processes[2] ?? assert.fail())?.role, 'heir')
  for (const pause of [0, 100, 200]) {
    world.processes.at(-1)?.exit('exit code 1')
    await settled()
    if (pause > 0) assert.ok(due().includes(pause))
    await fire()
    await settled()
  }
  assert.equal(world.processes.length, 6)
})

test('while one cannot be replaced, another accepts for it', async () => {
  const { supervisor, world, lines } = supervise(2)
  await supervisor.start()
  world.behave = (told, process) => (told.kind === 'load' ? process.exit('exit code 1') : willing(2)(told, process))
  world.processes[0]?.exit('signal SIGKILL')
  await settled()
  assert.ok(lines.some(line => line.endsWith('it is replaced in 100 ms')))
  assert.deepEqual(world.processes[1]?.told.filter(told => !isSparse(told) && told.kind !== 'beat')[0], {
    kind: 'return',
  })
  assert.equal(supervisorIsLost(supervisor), false)
})

test('whoever stood in for another gives back when that is replaced', async () => {
  const { supervisor, world } = supervise(2)
  await supervisor.start()
  world.processes[0]?.exit('signal SIGKILL')
  await settled()
  assert.deepEqual(
    world.processes[1]?.told.flatMap(({ kind }) => (kind === 'return' || kind === 'begin' ? [kind] : [])),
    ['begin', 'return', 'return'],
    'before the other is lent anew, and when it serves again',
  )
})

test('the program does not give up while one serves, nor for failures that a worker which served lies between', async () => {
  const { supervisor, world, fire } = supervise(2)
  await supervisor.start()
  const refuse = (told: ToWorker, process: FakeProcess) => told.kind === 'load' && process.exit('exit code 1')
  const failTimes = async (times: number) => {
    world.behave = refuse
    for (let count = 0; count < times; count++) {
      await fire()
      await settled()
    }
  }
  const [first, second] = world.processes
  first?.exit('signal SIGKILL')
  await failTimes(8)
  assert.ok(world.processes.length >= 8)
  assert.equal(supervisorIsLost(supervisor), false, 'the second serves')
  world.behave = willing(2)
  await fire()
  await settled()
  world.behave = refuse
  second?.exit('signal SIGKILL')
  world.processes.at(-1)?.exit('signal SIGKILL')
  await settled()
  await fire()
  await settled()
  assert.equal(await isLost(supervisor), false, 'what failed before counts no longer')
})

test('the program does not give up while a reload may mend it', async () => {
  const { supervisor, world, fire } = supervise(1)
  await supervisor.start()
  world.behave = (told, process) => {
    if (told.kind === 'load' && process !== world.processes[1]) process.exit('exit code 1')
  }
  const reloaded = supervisor.reload()
  await settled()
  world.processes[0]?.exit('signal SIGKILL')
  for (let tries = 0; tries < 6; tries++) {
    await settled()
    await fire()
  }
  assert.equal(await isLost(supervisor), false)
  world.behave = willing(1)
  const [, slow] = world.processes
  assert.ok(slow)
  willing(1)({ kind: 'load', number: 1, source: { folder: '/', overrides: [] } }, slow)
  await reloaded
  assert.equal(await isLost(supervisor), false)
  assert.equal(world.processes.length, 7, 'five were tried in vain')
})

async function isLost({ lost }: Supervisor): Promise<boolean> {
  return Promise.race([lost.then(() => true), settled().then(() => false)])
}

test('what ended has its counts in the sum once, and nothing that was true only while it ran', async () => {
  const { supervisor, world } = supervise(2)
  await supervisor.start()
  const [before, after] = [createMetrics(), createMetrics()]
  before.setReady(true)
  before.countSwept(3, 0)
  const [ofEnded, ofLiving] = await Promise.all([before.counts(), after.counts()])
  world.behave = (told, process) => {
    if (told.kind !== 'count') return willing(2)(told, process)
    const isFirst = process === world.processes[0]
    process.say({ kind: 'counted', counts: isFirst ? ofEnded : ofLiving })
    if (isFirst) process.exit('signal SIGKILL')
  }
  for (let time = 0; time < 2; time++) {
    const { body } = await supervisor.print()
    assert.match(body, /^ambit_swept_rows_total 3$/m)
    if (time > 0) assert.match(body, /^ambit_ready 0$/m)
    await settled()
  }
})

function supervisorIsLost(supervisor: Supervisor): boolean {
  let isLost = false
  void supervisor.lost.then(() => {
    isLost = true
  })
  return isLost
}

test('where none serves and none can be started, the program gives up with the last reason', async () => {
  const { supervisor, world, fire } = supervise(1)
  await supervisor.start()
  world.behave = (told, process) => {
    if (told.kind !== 'load') return
    process.say({ kind: 'failed', sentence: 'the disk is full', isConfig: false })
    process.exit('exit code 1')
  }
  world.processes[0]?.exit('signal SIGKILL')
  for (let tries = 0; tries < 6; tries++) {
    await settled()
    await fire()
  }
  assert.equal((await supervisor.lost).message, 'the disk is full')
  assert.equal(world.processes.length, 6, 'five were tried')
})

test('a reload starts new workers, and then lets the old ones end with time for silent connections', async () => {
  const { supervisor, world, kept } = supervise(2)
  await supervisor.start()
  world.behave = willing(3)
  await supervisor.reload()
  const [old, fresh] = [world.processes.slice(0, 2), world.processes.slice(2)]
  for (const { told } of old)
    assert.deepEqual(
      told.filter(({ kind }) => kind === 'end'),
      [{ kind: 'end', linger: 10_000 }],
    )
  assert.deepEqual(
    fresh.map(each => begun(each)?.role),
    ['first', 'other', 'other'],
  )
  assert.deepEqual(
    kept.map(({ workers }) => workers),
    [3],
  )
})

test('a reload that fails ends the new workers and leaves the old ones', async () => {
  const { supervisor, world, lines, backs } = supervise(2)
  await supervisor.start()
  world.behave = (told, process) => {
    if (told.kind !== 'load') return
    process.say({ kind: 'failed', sentence: 'port: a whole number is wanted', isConfig: true })
    process.exit('exit code 1')
  }
  await supervisor.reload()
  assert.equal(lines.at(-1), 'not reloaded, the workers go on as they were: port: a whole number is wanted')
  for (const { told } of world.processes.slice(0, 2)) assert.ok(!told.some(({ kind }) => kind === 'end'))
  assert.equal(backs(), 1, 'what the new ones had listened on is closed')
})

test('a reload of which one worker cannot serve lets those that do answer what they have begun', async () => {
  const { supervisor, world } = supervise(2)
  await supervisor.start()
  world.behave = (told, process) => {
    if (process !== world.processes[3] || told.kind !== 'begin') return willing(2)(told, process)
    process.exit('signal SIGKILL')
  }
  await supervisor.reload()
  assert.deepEqual(world.processes[2]?.told.at(-1), { kind: 'end', linger: 0 })
  assert.equal(world.processes[2]?.isKilled, false)
})

test('however often a reload is asked for while one is under way, there is one more', async () => {
  const { supervisor, world } = supervise(1)
  await supervisor.start()
  const first = supervisor.reload()
  await settled()
  world.behave = (told, process) => (told.kind === 'load' ? undefined : willing(1)(told, process))
  const second = supervisor.reload()
  await settled()
  await Promise.all([first, settled()])
  const later = [supervisor.reload(), supervisor.reload(), supervisor.reload()]
  await settled()
  assert.equal(world.processes.length, 3, 'the second waits for its worker')
  world.behave = willing(1)
  world.processes[2]?.exit('exit code 1')
  await Promise.all([second, ...later])
  assert.equal(world.processes.length, 4)
})

test('the end does not wait for a reload that is under way, and the log does not complain of it', async () => {
  const { supervisor, world, lines, areClosed } = supervise(1)
  await supervisor.start()
  world.behave = (told, process) => (told.kind === 'end' ? process.exit('exit code 0') : undefined)
  const reloaded = supervisor.reload()
  await settled()
  await supervisor.close()
  await reloaded
  assert.equal(areClosed(), true)
  assert.deepEqual(lines, ['worker 1 serves'])
})

test('the end waits for workers that a reload has sent away', async () => {
  const { supervisor, world, areClosed } = supervise(1)
  await supervisor.start()
  const [old] = world.processes
  world.behave = (told, process) => (process === old ? undefined : willing(1)(told, process))
  await supervisor.reload()
  const closed = supervisor.close()
  await settled()
  assert.equal(areClosed(), false)
  old?.exit('exit code 0')
  await closed
  assert.equal(areClosed(), true)
})

test('nobody is replaced whose pause the end interrupts', async () => {
  const { supervisor, world, fire } = supervise(1)
  await supervisor.start()
  world.behave = (told, process) => told.kind === 'load' && process.exit('exit code 1')
  world.processes[0]?.exit('exit code 1')
  await settled()
  const { length } = world.processes
  await supervisor.close()
  await fire()
  await settled()
  assert.equal(world.processes.length, length)
})

test('who replaces another than the first has nothing to go on with', async () => {
  const { supervisor, world } = supervise(2)
  await supervisor.start()
  world.processes[1]?.exit('signal SIGKILL')
  await settled()
  assert.equal(begun(world.processes[2] ?? assert.fail())?.role, 'other')
})

test('the end waits for all workers, closes the sockets, and replaces nobody', async () => {
  const { supervisor, world, areClosed, lines } = supervise(2)
  await supervisor.start()
  await supervisor.close()
  await settled()
  assert.equal(world.processes.length, 2)
  assert.ok(!lines.some(line => line.includes('replaced')))
  assert.equal(areClosed(), true)
  await supervisor.reload()
  assert.equal(world.processes.length, 2, 'nothing is read again after the end')
})
