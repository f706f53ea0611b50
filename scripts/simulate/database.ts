import type { EventQueue } from './event-queue.ts'
import { Log, type Processors, Thread } from './machine.ts'

/** What one statement costs, by the number of calls that share it; spans in microseconds. */
export type StatementCost = {
  /** On the node, once. */
  readonly node: number
  /** In the database, once and for each call. */
  readonly once: number
  readonly each: number
}

/** A database: backends that work on its processors, and a log that writes wait for. */
export class DatabaseModel {
  readonly #queue: EventQueue
  readonly #log: Log
  readonly #roundTrip: number
  readonly #idle: Thread[] = []
  readonly #waiting: ((backend: Thread) => void)[] = []

  constructor(
    queue: EventQueue,
    parts: {
      readonly processors: Processors
      readonly connections: number
      readonly syncMicros: number
      readonly roundTrip: number
    },
  ) {
    this.#queue = queue
    this.#log = new Log(queue, parts.syncMicros)
    this.#roundTrip = parts.roundTrip
    for (let index = 0; index < parts.connections; index++) this.#idle.push(new Thread(parts.processors))
  }

  /** Carries out a statement on a connection that is free, and waits for the log where it writes. */
  execute(statement: { readonly micros: number; readonly isWrite: boolean }, done: () => void): void {
    const answer = (backend: Thread) => {
      this.#release(backend)
      this.#queue.after(this.#roundTrip / 2, done)
    }
    const run = (backend: Thread) =>
      this.#queue.after(this.#roundTrip / 2, () =>
        backend.work(statement.micros, () => {
          if (statement.isWrite) this.#log.sync(() => answer(backend))
          else answer(backend)
        }),
      )
    const backend = this.#idle.pop()
    if (backend) run(backend)
    else this.#waiting.push(run)
  }

  #release(backend: Thread): void {
    const next = this.#waiting.shift()
    if (next) next(backend)
    else this.#idle.push(backend)
  }
}

/** As the adapter has it: calls of a statement in one statement, and statements of a lane under way. */
const [mostCalls, mostAtOnce] = [256, 2]

/** The calls of one statement on one node: those that are made in one turn, or while others are under way, go together. */
export class LaneModel {
  readonly #thread: Thread
  readonly #database: DatabaseModel
  readonly #cost: StatementCost
  readonly #isWrite: boolean
  readonly #waiting: (() => void)[] = []
  #running = 0
  #isScheduled = false

  constructor(
    thread: Thread,
    database: DatabaseModel,
    kind: { readonly cost: StatementCost; readonly isWrite: boolean },
  ) {
    this.#thread = thread
    this.#database = database
    this.#cost = kind.cost
    this.#isWrite = kind.isWrite
  }

  call(done: () => void): void {
    this.#waiting.push(done)
    this.#schedule()
  }

  /** At the end of the turn: after whatever the thread has to do already. */
  #schedule(): void {
    if (this.#isScheduled || this.#running >= mostAtOnce || this.#waiting.length === 0) return
    this.#isScheduled = true
    this.#thread.work(this.#cost.node, () => {
      this.#isScheduled = false
      this.#begin()
      this.#schedule()
    })
  }

  #begin(): void {
    const calls = this.#waiting.splice(0, mostCalls)
    this.#running++
    const micros = this.#cost.once + calls.length * this.#cost.each
    this.#database.execute({ micros, isWrite: this.#isWrite }, () => {
      this.#running--
      for (const done of calls) done()
      this.#schedule()
    })
  }
}
