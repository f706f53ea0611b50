import { DatabaseModel, LaneModel, type StatementCost } from './database.ts'
import { EventQueue } from './event-queue.ts'
import { Processors, Thread } from './machine.ts'

/** A call of the store. */
type Call = 'read' | 'write'

/** What an operation does: requests one after the other, each of steps one after the other; the calls of a step are made at once. */
export type OperationShape = readonly (readonly (readonly Call[])[])[]

/** What an operation costs, in microseconds of a processor. */
export type OperationCost = {
  /** On the node beside its statements. */
  readonly node: number
  readonly statement: StatementCost
  /** Of whoever makes the load, where it shares processors. */
  readonly load: number
}

/** Where an operation runs. */
export type Layout = {
  readonly nodes: number
  /** Processors of each node, `shared` where everything is on one machine of so many. */
  readonly processors:
    | { readonly kind: 'own'; readonly ofDatabase: number }
    | { readonly kind: 'shared'; readonly count: number }
  /** Whether the load is on the processors of the database. */
  readonly hasLoadBeside: boolean
  /** Connections of each node to the database. */
  readonly connections: number
  readonly syncMicros: number
  readonly roundTrip: number
}

/** What makes operations: clients that send the next when they are answered, or arrivals at a rate whatever is answered. */
type Arrivals =
  | { readonly kind: 'clients'; readonly count: number }
  | { readonly kind: 'rate'; readonly perSecond: number; readonly random: () => number }

/** What a simulation showed; spans in milliseconds, `busy` as a share of the processors. */
export type Outcome = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly nodeBusy: number
  readonly databaseBusy: number
}

/** What is simulated. */
export type Simulation = {
  readonly shape: OperationShape
  readonly cost: OperationCost
  readonly layout: Layout
  readonly arrivals: Arrivals
  /** Of simulated time, after a fifth as much that is not counted. */
  readonly seconds: number
}

type World = {
  readonly queue: EventQueue
  readonly nodeProcessors: readonly Processors[]
  readonly databaseProcessors: Processors
  readonly nodes: readonly NodeModel[]
  readonly load: Thread | undefined
}

type NodeModel = {
  readonly thread: Thread
  readonly call: (place: string, kind: Call, done: () => void) => void
}

/** Lets operations run for some simulated time. The same simulation has the same outcome. */
export function simulate(simulation: Simulation): Outcome {
  const { arrivals, layout, seconds } = simulation
  const world = buildWorld(simulation)
  const latencies: number[] = []
  const warmUp = seconds * 2e5
  const begin = (index: number, done: () => void) => {
    const startedAt = world.queue.now
    runOperation(simulation, { world, index }, () => {
      if (world.queue.now > warmUp) latencies.push((world.queue.now - startedAt) / 1000)
      done()
    })
  }
  if (arrivals.kind === 'clients') for (let client = 0; client < arrivals.count; client++) repeat(client, begin)
  else arrive(world.queue, arrivals, begin)
  world.queue.run(warmUp)
  const busyBefore = busyOf(world)
  world.queue.run(warmUp + seconds * 1e6)
  const busy = busyOf(world)
  latencies.sort((a, b) => a - b)
  const span = seconds * 1e6
  const processors = layout.processors.kind === 'own' ? layout.processors.ofDatabase : layout.processors.count
  return {
    perSecond: latencies.length / seconds,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    nodeBusy: (busy.nodes - busyBefore.nodes) / span / world.nodeProcessors.length,
    databaseBusy: (busy.database - busyBefore.database) / span / processors,
  }
}

function busyOf({ nodeProcessors, databaseProcessors }: World) {
  return {
    nodes: nodeProcessors.reduce((sum, { busy }) => sum + busy, 0),
    database: databaseProcessors.busy,
  }
}

type Begin = (index: number, done: () => void) => void

function repeat(client: number, begin: Begin): void {
  begin(client, () => repeat(client, begin))
}

/** A Poisson process: spans between arrivals are exponential. */
function arrive(queue: EventQueue, { perSecond, random }: Extract<Arrivals, { kind: 'rate' }>, begin: Begin): void {
  let index = 0
  const next = () =>
    queue.after((-Math.log(1 - random()) * 1e6) / perSecond, () => {
      begin(index++, () => {})
      next()
    })
  next()
}

function buildWorld({ layout, cost }: Simulation): World {
  const queue = new EventQueue()
  const { processors, connections, nodes: count, syncMicros, roundTrip } = layout
  const shared = processors.kind === 'shared' ? new Processors(queue, processors.count) : undefined
  const databaseProcessors =
    shared ?? new Processors(queue, processors.kind === 'own' ? processors.ofDatabase : processors.count)
  const nodeProcessors = Array.from({ length: count }, () => shared ?? new Processors(queue, 1))
  const database = new DatabaseModel(queue, {
    processors: databaseProcessors,
    connections: connections * count,
    syncMicros,
    roundTrip,
  })
  const nodes = nodeProcessors.map(each => buildNode(new Thread(each), database, cost.statement))
  const load = layout.hasLoadBeside ? new Thread(databaseProcessors) : undefined
  return { queue, nodeProcessors: shared ? [shared] : nodeProcessors, databaseProcessors, nodes, load }
}

/** A lane for each place of the code that calls the store. */
function buildNode(thread: Thread, database: DatabaseModel, cost: StatementCost): NodeModel {
  const lanes = new Map<string, LaneModel>()
  return {
    thread,
    call: (place, kind, done) => {
      const lane = lanes.get(place) ?? new LaneModel(thread, database, { cost, isWrite: kind === 'write' })
      lanes.set(place, lane)
      lane.call(done)
    },
  }
}

type Running = { readonly world: World; readonly index: number }

/** Each request is sent, and worked on in equal pieces before, between and after its steps. */
function runOperation({ shape, cost }: Simulation, { world, index }: Running, done: () => void): void {
  const node = world.nodes[index % world.nodes.length]
  if (!node) return
  const pieces = shape.reduce((sum, steps) => sum + steps.length + 1, 0)
  const piece = cost.node / pieces
  const request = (at: number) => {
    const steps = shape[at]
    if (!steps) return done()
    const step = (place: number) =>
      node.thread.work(piece, () => {
        const calls = steps[place]
        if (!calls) return request(at + 1)
        let open = calls.length
        const answered = () => {
          if (--open === 0) step(place + 1)
        }
        for (const [beside, kind] of calls.entries()) node.call(`${at} ${place} ${beside}`, kind, answered)
      })
    if (world.load) world.load.work(cost.load / shape.length, () => step(0))
    else step(0)
  }
  request(0)
}
