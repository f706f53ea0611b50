import { type Options, readOptions, usage } from './chaos/options.ts'
import { printReport } from './chaos/report.ts'
import { type Effort, type Report, runScenario } from './chaos/run-scenario.ts'
import { isOnlyOnDemand, type Scenario, scenarios } from './chaos/scenarios.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
// each process that is started has a listener for the end of this one
process.setMaxListeners(64)

const options = readOptions(process.argv.slice(2))
if (options.kind === 'run') process.exitCode = await run(options)
else if (options.kind === 'help') process.stdout.write(usage)
else {
  process.stderr.write(`chaos: ${options.reason}\n`)
  process.exitCode = 2
}

async function run({ isJson, only, effort }: Options): Promise<number> {
  const chosen = scenarios.filter(each => (only.length === 0 ? !isOnlyOnDemand(each) : only.includes(each.id)))
  const reports: Report[] = []
  let failures = 0
  for (const scenario of chosen) {
    const report = await runOne(scenario, effort)
    if (report) reports.push(report)
    if (report?.isPassed !== true) failures++
    if (report && !isJson) process.stdout.write(`\n${printReport(report)}\n`)
  }
  if (isJson) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
  return failures === 0 ? 0 : 1
}

/** One that cannot be run, such as where a node does not start, does not keep the others from being run. */
async function runOne(scenario: Scenario, effort: Effort): Promise<Report | undefined> {
  try {
    return await runScenario(scenario, effort, say)
  } catch (error) {
    say(`${scenario.id}: FAILED, it could not be run: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
