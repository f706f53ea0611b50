import type { Timer } from '../background.ts'
import { Backoff } from './backoff.ts'
import type { ServePlan, Serving } from './message.ts'
import type { Worker, WorkerSockets } from './worker.ts'
import { WorkerFailure } from './worker-failure.ts'

/** What the workers of one reading of the configuration are made with. */
export type GenerationOptions = {
  readonly launch: (number: number) => Worker
  /** The sockets for each worker of a plan. */
  readonly socketsFor: (plan: ServePlan) => Promise<readonly WorkerSockets[]>
  /** Whether the program ends, so that no worker is to be started any more. */
  readonly isClosing: () => boolean
  readonly timer: Timer
  readonly millis: () => number
  /** Is told of each worker that ended by itself, and after how many milliseconds it is replaced. */
  readonly onLost: (worker: Worker, failure: WorkerFailure, pause: number) => void
  readonly onServing: (worker: Worker) => void
}

/** How often workers may end before they serve, while none serves, until the program gives up. */
const mostFailures = 5

/** The workers that serve one reading of the configuration. Who ends is replaced, until all are to end. */
export class Generation {
  readonly serving: Serving
  readonly plan: ServePlan
  /** Why it cannot go on: no worker serves, and none can be started. */
  readonly lost: Promise<WorkerFailure>
  readonly #options: GenerationOptions
  readonly #sockets: readonly WorkerSockets[]
  readonly #workers: Worker[]
  readonly #lost = Promise.withResolvers<WorkerFailure>()
  #isEnding = false
  #failures = 0

  private constructor(options: GenerationOptions, begun: Begun) {
    this.#options = options
    this.serving = begun.serving
    this.plan = begun.plan
    this.#sockets = begun.sockets
    this.#workers = [...begun.workers]
    this.lost = this.#lost.promise
    for (const place of this.#workers.keys()) void this.#keep(place)
  }

  /**
   * Starts the workers: the first stores what the configuration declares, then the others follow.
   * @throws {WorkerFailure} when one of them cannot serve, or the program ends; the others end what they have begun
   */
  static async start(options: GenerationOptions): Promise<Generation> {
    const workers: Worker[] = []
    try {
      const begun = await begin(workers, options)
      refuseClosing(options)
      return new Generation(options, begun)
    } catch (error) {
      await Promise.all(workers.map(worker => worker.finish(0)))
      throw error
    }
  }

  get workers(): readonly Worker[] {
    return this.#workers
  }

  /** Lets all workers end what they have begun. */
  async finish(linger: number): Promise<void> {
    this.#isEnding = true
    await Promise.all(this.#workers.map(worker => worker.finish(linger)))
  }

  /** Replaces the worker in this place whenever it ends. */
  async #keep(place: number): Promise<void> {
    const backoff = new Backoff()
    let begunAt = this.#options.millis()
    for (;;) {
      const worker = this.#workers[place]
      const failure = await worker?.ended
      if (!worker || !failure || this.#isOver()) return
      const pause = backoff.after(this.#options.millis() - begunAt)
      this.#options.onLost(worker, failure, pause)
      this.#standIn()
      await this.#pause(pause)
      if (this.#isOver()) return
      begunAt = this.#options.millis()
      const again = await this.#replace(place)
      if (again && this.#isBeyondHope(again)) return
    }
  }

  #isOver(): boolean {
    return this.#isEnding || this.#options.isClosing()
  }

  /** Puts a new worker there; answers why it cannot serve, where it cannot. */
  async #replace(place: number): Promise<WorkerFailure | undefined> {
    const worker = this.#options.launch(place + 1)
    this.#workers[place] = worker
    try {
      await worker.loaded
      worker.begin(this.#sockets[place] ?? {}, place === 0 ? 'heir' : 'other')
      await worker.serving
    } catch {
      return worker.ended
    }
    this.#failures = 0
    this.#options.onServing(worker)
    this.#standIn()
    return undefined
  }

  /** Whoever connects to a worker that does not serve now is answered by one that does. */
  #standIn(): void {
    const serving = this.#workers.filter(worker => worker.isServing)
    for (const worker of serving) worker.takeBack()
    for (const [place, worker] of this.#workers.entries())
      if (!worker.isServing) serving[place % serving.length]?.lend(this.#sockets[place] ?? {})
  }

  #isBeyondHope(failure: WorkerFailure): boolean {
    this.#failures++
    if (this.#failures < mostFailures || this.#workers.some(worker => worker.isServing)) return false
    this.#lost.resolve(failure)
    return true
  }

  #pause(milliseconds: number): Promise<void> {
    if (milliseconds === 0) return Promise.resolve()
    return new Promise(resolve => void this.#options.timer(milliseconds, resolve))
  }
}

type Begun = {
  readonly workers: readonly Worker[]
  readonly sockets: readonly WorkerSockets[]
  readonly serving: Serving
  readonly plan: ServePlan
}

function refuseClosing({ isClosing }: Pick<GenerationOptions, 'isClosing'>): void {
  if (isClosing()) throw new WorkerFailure('the program ends')
}

/** Starts the first worker and then the others, and lets these serve behind it. */
async function begin(workers: Worker[], options: GenerationOptions): Promise<Begun> {
  const { launch, socketsFor, onServing } = options
  refuseClosing(options)
  const first = launch(1)
  workers.push(first)
  const plan = await first.loaded
  const sockets = await socketsFor(plan)
  refuseClosing(options)
  for (let number = 2; number <= plan.workers; number++) workers.push(launch(number))
  first.begin(sockets[0] ?? {}, 'first')
  const serving = await first.serving
  onServing(first)
  await Promise.all(
    workers.slice(1).map((worker, index) => follow(worker, sockets[index + 1] ?? {}).then(() => onServing(worker))),
  )
  return { workers, sockets, serving, plan }
}

async function follow(worker: Worker, sockets: WorkerSockets): Promise<void> {
  await worker.loaded
  worker.begin(sockets, 'other')
  await worker.serving
}
