import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { postgresStore } from '@ambit/store'
import { findPinning } from '../bench/processors.ts'
import { openProgress } from '../bench/progress.ts'
import { startDatabaseServer } from '../packages/store/src/postgres/testing/database-server.ts'
import type { Engine } from './growth/engine.ts'
import { growthSettings, postgresEngine } from './growth/postgres.ts'
import { growthRows, printGrowth } from './growth/report.ts'
import { runGrowth } from './growth/run.ts'
import { sqliteEngine } from './growth/sqlite.ts'
import { growthWorks } from './growth/work.ts'

/** Of fewer grants the last tenth does not hold as many different ones as the proofs use. */
const leastSize = 10_000

const works = [...growthWorks.map(({ id }) => id), 'sweep']

const help = `usage: npm run growth -- [options]

Makes databases with more and more grants (a consent, a code that was redeemed, a family and a live
refresh token each; a quarter of them in use, with a rotation behind them and a live access token; four
to a user, who is logged in), by SQL that is made from rows which the store itself wrote. Compares rows
of a sample with what the store writes, uses a thousand grants of each size through the server, then
measures the sizes in turns.

  --store <kind>     postgres (default) or sqlite
  --sizes <list>     grants, each at least 10000, with commas between them (10000,1000000,10000000)
  --only <work>      only this work, may be repeated: ${works.join(', ')}
  --folder <path>    where the data is put, and removed afterwards (${tmpdir()})
  --rounds <n>       rounds for each size (10)
  --seconds <s>      seconds for each round (2)
  --connections <n>  connections that are kept busy (32)
  --json             print { work, grants, perSecond, p99, slower, p99Longer } as JSON
  --help             this text
`

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
process.setMaxListeners(64)

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'postgres' },
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    only: { type: 'string', multiple: true, default: [] },
    folder: { type: 'string', default: tmpdir() },
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const sizes = values.sizes.split(',').map(Number)
if (values.help) process.stdout.write(help)
else if (sizes.some(size => !(size >= leastSize))) refuse(`--sizes wants numbers of at least ${leastSize}`)
else await run()

function refuse(sentence: string): void {
  process.stderr.write(`growth: ${sentence}\n`)
  process.exitCode = 2
}

async function run(): Promise<void> {
  const progress = openProgress()
  const print = (text: string) => {
    progress.clear()
    if (!values.json) process.stdout.write(`${text}\n`)
  }
  mkdirSync(values.folder, { recursive: true })
  const { engine, pid, folder } = await openEngine()
  try {
    const report = await runGrowth({
      engine,
      folder,
      sizes,
      only: values.only,
      effort: {
        rounds: Number(values.rounds),
        seconds: Number(values.seconds),
        connections: Number(values.connections),
      },
      pinning: findPinning(),
      pid,
      progress: progress.say,
      print,
    })
    print(printGrowth(report))
    if (values.json) process.stdout.write(`${JSON.stringify(growthRows(report), null, 2)}\n`)
  } finally {
    progress.clear()
    await engine.close()
  }
}

type Opened = { readonly engine: Engine; readonly pid: () => number | undefined; readonly folder: string }

async function openEngine(): Promise<Opened> {
  if (values.store === 'sqlite') {
    const folder = mkdtempSync(join(values.folder, 'ambit-growth-'))
    const remove = () => rmSync(folder, { recursive: true, force: true })
    process.once('exit', remove)
    return { engine: sqliteEngine(folder), pid: () => undefined, folder }
  }
  // a database server puts its data where temporary files go
  process.env['TMPDIR'] = values.folder
  const server = await startDatabaseServer({ settings: growthSettings })
  process.once('exit', () => rmSync(server.folder, { recursive: true, force: true }))
  return { engine: postgresEngine(server, url => postgresStore({ url })), pid: server.pid, folder: values.folder }
}
