import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { listFiles, root } from './source/tree.ts'
import { selectTests, testPatterns } from './test/select.ts'
import { startSharedDatabase } from './test/shared-database.ts'

const help = `npm test -- [what ...] [options]

Runs the tests with node:test. Without arguments: all of them. Where files among them may need it, a PostgreSQL is started
for the run on a free port of loopback and removed afterwards; AMBIT_TEST_DATABASE_URL names another one to use.

what                 a part (unit, journeys, attacks, house, browser), a path, a glob, or a piece of a path
  --only <name>      only tests whose name contains this text, such as "RFC 7636 §4.6"
  --concurrency <n>  files at a time (2)
  --list             print the files and stop
  --help             this text
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    concurrency: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const { files, unmatched } = selectTests(listFiles(testPatterns), positionals)
if (values.help) process.stdout.write(help)
else if (unmatched.length > 0 || files.length === 0) refuseSelection()
else if (values.list) process.stdout.write(`${files.join('\n')}\n`)
else await runTests()

function refuseSelection(): void {
  const wishes = unmatched.map(wish => `\`${wish}\``).join(', ')
  process.stderr.write(`ambit: no test file matches ${wishes || 'anything'}; \`npm test -- --list\` shows them all\n`)
  process.exitCode = 1
}

async function runTests(): Promise<void> {
  const named = values.only === undefined ? '' : `, only tests named like \`${values.only}\``
  process.stdout.write(`ambit: ${files.length} test files, ${values.concurrency} at a time${named}\n`)
  const pattern = values.only === undefined ? [] : [`--test-name-pattern=${escapePattern(values.only)}`]
  const options = ['--test', `--test-concurrency=${values.concurrency}`, '--test-reporter=spec', ...pattern]
  const database = await startSharedDatabase(files, message => process.stdout.write(`ambit: ${message}\n`))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...database?.environment },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
  await database?.remove()
  process.exit(code ?? 1)
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
