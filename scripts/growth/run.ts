import { statfsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startServer } from 'ambit'
import type { BenchDatabase } from '../../bench/database.ts'
import { type Effort, measure, type Result } from '../../bench/measure.ts'
import { type Pinning, pinnedCommand, pinTree } from '../../bench/processors.ts'
import { startServer as startProcess } from '../../bench/server-process.ts'
import { configure } from './clients.ts'
import type { Engine, RelationSize } from './engine.ts'
import { populate, proveRows } from './populate.ts'
import { firstOfProof, type Population } from './population.ts'
import { proveServed } from './prove-served.ts'
import { randomFrom } from './random.ts'
import { measureSweep } from './sweep-rate.ts'
import { growthWorks } from './work.ts'

/** What a run needs. */
export type GrowthRun = {
  readonly engine: Engine
  readonly folder: string
  readonly sizes: readonly number[]
  readonly only: readonly string[]
  readonly effort: Effort
  readonly pinning: Pinning
  /** The process of the database, where it has one. */
  readonly pid: () => number | undefined
  readonly progress: (sentence: string) => void
  readonly print: (text: string) => void
}

/** A population, and where it is. */
type Grown = { readonly name: string; readonly place: string; readonly population: Population }

/** What a run found out; `results` are those of a work, in the order of the sizes. */
export type GrowthReport = {
  readonly loads: readonly {
    readonly grants: number
    readonly seconds: number
    readonly relations: readonly RelationSize[]
  }[]
  readonly works: readonly { readonly id: string; readonly title: string; readonly results: readonly Result[] }[]
  /** Rows in a second, in the order of the sizes. */
  readonly sweep: readonly number[]
}

/** As much of the disk as a grant takes while its indexes are made, in bytes. */
const bytesPerGrant = 4_000
/** So many grants are compared with what the store writes, and so many used through the server. */
const [comparedGrants, servedGrants] = [200, 1000]

/** Makes populations of several sizes, proves them, and measures all works on all of them in turns. */
export async function runGrowth(run: GrowthRun): Promise<GrowthReport> {
  requireSpace(run)
  const grown: Grown[] = []
  const loads: GrowthReport['loads'][number][] = []
  for (const grants of run.sizes) {
    const { seconds, ...each } = await grow(run, grants)
    grown.push(each)
    loads.push({ grants, seconds, relations: await run.engine.sizes(each.place) })
  }
  run.progress('reading what is in use')
  for (const { place } of grown.toReversed()) await run.engine.warm(place)
  const works = await measureWorks(run, grown)
  return { loads, works, sweep: await sweepAll(run, grown) }
}

function requireSpace({ folder, sizes }: GrowthRun): void {
  const { bavail, bsize } = statfsSync(folder)
  const wanted = sizes.reduce((sum, grants) => sum + grants, 0) * bytesPerGrant
  if (bavail * bsize < wanted)
    throw new Error(`${folder} has ${gigabytes(bavail * bsize)} GB free, and some ${gigabytes(wanted)} GB are needed`)
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}

async function grow(run: GrowthRun, grants: number): Promise<Grown & { readonly seconds: number }> {
  const { engine, progress, print } = run
  const name = `${grants.toLocaleString('en')} grants`
  const place = await engine.create(`grown${grants}`)
  await (await startServer(configure(place))).close()
  const population = { grants, at: Date.now() }
  const startedAt = performance.now()
  await populate(engine, place, { population, progress: sentence => progress(`${name}: ${sentence}`) })
  const seconds = (performance.now() - startedAt) / 1000
  const grown = { name, place, population }
  const rows = await proveRows(engine, place, { population, grants: sample(population, comparedGrants) })
  const answers = await proveByServer(run, grown)
  print(
    `${name}: made in ${seconds.toFixed(0)} s; ${rows} rows are as the store writes them, ${answers} answers of the server as they must be`,
  )
  return { ...grown, seconds }
}

/** Uses grants through a server of its own. */
async function proveByServer({ pinning }: GrowthRun, { place, population }: Grown): Promise<number> {
  const server = await startProcess(pinnedCommand(pinning, serverCommand(place)))
  try {
    return await proveServed(server.origin, { population, grants: sample(population, servedGrants) })
  } finally {
    await server.stop()
  }
}

/** Different grants of those that are kept for proofs, evenly spread, each in a place of its own that looks random. */
function sample(population: Population, count: number): readonly number[] {
  const random = randomFrom(population.grants)
  const first = firstOfProof(population)
  const span = Math.floor((population.grants - first) / count)
  return Array.from({ length: count }, (_, index) => first + index * span + Math.floor(random() * span))
}

function serverCommand(place: string): readonly string[] {
  const program = fileURLToPath(new URL('server.ts', import.meta.url))
  return [process.execPath, '--disable-warning=ExperimentalWarning', program, place]
}

async function measureWorks(run: GrowthRun, grown: readonly Grown[]): Promise<GrowthReport['works']> {
  const { only, effort, pinning, progress } = run
  if (pinning) pinTree(process.pid, [pinning.load])
  const database: BenchDatabase = {
    create: () => run.engine.create('unused'),
    pid: run.pid,
    stop: () => Promise.resolve(),
  }
  const hasDatabase = run.pid() !== undefined
  const measured: GrowthReport['works'][number][] = []
  for (const { id, title, prepare, most = Number.POSITIVE_INFINITY } of growthWorks.filter(
    each => only.length === 0 || only.includes(each.id),
  )) {
    const contenders = grown.map(({ name, place, population }) => ({
      name,
      command: () => serverCommand(place),
      prepare: prepare(population),
      hasDatabase,
    }))
    const [first] = contenders
    if (!first) continue
    const work = { id, title, prepare: first.prepare, contenders }
    const takesPart = () => true
    // each is warmed up for as long as a round
    const limited = { ...effort, seconds: Math.min(effort.seconds, most / (effort.rounds + 1)) }
    measured.push({
      id,
      title,
      results: await measure(work, { effort: limited, pinning, takesPart, progress, database: async () => database }),
    })
  }
  return measured
}

async function sweepAll({ engine, only, progress }: GrowthRun, grown: readonly Grown[]): Promise<readonly number[]> {
  if (only.length > 0 && !only.includes('sweep')) return []
  progress('sweep')
  const stores = await Promise.all(
    grown.map(async ({ place, population }) => ({ store: await engine.openStore(place), population })),
  )
  try {
    return await measureSweep(stores)
  } finally {
    await Promise.all(stores.map(({ store }) => store.close()))
  }
}
