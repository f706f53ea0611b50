import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { type BenchDatabase, benchDatabase, stopDatabase } from '../../bench/database.ts'
import { prepareAuthorizationCode } from '../../bench/load/authorization-code.ts'
import { prepareClientCredentials } from '../../bench/load/client-credentials.ts'
import { drive } from '../../bench/load/drive.ts'
import { prepareIntrospection } from '../../bench/load/introspection.ts'
import { prepareRefresh } from '../../bench/load/refresh.ts'
import { discover } from '../../bench/load/request.ts'
import type { Prepare, Step } from '../../bench/load/step.ts'
import { median } from '../../bench/measure.ts'
import { processorSeconds } from '../../bench/process-tree.ts'
import { type Pinning, pinnedCommand, pinTree } from '../../bench/processors.ts'
import { type RunningServer, startServer } from '../../bench/server-process.ts'
import { machineSeconds, untilQuiet } from './quiet.ts'
import { isQuiet, type Measured, type Recorded, type WorkId } from './recorded.ts'

const prepares: Readonly<Record<WorkId, Prepare>> = {
  jwt: prepareClientCredentials('jwt'),
  opaque: prepareClientCredentials('opaque'),
  introspection: prepareIntrospection,
  code: prepareAuthorizationCode,
  refresh: prepareRefresh,
}

/** As many connections as the load keeps busy: the model is fitted to the first and the last, and foretells the others. */
const connectionCounts = [1, 4, 12, 32] as const

/** Measures what each work costs on PostgreSQL, with one process and, processors shared, with two workers. */
export async function measureCosts(
  pinning: Pinning,
  {
    seconds,
    tries,
    progress,
  }: { readonly seconds: number; readonly tries: number; readonly progress: (sentence: string) => void },
): Promise<Recorded> {
  const measured: Measured[] = []
  try {
    const database = await benchDatabase(pinning)
    for (const work of Object.keys(prepares).filter(isWorkId)) {
      for (const workers of [1, 2] as const) {
        progress(`${work}, workers: ${workers}`)
        measured.push(...(await measureWork({ work, workers, seconds, tries, pinning, database })))
      }
    }
  } finally {
    await stopDatabase()
  }
  return { measuredAt: new Date().toISOString().slice(0, 10), syncMicros: measureSync(), measured }
}

function isWorkId(text: string): text is WorkId {
  return text in prepares
}

type Occasion = {
  readonly work: WorkId
  readonly workers: 1 | 2
  readonly seconds: number
  readonly tries: number
  readonly pinning: Pinning
  readonly database: BenchDatabase
}

async function measureWork({
  work,
  workers,
  seconds,
  tries,
  pinning,
  database,
}: Occasion): Promise<readonly Measured[]> {
  if (pinning) pinTree(process.pid, workers === 1 ? [pinning.load] : [pinning.server, pinning.load])
  const url = await database.create()
  const folder = mkdtempSync(join(tmpdir(), 'ambit-simulate-'))
  const words = workers === 1 ? ['ours/main.ts', url] : ['ours/workers/main.ts', url, String(workers), folder]
  const [program = '', ...rest] = words
  const path = fileURLToPath(new URL(`../../bench/${program}`, import.meta.url))
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', path, ...rest]
  const server = await startServer(workers === 1 ? pinnedCommand(pinning, command) : command)
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const steps = await prepares[work](await discover(server.origin), Math.max(...connectionCounts))
    await drive(server.origin, steps, seconds)
    const counts = workers === 1 ? connectionCounts : connectionCounts.slice(-1)
    const measured: Measured[] = []
    for (const connections of counts) {
      const watched = await watch({ server, client, database, steps: steps.slice(0, connections), seconds, tries })
      measured.push({ work, workers, connections, ...watched })
    }
    return measured
  } finally {
    await client.end()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Watched = {
  readonly server: RunningServer
  readonly client: Client
  readonly database: BenchDatabase
  readonly steps: readonly Step[]
  readonly seconds: number
  /** How often a point is measured at most, where other programs were busy meanwhile. */
  readonly tries: number
}

/** Measures a point, again where other programs were busy meanwhile; the try that they disturbed least counts. */
async function watch(watched: Watched): Promise<Point> {
  let best: Point | undefined
  for (let attempt = 0; attempt < watched.tries; attempt++) {
    await untilQuiet(3_000)
    const point = await watchOnce(watched)
    if (best === undefined || point.others < best.others) best = point
    if (isQuiet(best)) return best
  }
  if (!best) throw new Error('nothing was tried')
  return best
}

type Point = Omit<Measured, 'work' | 'workers' | 'connections'>

/** Drives the steps, and answers what each operation took. */
async function watchOnce({ server, client, database, steps, seconds }: Watched): Promise<Point> {
  const used = () => [server.processorTime(), processorSeconds(database.pid() ?? 0), process.cpuUsage()] as const
  const before = await readCounts(client)
  const [serverBefore, databaseBefore, loadBefore] = used()
  const [machineBefore, startedAt] = [machineSeconds(), performance.now()]
  const round = await drive(server.origin, steps, seconds)
  const [serverAfter, databaseAfter] = used()
  const load = process.cpuUsage(loadBefore)
  const own = serverAfter - serverBefore + databaseAfter - databaseBefore + (load.user + load.system) / 1e6
  const elapsed = (performance.now() - startedAt) / 1000
  const others = Math.max(0, (machineSeconds() - machineBefore - own) / elapsed / cpus().length)
  const after = await readCounts(client)
  const operations = round.perSecond * seconds
  const each = (difference: number) => Number((difference / operations).toPrecision(4))
  return {
    perSecond: Math.round(round.perSecond),
    p50: round.p50,
    p99: round.p99,
    serverMicros: each((serverAfter - serverBefore) * 1e6),
    databaseMicros: each((databaseAfter - databaseBefore) * 1e6),
    loadMicros: each(load.user + load.system),
    statements: each(after.transactions - before.transactions),
    logBytes: each(after.logBytes - before.logBytes),
    syncs: each(after.syncs - before.syncs),
    others: Number(others.toFixed(3)),
  }
}

/** A connection of the database tells what it has counted when it ends, and otherwise up to ten seconds later; so all of them are ended. */
async function readCounts(client: Client) {
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  await new Promise(resolve => setTimeout(resolve, 300))
  const { rows } = await client.query<{
    readonly transactions: number
    readonly log: number
    readonly syncs: number
  }>(
    `SELECT d.xact_commit::float8 AS transactions, w.wal_bytes::float8 AS log, w.wal_sync::float8 AS syncs
     FROM pg_stat_database AS d, pg_stat_wal AS w WHERE d.datname = current_database()`,
  )
  const [row] = rows
  return { transactions: row?.transactions ?? 0, logBytes: row?.log ?? 0, syncs: row?.syncs ?? 0 }
}

/** How long the disk takes for a page of the log, in microseconds. */
function measureSync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-sync-'))
  const file = openSync(join(folder, 'log'), 'w')
  const page = Buffer.alloc(8192, 1)
  const spans: number[] = []
  for (let index = 0; index < 300; index++) {
    const startedAt = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    spans.push((performance.now() - startedAt) * 1000)
  }
  closeSync(file)
  rmSync(folder, { recursive: true })
  return Math.round(median(spans))
}
