import { parseArgs } from 'node:util'
import { findPinning } from '../bench/processors.ts'
import { openProgress } from '../bench/progress.ts'
import { type Agreement, compareWithMeasured, tolerance } from './simulate/agreement.ts'
import { measureCosts } from './simulate/measure.ts'
import { isQuiet, type Recorded, readRecorded, writeRecorded } from './simulate/recorded.ts'
import { demandOf, simulateLogins } from './simulate/scale.ts'

const help = `usage: npm run simulate -- [options]

Simulates servers and their PostgreSQL event by event, with costs that were measured: compares the
small end with the measurement that the repository keeps, then shows what more logins would need.

  --measure          measure again first, and keep that; wants a machine that does nothing else (2 minutes)
  --seconds <s>      seconds for each point that is measured (2)
  --tries <n>        how often a point is measured while other programs are busy (3)
  --json             print the comparison and the projection as JSON
  --help             this text
`

/** Logins in a second. */
const rates = [10, 1_000, 100_000] as const

process.setMaxListeners(64)
const { values } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    tries: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(help)
else await run()

async function run(): Promise<void> {
  if (values.measure) await measure()
  const recorded = readRecorded()
  const agreements = compareWithMeasured(recorded)
  const demands = rates.map(rate => ({ ...demandOf(recorded, rate), simulated: simulateLogins(recorded, rate) }))
  if (values.json) process.stdout.write(`${JSON.stringify({ agreements, demands }, null, 2)}\n`)
  else process.stdout.write(`${printAgreements(recorded, agreements)}\n${printDemands(demands)}`)
}

async function measure(): Promise<void> {
  const progress = openProgress()
  const effort = { seconds: Number(values.seconds), tries: Number(values.tries), progress: progress.say }
  writeRecorded(await measureCosts(findPinning(), effort))
  progress.clear()
}

function printAgreements({ measuredAt, syncMicros }: Recorded, agreements: readonly Agreement[]): string {
  const title = `measured on ${measuredAt}, a page kept in ${syncMicros} µs; tolerance ${tolerance * 100} %`
  const head = cells(['work', 'workers', 'connections', 'measured /s', 'model /s', 'p50 ms', 'model ms', 'ratio'])
  const lines = agreements.map(({ measured, perSecond, p50, ratio, isFitted }) =>
    cells([
      measured.work,
      measured.workers,
      measured.connections,
      measured.perSecond,
      Math.round(perSecond),
      measured.p50.toFixed(2),
      p50.toFixed(2),
      `${ratio.toFixed(2)}${noteOf(measured, isFitted)}`,
    ]),
  )
  return [title, head, ...lines, ''].join('\n')
}

/** Where the model was told the processor time of this very point, and where the point says nothing about waiting. */
function noteOf(measured: Agreement['measured'], isFitted: boolean): string {
  return `${isFitted ? ' fitted' : ''}${isQuiet(measured) ? '' : ' disturbed'}`
}

type Projected = ReturnType<typeof demandOf> & { readonly simulated: ReturnType<typeof simulateLogins> }

function printDemands(demands: readonly Projected[]): string {
  const row = (name: string, value: (demand: Projected) => string) => cells([name, ...demands.map(value)])
  const rows = [
    row('logins per second', ({ logins }) => logins.toLocaleString('en')),
    row('processors for passwords', ({ hashProcessors }) => print(hashProcessors)),
    row('workers', ({ workers }) => print(workers)),
    row('processors of databases', ({ databaseProcessors }) => print(databaseProcessors)),
    row('connections', ({ connections }) => print(connections)),
    row('log, MB/s', ({ logBytes }) => print(logBytes / 1e6)),
    row('live data, GB', ({ liveBytes }) => print(liveBytes / 1e9)),
    row('code flow p50 / p99, ms', ({ simulated }) => `${simulated.p50.toFixed(1)} / ${simulated.p99.toFixed(1)}`),
    row('first limit', ({ firstLimit }) => firstLimit),
  ]
  return `${rows.join('\n')}\n`
}

function print(figure: number): string {
  return Number(figure.toPrecision(2)).toLocaleString('en')
}

function cells([name = '', ...rest]: readonly (string | number)[]): string {
  return (String(name).padEnd(26) + rest.map(cell => String(cell).padStart(14)).join(' ')).trimEnd()
}
