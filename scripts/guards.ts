import { matchesGlob } from 'node:path'
import { parseArgs } from 'node:util'
import { copyRepository } from './guards/copy.ts'
import { findGuards, type Guard } from './guards/find.ts'
import { type Graph, importGraph, testBatches } from './guards/order.ts'
import { firstRed, type Trial, tryGuard } from './guards/try.ts'
import { readPackages } from './source/packages.ts'
import { isTestPath, readFiles } from './source/tree.ts'

const help = `npm run guards -- [options]

Deletes each refusal, one at a time and in a copy of the repository, and demands that a test turns red: first the
tests that import the file, then the others of its package that reach it, then the journeys and attacks.

  --only <what>   only guards whose \`path:line\` contains this or matches this glob
  --shard <i/n>   the i-th of n equal parts
  --wide          also guards that return undefined, null or false
  --list          print the guards and stop
  --json          print the result as JSON
  --help          this text

Exit code: 0 when every deletion turned a test red, 1 when a guard survived, 2 when the tests are red beforehand or an option is wrong.
`

const options = {
  only: { type: 'string' },
  shard: { type: 'string', default: '1/1' },
  wide: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function readOptions() {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    process.stderr.write(`ambit: ${error instanceof Error ? error.message : String(error)}\n`)
    return process.exit(2)
  }
}

const values = readOptions()

const tested = ['packages/*/src/**/*.ts', 'test/journeys/**/*.ts', 'test/attacks/**/*.ts', 'test/*.ts'] as const

if (values.help) process.stdout.write(help)
else process.exitCode = await main()

async function main(): Promise<number> {
  const files = readFiles(tested)
  const code = files.filter(({ path }) => path.startsWith('packages/') && !isTestPath(path))
  const guards = inShard(findGuards(code, { wide: values.wide }).filter(isWanted))
  if (values.list) {
    for (const guard of guards) process.stdout.write(`${guard.path}:${guard.line}: ${guard.text.slice(0, 120)}\n`)
    return 0
  }
  return tryAll(guards, importGraph(files, entryFinder()))
}

async function tryAll(guards: readonly Guard[], graph: Graph): Promise<number> {
  const { folder, remove } = copyRepository()
  process.once('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  const plans = guards.map(guard => ({ guard, batches: testBatches(guard.path, graph) }))
  const red = await redBeforehand(folder, [...new Set(plans.flatMap(({ batches }) => batches.flat()))])
  if (red !== undefined) {
    process.stderr.write(`ambit: \`${red}\` is red before anything is deleted\n`)
    return 2
  }
  const trials: Trial[] = []
  for (const { guard, batches } of plans) {
    trials.push(await tryGuard(folder, guard, batches))
    showProgress(trials, guards.length)
  }
  return report(trials)
}

/** Runs the tests in the company in which they will run later: each package's alone, the journeys and attacks together. */
async function redBeforehand(folder: string, files: readonly string[]): Promise<string | undefined> {
  const homes = Object.groupBy(files, path => (path.startsWith('packages/') ? path.split('/', 2).join('/') : 'test'))
  for (const home of Object.values(homes)) {
    const red = await firstRed(folder, home ?? [])
    if (red !== undefined) return red
  }
  return undefined
}

function showProgress(trials: readonly Trial[], total: number): void {
  const last = trials.at(-1)
  if (!last) return
  const { guard, isRed, by, milliseconds } = last
  const verdict = isRed ? `red by \`${by}\`` : 'SURVIVED'
  const time = `${(milliseconds / 1000).toFixed(1)} s`
  process.stderr.write(`[${trials.length}/${total}] ${guard.path}:${guard.line} ${time} ${verdict}\n`)
}

function report(trials: readonly Trial[]): number {
  const survivors = trials.filter(trial => !trial.isRed)
  if (values.json) {
    const rows = trials.map(({ guard, ...trial }) => ({
      path: guard.path,
      line: guard.line,
      text: guard.text,
      ...trial,
    }))
    process.stdout.write(`${JSON.stringify({ guards: rows, survivors: survivors.length }, undefined, 2)}\n`)
  } else {
    for (const { guard } of survivors)
      process.stdout.write(`${guard.path}:${guard.line}: no test misses \`${guard.text}\`\n`)
    process.stdout.write(`ambit: ${trials.length} guards deleted, ${survivors.length} survived\n`)
  }
  return survivors.length === 0 ? 0 : 1
}

function isWanted({ path, line }: Guard): boolean {
  const place = `${path}:${line}`
  return values.only === undefined || place.includes(values.only) || matchesGlob(path, values.only)
}

function inShard(guards: readonly Guard[]): readonly Guard[] {
  const [part = 1, parts = 1] = values.shard.split('/').map(Number)
  if (!Number.isInteger(part) || !Number.isInteger(parts) || part < 1 || part > parts)
    throw new RangeError(`--shard is \`${values.shard}\`; wanted i/n with 1 <= i <= n`)
  return guards.filter((_, index) => index % parts === part - 1)
}

function entryFinder(): (specifier: string) => string | undefined {
  const entries = readPackages().flatMap(({ name, folder, entries: files }) =>
    files.map(([subpath, path]) => [name + subpath.slice(1), `${folder}/${path.replace(/^\.\//, '')}`] as const),
  )
  const known = new Map(entries)
  return specifier => known.get(specifier)
}
