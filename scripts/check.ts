import { parseArgs } from 'node:util'
import { type Check, checks } from './check/checks.ts'

const help = `npm run check -- [name ...] [options]

Checks everything about the repository but its behaviour. Without names: all of it.

name      ${checks.map(check => check.name).join(', ')}
  --fix   write what can be written (format, snapshots, generated pages) before judging
  --help  this text
`

interface Verdict {
  readonly check: Check
  readonly problems: readonly string[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fix: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})

const unknown = positionals.filter(name => !checks.some(check => check.name === name))
if (values.help) process.stdout.write(help)
else if (unknown.length > 0) fail(`there is no check called \`${unknown.join('`, `')}\`; \`--help\` lists them`)
else await main()

async function main(): Promise<void> {
  const started = performance.now()
  const chosen = checks.filter(check => positionals.length === 0 || positionals.includes(check.name))
  const verdicts = await runAll(chosen)
  const failed = verdicts.filter(({ problems }) => problems.length > 0)
  for (const { check, problems } of failed) process.stdout.write(`\n--- ${check.name}\n${problems.join('\n')}\n`)
  const time = seconds(started)
  if (failed.length === 0) return void process.stdout.write(`ambit: ${chosen.length} checks passed in ${time}\n`)
  fail(
    `${failed.length} of ${chosen.length} checks failed in ${time}: ${failed.map(({ check }) => check.name).join(', ')}`,
  )
}

/** With `--fix` one after the other, because they write; otherwise all at once. */
async function runAll(chosen: readonly Check[]): Promise<readonly Verdict[]> {
  if (!values.fix) return Promise.all(chosen.map(runOne))
  const verdicts: Verdict[] = []
  for (const check of chosen) verdicts.push(await runOne(check))
  return verdicts
}

async function runOne(check: Check): Promise<Verdict> {
  const started = performance.now()
  const problems = await judge(check)
  const mark = problems.length === 0 ? 'ok  ' : 'FAIL'
  process.stdout.write(`${mark} ${check.name.padEnd(10)} ${seconds(started)}\n`)
  return { check, problems }
}

async function judge(check: Check): Promise<readonly string[]> {
  try {
    return await check.run(values.fix)
  } catch (error) {
    return [String(error)]
  }
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}

function fail(sentence: string): void {
  process.stderr.write(`\nambit: ${sentence}\n`)
  process.exitCode = 1
}
