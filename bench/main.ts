import { cpus } from 'node:os'
import { benchDatabase, hasDatabase, stopDatabase } from './database.ts'
import { measure } from './measure.ts'
import { matches, type Options, readOptions, usage } from './options.ts'
import { run as comparePolicies } from './policy/policy.ts'
import { processorGroups } from './processor-share.ts'
import { findPinning, type Pinning, pinTree } from './processors.ts'
import { openProgress } from './progress.ts'
import { compare, matchRows, matchTable, type ReportRow, table } from './report.ts'
import { run as compareScope } from './scope.ts'
import { works } from './works.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

// each server under test has a listener for the end of this process
process.setMaxListeners(64)

const comparisons = { scope: compareScope, policy: comparePolicies }

const options = readOptions(process.argv.slice(2))
if (options.kind === 'run') await run(options)
else if (options.kind === 'help') process.stdout.write(usage)
else refuse(options.reason)

async function run({ isJson, only, servers, effort, share }: Options): Promise<void> {
  const pinning = findPinning()
  if (pinning) pinTree(process.pid, [pinning.load])
  const progress = openProgress()
  const print = (text: string) => {
    progress.clear()
    if (!isJson) process.stdout.write(`${text}\n`)
  }
  const isAsked = (id: string) => only.length === 0 || only.includes(id)
  const takesPart = (server: string) => servers.length === 0 || servers.some(part => server.includes(part))
  const database = hasDatabase ? { database: () => benchDatabase(pinning) } : {}
  const rows: ReportRow[] = []
  print(`${describeMachine(pinning)}\n`)
  try {
    const limit = share === undefined ? {} : { limit: { groups: processorGroups(), share } }
    for (const work of works.filter(({ id }) => isAsked(id))) {
      const results = await measure(work, { effort, pinning, takesPart, progress: progress.say, ...database, ...limit })
      rows.push(...compare(results))
      print(table(results))
    }
    for (const id of servers.length === 0 ? matches.filter(isAsked) : []) {
      progress.say(id)
      const compared = matchRows(id, await comparisons[id]())
      rows.push(...compared)
      print(matchTable(compared))
    }
  } catch (error) {
    progress.clear()
    return refuse(error instanceof Error ? error.message : String(error))
  } finally {
    await stopDatabase()
  }
  if (isJson) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
}

function describeMachine(pinning: Pinning): string {
  const place = pinning
    ? `servers on processor ${pinning.server}, load and PostgreSQL on processor ${pinning.load}, or all on both where that is said`
    : 'nothing pinned to a processor, because there is no taskset or only one processor: figures will waver'
  return `Node ${process.versions.node}, ${cpus().length} processors (${cpus()[0]?.model ?? 'unknown model'}); ${place}`
}

function refuse(sentence: string): void {
  process.stderr.write(`bench: ${sentence}\n`)
  process.exitCode = 1
}
