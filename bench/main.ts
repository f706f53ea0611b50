import { cpus } from 'node:os'
import { measure } from './measure.ts'
import { type Options, readOptions, usage } from './options.ts'
import { findPinning, type Pinning, pinLoad } from './processors.ts'
import { openProgress } from './progress.ts'
import { compare, type ReportRow, table } from './report.ts'
import { works } from './works.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

const options = readOptions(process.argv.slice(2))
if (options.kind === 'run') await run(options)
else if (options.kind === 'help') process.stdout.write(usage)
else refuse(options.reason)

async function run({ isJson, only, servers, effort }: Options): Promise<void> {
  const pinning = findPinning()
  pinLoad(pinning)
  const progress = openProgress()
  const print = (text: string) => {
    progress.clear()
    if (!isJson) process.stdout.write(text)
  }
  print(`${describeMachine(pinning)}\n\n`)
  const rows: ReportRow[] = []
  const takesPart = (server: string) => servers.length === 0 || servers.some(part => server.includes(part))
  try {
    for (const work of works.filter(({ id }) => only.length === 0 || only.includes(id))) {
      const results = await measure(work, { effort, pinning, takesPart, progress: progress.say })
      rows.push(...compare(results))
      print(`${table(results)}\n`)
    }
  } catch (error) {
    progress.clear()
    return refuse(error instanceof Error ? error.message : String(error))
  }
  if (isJson) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
}

function describeMachine(pinning: Pinning): string {
  const place = pinning
    ? `servers on processor ${pinning.server}, load on processor ${pinning.load}`
    : 'nothing pinned to a processor, because there is no taskset or only one processor: figures will waver'
  return `Node ${process.versions.node}, ${cpus().length} processors (${cpus()[0]?.model ?? 'unknown model'}); ${place}`
}

function refuse(sentence: string): void {
  process.stderr.write(`bench: ${sentence}\n`)
  process.exitCode = 1
}
