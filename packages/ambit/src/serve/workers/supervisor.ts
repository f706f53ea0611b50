import { Counter, Gauge, Registry } from 'prom-client'
import type { Log } from '../../observe/log.ts'
import type { Counts, Metrics } from '../../observe/metrics.ts'
import { printCounts, sumCounts, withoutGauges } from '../../observe/sum-counts.ts'
import type { Timer } from '../background.ts'
import { Generation, type GenerationOptions } from './generation.ts'
import type { ConfigSource, Serving } from './message.ts'
import type { SocketPool } from './socket-pool.ts'
import { type Fork, Worker } from './worker.ts'
import type { WorkerFailure } from './worker-failure.ts'

/** What the program above the workers stands on. */
export type SupervisorOptions = {
  readonly source: ConfigSource
  readonly fork: Fork
  readonly sockets: Pick<SocketPool, 'forPlan' | 'open' | 'goBackTo' | 'keepOnly' | 'close'>
  readonly timer: Timer
  readonly millis: () => number
  readonly log: Pick<Log, 'say'>
}

/** How long silent connections stay with a worker whose successor serves, in milliseconds. */
const linger = 10_000
const manyEnded = 16

/** The program above the workers: it serves nothing, and sees to it that somebody does. */
export class Supervisor {
  /** Why the program cannot go on. */
  readonly lost: Promise<WorkerFailure>
  readonly #options: SupervisorOptions
  readonly #lost = Promise.withResolvers<WorkerFailure>()
  readonly #workers = new Set<Worker>()
  readonly #leaving = new Set<Promise<void>>()
  readonly #ended: Counts[] = []
  readonly #own = ownMetrics(() => this.#servingCount())
  #isCompacting = false
  #current: Generation | undefined
  #reloading: Promise<void> = Promise.resolve()
  #nextReload: Promise<void> | undefined
  #isClosing = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.lost = this.#lost.promise
  }

  /**
   * Starts the workers; answers when all of them serve. The signal calls it off, and workers that serve already end what they
   * have begun to answer.
   * @throws {WorkerFailure} when one cannot, or the start is called off
   * @throws {StartError} when an address cannot be had
   */
  async start(signal?: AbortSignal): Promise<Serving> {
    const callOff = () => this.#endAll()
    signal?.addEventListener('abort', callOff)
    if (signal?.aborted) callOff()
    try {
      const generation = await this.#startGeneration()
      return generation.serving
    } catch (error) {
      this.#options.sockets.close()
      throw error
    } finally {
      signal?.removeEventListener('abort', callOff)
    }
  }

  /**
   * Reads the configuration anew: new workers take over, or the old ones go on and the log says why. Never rejects. However often
   * it is asked for while one is under way, there is one more, which reads what the file says by then.
   */
  reload(): Promise<void> {
    this.#nextReload ??= this.#reloading.then(() => {
      this.#nextReload = undefined
      return this.#isClosing ? undefined : this.#reloadOnce()
    })
    this.#reloading = this.#nextReload
    return this.#reloading
  }

  /** Lets all workers end what they have begun, and closes the sockets; a second call waits for the first. */
  async close(): Promise<void> {
    this.#endAll()
    await this.#current?.finish(0)
    await Promise.all([this.#reloading, ...this.#leaving])
    this.#options.sockets.close()
  }

  /** The metrics of all workers together, also of those that have ended. */
  async print(): ReturnType<Metrics['print']> {
    const workers = [...this.#workers]
    await Promise.all(workers.map(worker => worker.count()))
    // one that ended meanwhile is among the ended
    const living = workers.flatMap(worker => (this.#workers.has(worker) && worker.counts) || [])
    return printCounts([...this.#ended, ...living, await this.#own.counts()])
  }

  #endAll(): void {
    this.#isClosing = true
    for (const worker of this.#workers) void worker.finish(0)
  }

  async #startGeneration(): Promise<Generation> {
    const { sockets, timer, millis, log } = this.#options
    const options: GenerationOptions = {
      launch: number => this.#launch(number),
      socketsFor: plan => sockets.forPlan(plan),
      isClosing: () => this.#isClosing,
      timer,
      millis,
      onLost: (worker, failure, pause) => {
        this.#own.countLost()
        const words = pause > 0 ? `it is replaced in ${pause} ms` : 'it is replaced'
        log.say('error', `${failure.message}; ${words}`, { worker: worker.number, pid: worker.pid })
      },
      onServing: ({ number, pid }) => log.say('info', `worker ${number} serves`, { worker: number, pid }),
    }
    const generation = await Generation.start(options)
    this.#current = generation
    void generation.lost.then(failure => this.#giveUp(generation, failure))
    return generation
  }

  /** Unless a reload that is under way puts others in their place. */
  async #giveUp(generation: Generation, failure: WorkerFailure): Promise<void> {
    await this.#reloading
    if (this.#current === generation) this.#lost.resolve(failure)
  }

  async #reloadOnce(): Promise<void> {
    const { log, sockets } = this.#options
    const [before, open] = [this.#current, sockets.open]
    try {
      const { serving, plan } = await this.#startGeneration()
      log.say('info', 'the configuration was read again; new workers serve', { issuer: serving.issuer })
      sockets.keepOnly(plan)
      this.#leave(before)
    } catch (error) {
      sockets.goBackTo(open)
      const sentence = error instanceof Error ? error.message : String(error)
      if (!this.#isClosing) log.say('error', `not reloaded, the workers go on as they were: ${sentence}`)
    }
  }

  #leave(before: Generation | undefined): void {
    if (!before) return
    const leaving = before.finish(linger).finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  #launch(number: number): Worker {
    const { source, fork, timer } = this.#options
    const worker = new Worker({ number, source, fork, timer, sum: () => this.print() })
    this.#workers.add(worker)
    void worker.ended.then(() => {
      this.#workers.delete(worker)
      if (worker.counts) this.#retire(withoutGauges(worker.counts))
    })
    return worker
  }

  #retire(counts: Counts): void {
    this.#ended.push(counts)
    if (this.#ended.length >= manyEnded && !this.#isCompacting) void this.#compact()
  }

  async #compact(): Promise<void> {
    this.#isCompacting = true
    const taken = [...this.#ended]
    const sum = await sumCounts(taken)
    this.#ended.splice(0, taken.length, sum)
    this.#isCompacting = false
  }

  #servingCount(): number {
    return [...this.#workers].filter(worker => worker.isServing).length
  }
}

function ownMetrics(serving: () => number) {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'ambit_workers',
    help: 'workers that serve',
    registers,
    collect() {
      this.set(serving())
    },
  })
  const lost = new Counter({ name: 'ambit_workers_lost_total', help: 'workers that ended by themselves', registers })
  return {
    countLost: () => lost.inc(),
    counts: async (): Promise<Counts> => ({ registry: await registry.getMetricsAsJSON(), requests: [], store: [] }),
  }
}
