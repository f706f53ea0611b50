import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drive, type Round } from './load/drive.ts'
import type { Step } from './load/step.ts'
import { type Pinning, pinnedCommand } from './processors.ts'
import { type RunningServer, startServer } from './server-process.ts'
import type { Work } from './works.ts'

/** How much is measured: rounds of so many seconds, over so many connections. */
export type Effort = { readonly rounds: number; readonly seconds: number; readonly connections: number }

/**
 * A round, and the share of its time in which the server computed: the rest it waited for the disk, for load, or for other
 * programs. `micros` is what one operation took of the processor, which a busy machine falsifies least.
 */
type WatchedRound = Round & { readonly busy: number; readonly micros: number }

/** The median of a server's rounds at a work, and its memory in megabytes after them. */
export type Result = WatchedRound & { readonly work: string; readonly server: string; readonly memory: number }

/** What a measurement needs beside the work. */
export type Setting = {
  readonly effort: Effort
  readonly pinning: Pinning
  /** Which servers take part. */
  readonly takesPart: (server: string) => boolean
  readonly progress: (sentence: string) => void
}

/** Beside the repository's other files and not in a folder for temporary ones, which may be memory and no disk. */
const scratch = fileURLToPath(new URL('../.ambit/', import.meta.url))

type Lane = {
  readonly name: string
  readonly server: RunningServer
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
  try {
    const lanes: Lane[] = []
    for (const contender of work.contenders(folder).filter(({ name }) => setting.takesPart(name))) {
      const { name, command, prepare = work.prepare } = contender
      const server = await startServer(pinnedCommand(setting.pinning, command))
      servers.push(server)
      lanes.push({ name, server, rounds: [], steps: await warmUp({ ...work, prepare }, { name, server }, setting) })
    }
    await takeTurns(work, lanes, setting)
    return lanes.map(lane => resultOf(work, lane))
  } finally {
    await Promise.all(servers.map(server => server.stop()))
    process.off('exit', tidy)
    tidy()
  }
}

async function warmUp(
  work: Work,
  { name, server }: Pick<Lane, 'name' | 'server'>,
  setting: Setting,
): Promise<readonly Step[]> {
  const { effort, progress } = setting
  progress(`${work.title}: ${name}, preparing`)
  const steps = await explain(name, async () => work.prepare(server.origin, effort.connections))
  progress(`${work.title}: ${name}, warming up`)
  await explain(name, () => drive(server.origin, steps, effort.seconds))
  return steps
}

async function takeTurns(work: Work, lanes: readonly Lane[], { effort, progress }: Setting): Promise<void> {
  for (let round = 1; round <= effort.rounds; round++) {
    for (const { name, server, steps, rounds } of lanes) {
      progress(`${work.title}: ${name}, round ${round} of ${effort.rounds}`)
      rounds.push(await explain(name, () => watch(server, () => drive(server.origin, steps, effort.seconds))))
    }
  }
}

async function watch(server: RunningServer, act: () => Promise<Round>): Promise<WatchedRound> {
  const used = server.processorTime()
  const startedAt = performance.now()
  const round = await act()
  const busy = ((server.processorTime() - used) * 1000) / (performance.now() - startedAt)
  return { ...round, busy, micros: (busy * 1e6) / round.perSecond }
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
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), busy: of('busy'), micros: of('micros') }
}

/** The median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}
