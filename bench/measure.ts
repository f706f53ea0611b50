import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender, Place } from './contenders.ts'
import type { BenchDatabase } from './database.ts'
import { drive, type Round } from './load/drive.ts'
import type { Step } from './load/step.ts'
import { processorSeconds } from './process-tree.ts'
import { type Limit, shareOut } from './processor-share.ts'
import { type Pinning, pinnedCommand, pinTree } from './processors.ts'
import { type RunningServer, startServer } from './server-process.ts'
import type { Work } from './works.ts'

/** How much is measured: rounds of so many seconds, over so many connections. */
export type Effort = { readonly rounds: number; readonly seconds: number; readonly connections: number }

/**
 * A round, and the share of its time in which the server computed: the rest it waited for the disk, for load, or for other
 * programs. `micros` is what one operation took of the processor, which a busy machine falsifies least, and `databaseMicros`
 * what it took of it in the database, NaN where there is none.
 */
type WatchedRound = Round & { readonly busy: number; readonly micros: number; readonly databaseMicros: number }

/** The median of a server's rounds at a work, and its memory in megabytes after them. */
export type Result = WatchedRound & { readonly work: string; readonly server: string; readonly memory: number }

/** What a measurement needs beside the work. */
export type Setting = {
  readonly effort: Effort
  readonly pinning: Pinning
  /** Which servers take part. */
  readonly takesPart: (server: string) => boolean
  readonly progress: (sentence: string) => void
  /** The run's PostgreSQL, for those who store there; absent where there is none for this machine. */
  readonly database?: () => Promise<BenchDatabase>
  /** The part of a processor that each process of a server may use, where all processors are shared; absent for no limit. */
  readonly limit?: Limit
}

/** Beside the repository's other files and not in a folder for temporary ones, which may be memory and no disk. */
const scratch = fileURLToPath(new URL('../.ambit/', import.meta.url))

type Lane = {
  readonly name: string
  readonly server: RunningServer
  /** The processor time that its database has used, in seconds. */
  readonly databaseTime: () => number
  readonly steps: readonly Step[]
  readonly rounds: WatchedRound[]
}

/** Measures all servers at a work: each is warmed up, then they take turns, round by round. */
export async function measure(work: Work, setting: Setting): Promise<readonly Result[]> {
  mkdirSync(scratch, { recursive: true })
  const folder = mkdtempSync(join(scratch, 'bench-'))
  const tidy = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', tidy)
  const servers: RunningServer[] = []
  const limits: (() => void)[] = []
  if (work.isShared && setting.pinning) pinTree(process.pid, [setting.pinning.server, setting.pinning.load])
  try {
    const lanes: Lane[] = []
    const contenders = work.contenders.filter(({ name, hasDatabase }) => {
      return setting.takesPart(name) && (!hasDatabase || setting.database !== undefined)
    })
    for (const [index, contender] of contenders.entries()) {
      const place = makePlace(join(folder, String(index)), setting)
      const server = await startServer(await commandOf(contender, place, { work, setting }))
      servers.push(server)
      if (work.isShared && setting.limit) limits.push(shareOut(setting.limit, server.pid))
      lanes.push(await warmUp(work, { contender, server }, setting))
    }
    await takeTurns(work, lanes, setting)
    return lanes.map(lane => resultOf(work, lane))
  } finally {
    await Promise.all(servers.map(server => server.stop()))
    for (const lift of limits) lift()
    if (setting.pinning) pinTree(process.pid, [setting.pinning.load])
    process.off('exit', tidy)
    tidy()
  }
}

function makePlace(folder: string, { database }: Setting): Place {
  mkdirSync(folder)
  return {
    folder,
    createDatabase: async () => {
      if (!database) throw new Error('there is no PostgreSQL for this machine')
      return (await database()).create()
    },
  }
}

type Occasion = { readonly work: Work; readonly setting: Setting }

async function commandOf(contender: Contender, place: Place, { work, setting }: Occasion): Promise<readonly string[]> {
  const command = await contender.command(place)
  return work.isShared ? command : pinnedCommand(setting.pinning, command)
}

type Started = { readonly contender: Contender; readonly server: RunningServer }

async function warmUp(work: Work, { contender, server }: Started, setting: Setting): Promise<Lane> {
  const { effort, progress, database } = setting
  const { name, hasDatabase, prepare = work.prepare } = contender
  progress(`${work.title}: ${name}, preparing`)
  const steps = await explain(name, async () => prepare(server.origin, effort.connections))
  progress(`${work.title}: ${name}, warming up`)
  await explain(name, () => drive(server.origin, steps, effort.seconds))
  const pid = hasDatabase ? (await database?.())?.pid() : undefined
  const databaseTime = () => (pid === undefined ? Number.NaN : processorSeconds(pid))
  return { name, server, databaseTime, steps, rounds: [] }
}

async function takeTurns(work: Work, lanes: readonly Lane[], { effort, progress }: Setting): Promise<void> {
  for (let round = 1; round <= effort.rounds; round++) {
    for (const lane of lanes) {
      progress(`${work.title}: ${lane.name}, round ${round} of ${effort.rounds}`)
      const act = () => drive(lane.server.origin, lane.steps, effort.seconds)
      lane.rounds.push(await explain(lane.name, () => watch(lane, act)))
    }
  }
}

async function watch({ server, databaseTime }: Lane, act: () => Promise<Round>): Promise<WatchedRound> {
  const [used, usedByDatabase] = [server.processorTime(), databaseTime()]
  const startedAt = performance.now()
  const round = await act()
  const elapsed = (performance.now() - startedAt) / 1000
  const busy = (server.processorTime() - used) / elapsed
  const databaseBusy = (databaseTime() - usedByDatabase) / elapsed
  const each = 1e6 / round.perSecond
  return { ...round, busy, micros: busy * each, databaseMicros: databaseBusy * each }
}

/** Says which server it was that failed. */
async function explain<Value>(server: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    throw new Error(`${server}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function resultOf(work: Work, { name, server, rounds }: Lane): Result {
  return { work: work.title, server: name, memory: server.memory(), ...medians(rounds) }
}

function medians(rounds: readonly WatchedRound[]): WatchedRound {
  const of = (name: keyof WatchedRound) => median(rounds.map(round => round[name]))
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    busy: of('busy'),
    micros: of('micros'),
    databaseMicros: of('databaseMicros'),
  }
}

/** The median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}
