import type { Counts, Metrics } from '../../observe/metrics.ts'
import type { Timer } from '../background.ts'
import type { ListenAddresses } from '../listeners.ts'
import type { Role } from '../program-part.ts'
import type { ConfigSource, FromWorker, Ports, ServePlan, Serving, ToWorker } from './message.ts'
import type { SharedSocket } from './shared-sockets.ts'
import { WorkerFailure } from './worker-failure.ts'

/** A process, as far as it is talked with. */
export type WorkerProcess = {
  readonly pid: number | undefined
  readonly tell: (message: ToWorker, socket?: SharedSocket) => void
  readonly kill: () => void
}

/** Starts a process; `onExit` is told how it ended, such as `signal SIGKILL`. */
export type Fork = (on: {
  readonly message: (message: FromWorker) => void
  readonly exit: (how: string) => void
}) => WorkerProcess

/** What a worker is made with. */
export type WorkerOptions = {
  readonly number: number
  readonly source: ConfigSource
  readonly fork: Fork
  readonly timer: Timer
  /** The metrics of all, for whoever asks this worker. */
  readonly sum: Metrics['print']
}

/** The sockets that one worker listens on. */
export type WorkerSockets = {
  readonly [K in keyof ListenAddresses]?: { port: number; sockets: readonly SharedSocket[] }
}

/** Spans in milliseconds. */
const betweenBeats = 1000
const missedBeats = 10
const startTime = 60_000
const endTime = 20_000
const countTime = 1000

/** One process that serves, from its start to its end. Where its event loop stands still for ten seconds, it is ended. */
export class Worker {
  readonly number: number
  readonly pid: number | undefined
  /** Rejects with a {@link WorkerFailure} where it ends before. */
  readonly loaded: Promise<ServePlan>
  readonly serving: Promise<Serving>
  /** How it ended; never rejects. */
  readonly ended: Promise<WorkerFailure>
  readonly #options: WorkerOptions
  readonly #process: WorkerProcess
  readonly #loaded = Promise.withResolvers<ServePlan>()
  readonly #serving = Promise.withResolvers<Serving>()
  readonly #ended = Promise.withResolvers<WorkerFailure>()
  #failure: WorkerFailure | undefined
  #isServing = false
  #isToEnd = false
  #missed = 0
  #cancel: () => void
  #counts: Counts | undefined
  #counting = Promise.withResolvers<void>()
  #counted: Promise<void> | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.number = options.number
    this.loaded = this.#loaded.promise
    this.serving = this.#serving.promise
    this.ended = this.#ended.promise
    for (const promise of [this.loaded, this.serving]) promise.catch(() => {})
    this.#process = options.fork({ message: message => this.#hear(message), exit: how => this.#end(how) })
    this.pid = this.#process.pid
    this.#cancel = options.timer(startTime, () => this.#kill('did not serve within a minute of its start'))
    this.#process.tell({ kind: 'load', number: options.number, source: options.source })
  }

  get isServing(): boolean {
    return this.#isServing
  }

  /** What it had counted when it was asked last. */
  get counts(): Counts | undefined {
    return this.#counts
  }

  /** Lets it serve on these sockets. */
  begin(sockets: WorkerSockets, role: Role): void {
    for (const listener of ['plain', 'tls'] as const)
      for (const socket of sockets[listener]?.sockets ?? []) this.#process.tell({ kind: 'socket', listener }, socket)
    this.#process.tell({ kind: 'begin', ports: portsOf(sockets), role })
  }

  /** Lets it accept for a worker that cannot. */
  lend(sockets: WorkerSockets): void {
    for (const listener of ['plain', 'tls'] as const)
      for (const socket of sockets[listener]?.sockets ?? []) this.#process.tell({ kind: 'lend', listener }, socket)
  }

  /** Ends its accepting for others. */
  takeBack(): void {
    this.#process.tell({ kind: 'return' })
  }

  /** Asks what it has counted, once for all who ask meanwhile; one that does not answer in time keeps its last answer. */
  async count(): Promise<Counts | undefined> {
    if (!this.#isServing) return this.#counts
    this.#counted ??= this.#askCounts().finally(() => {
      this.#counted = undefined
    })
    await this.#counted
    return this.#counts
  }

  async #askCounts(): Promise<void> {
    this.#counting = Promise.withResolvers()
    const cancel = this.#options.timer(countTime, this.#counting.resolve)
    this.#process.tell({ kind: 'count' })
    await this.#counting.promise
    cancel()
  }

  /** Lets it end what it has begun, and waits for its end. */
  async finish(linger: number): Promise<void> {
    this.#isServing = false
    this.#isToEnd = true
    this.#cancel()
    this.#cancel = this.#options.timer(linger + endTime, () => this.kill())
    this.#process.tell({ kind: 'end', linger })
    await this.ended
  }

  /** Ends it at once. */
  kill(): void {
    this.#process.kill()
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        return this.#loaded.resolve(message.plan)
      case 'serving':
        return this.#serve(message.serving)
      case 'failed':
        this.#failure = new WorkerFailure(message.sentence, message.isConfig)
        return undefined
      case 'beat':
        this.#missed = 0
        return undefined
      case 'counted':
        this.#counts = message.counts
        return this.#counting.resolve()
      case 'ask-sum':
        return void this.#options.sum().then(sum => this.#process.tell({ kind: 'sum', id: message.id, sum }))
    }
  }

  /** One that was told to end while it started says so too, and then ends. */
  #serve(serving: Serving): void {
    if (this.#isToEnd) return
    this.#isServing = true
    this.#serving.resolve(serving)
    this.#cancel()
    this.#beat()
  }

  /** Beats are counted, not seconds: a program that was itself stopped, or a machine that slept, hears the answers first. */
  #beat(): void {
    if (this.#missed >= missedBeats)
      return this.#kill(`did not answer for ${(missedBeats * betweenBeats) / 1000} seconds`)
    this.#missed++
    this.#process.tell({ kind: 'beat' })
    this.#cancel = this.#options.timer(betweenBeats, () => this.#beat())
  }

  #kill(why: string): void {
    this.#failure = new WorkerFailure(`worker ${this.number} ${why}`)
    this.kill()
  }

  #end(how: string): void {
    this.#isServing = false
    this.#cancel()
    this.#counting.resolve()
    const failure = this.#failure ?? new WorkerFailure(`worker ${this.number} ended (${how})`)
    this.#loaded.reject(failure)
    this.#serving.reject(failure)
    this.#ended.resolve(failure)
  }
}

function portsOf({ plain, tls }: WorkerSockets): Ports {
  return { ...(plain && { plain: plain.port }), ...(tls && { tls: tls.port }) }
}
