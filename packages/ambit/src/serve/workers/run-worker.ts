import type { SendHandle } from 'node:child_process'
import type { CliIo } from '../../cli/command.ts'
import { programLog } from '../../cli/program-log.ts'
import type { Config } from '../../config/config.ts'
import { resolveConfig } from '../../config/resolve-config.ts'
import type { Log } from '../../observe/log.ts'
import type { Metrics } from '../../observe/metrics.ts'
import { addressesOf, type GivenListeners, type ListenAddresses } from '../listeners.ts'
import { type ServingProcess, startConfigured } from '../start.ts'
import { type FromWorker, parseToWorker, type ToWorker } from './message.ts'

type Printed = ReturnType<Metrics['print']>
type Told<K extends ToWorker['kind']> = Extract<ToWorker, { readonly kind: K }>

/** Serves as one of several processes: does what the program above says, and ends when that is gone. */
export function runWorker(io: CliIo, process: NodeJS.Process): void {
  const worker = new ServingWorker(io, process)
  process.on('message', (message, socket) => {
    const told = parseToWorker(message)
    if (told) worker.hear(told, isSocket(socket) ? socket : undefined)
  })
  process.on('disconnect', () => void worker.end(0, 1))
  // a terminal and a service manager signal each process; the program above says when to end
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
}

class ServingWorker {
  readonly #io: CliIo
  readonly #process: NodeJS.Process
  readonly #sockets: { readonly [K in keyof ListenAddresses]-?: SendHandle[] } = { plain: [], tls: [] }
  readonly #lent: Promise<() => void>[] = []
  readonly #asked = new Map<number, (sum: Awaited<Printed>) => void>()
  #asks = 0
  #ready: { readonly config: Config; readonly log: Log } | undefined
  #starting: Promise<void> = Promise.resolve()
  #serving: ServingProcess | undefined

  constructor(io: CliIo, process: NodeJS.Process) {
    this.#io = io
    this.#process = process
  }

  hear(told: ToWorker, socket: SendHandle | undefined): void {
    switch (told.kind) {
      case 'load':
        return void this.#try(() => this.#load(told))
      case 'socket':
        return void (socket && this.#sockets[told.listener].push(socket))
      case 'lend':
        return void (socket && this.#serving && this.#lent.push(this.#serving.acceptFrom(told.listener, socket)))
      case 'return':
        for (const lent of this.#lent.splice(0)) void lent.then(giveBack => giveBack())
        return undefined
      case 'begin':
        this.#starting = this.#try(() => this.#begin(told))
        return undefined
      case 'beat':
        return this.#tell({ kind: 'beat' })
      case 'count':
        return void this.#count()
      case 'sum':
        this.#asked.get(told.id)?.(told.sum)
        return void this.#asked.delete(told.id)
      case 'end':
        return void this.end(told.linger, 0)
    }
  }

  /** Lets requests that are under way end, tells what was counted, and ends the process; a start that is under way ends first. */
  async end(linger: number, code: number): Promise<void> {
    try {
      await this.#starting
      await (linger > 0 ? this.#serving?.handOver(linger) : this.#serving?.close())
      await this.#count()
    } finally {
      this.#process.exit(code)
    }
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      await this.#tellLast({ kind: 'failed', sentence: error.message, isConfig: error.name === 'ConfigError' })
      this.#process.exit(1)
    }
  }

  async #load({ number, source }: Told<'load'>): Promise<void> {
    const { config } = await resolveConfig({ ...source, environment: this.#io.environment })
    this.#ready = { config, log: programLog(config, this.#io, { worker: number }) }
    this.#tell({ kind: 'loaded', plan: { workers: config.workers ?? 1, addresses: addressesOf(config) } })
  }

  async #begin({ ports, role }: Told<'begin'>): Promise<void> {
    if (!this.#ready) return
    const { config, log } = this.#ready
    const part = { listeners: this.#listeners(ports), role, printMetrics: () => this.#askSum() }
    this.#serving = await startConfigured(config, { log, environment: this.#io.environment, part })
    const { origin, issuer, port, tlsOrigin } = this.#serving
    this.#tell({ kind: 'serving', serving: { origin, issuer, port, ...(tlsOrigin !== undefined && { tlsOrigin }) } })
  }

  #listeners({ plain, tls }: Told<'begin'>['ports']): GivenListeners {
    return {
      ...(plain !== undefined && { plain: { port: plain, sockets: this.#sockets.plain } }),
      ...(tls !== undefined && { tls: { port: tls, sockets: this.#sockets.tls } }),
    }
  }

  #askSum(): Printed {
    const id = this.#asks++
    return new Promise(resolve => {
      this.#asked.set(id, resolve)
      this.#tell({ kind: 'ask-sum', id })
    })
  }

  async #count(): Promise<void> {
    const counts = await this.#serving?.counts()
    if (counts) await this.#tellLast({ kind: 'counted', counts })
  }

  #tell(message: FromWorker): void {
    void this.#tellLast(message)
  }

  /** Resolves when the message is on its way, or nobody is there to read it. */
  #tellLast(message: FromWorker): Promise<void> {
    return new Promise(resolve => {
      if (!this.#process.connected || !this.#process.send) return resolve()
      this.#process.send(message, undefined, {}, () => resolve())
    })
  }
}

function isSocket(value: unknown): value is SendHandle {
  return typeof value === 'object' && value !== null
}
