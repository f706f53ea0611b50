import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { commands } from './command-table.ts'
import { testCli } from './testing/run.ts'
import { version } from './version.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

test('the help names every command, the exit codes and the variables', async t => {
  const { code, out } = await testCli(t).run('--help')
  assert.equal(code, 0)
  for (const group of ['serve', 'init', 'client', 'user', 'scope', 'key', 'token', 'why'])
    assert.match(out, new RegExp(`^  ${group}\\b`, 'm'))
  assert.match(out, /2 wrong usage or configuration/)
  assert.match(out, /AMBIT_ISSUER/)
})

for (const { name, example, summary } of commands)
  test(`the help of \`${name}\` has its summary and an example`, async t => {
    const { code, out } = await testCli(t).run(`${name} --help`)
    assert.equal(code, 0)
    assert.ok(out.includes(example), out)
    assert.ok(out.replaceAll(/\s+/g, ' ').includes(summary), out)
  })

test('the version is that of the package', async t => {
  const { code, out } = await testCli(t).run('--version')
  assert.equal(code, 0)
  assert.equal(out, `${version()}\n`)
  assert.match(out, /^\d+\.\d+\.\d+\n$/)
})

test('an unknown command or option is wrong usage, and a near miss is told', async t => {
  const cli = testCli(t)
  const command = await cli.run('serv')
  assert.equal(command.code, 2)
  assert.match(command.err, /ambit: unknown command `serv`[\s\S]*serve/)
  const option = await cli.run('client list --jsn')
  assert.equal(option.code, 2)
  assert.match(option.err, /--json/)
  const excess = await cli.run('client show app other')
  assert.equal(excess.code, 2)
  assert.match(excess.err, /too many arguments/)
  const argument = await cli.run('client show')
  assert.equal(argument.code, 2)
  assert.match(argument.err, /client-id/)
})

test('an option that takes one value is not overwritten by a second one', async t => {
  const { code, err } = await testCli(t).run('client add shop --public --scope openid --scope read_pets')
  assert.equal(code, 2)
  assert.match(err, /--scope <scope>[\s\S]* only once/)
})

test('a group without a command shows its help and is wrong usage', async t => {
  const { code, err, out } = await testCli(t).run('client')
  assert.equal(code, 2)
  assert.match(err + out, /client add|add \[options\]/)
})

test('a folder without a configuration is told how to get one', async t => {
  const { code, err } = await testCli(t, 'none').run('client list')
  assert.equal(code, 2)
  assert.match(err, /`ambit init` writes one/)
})

test('as a program of its own it answers with the exit code', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--version'])
  assert.equal(stdout, `${version()}\n`)
  await assert.rejects(run(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'nothing']), { code: 2 })
})

test('on an older Node it says in a sentence which one it needs', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.11.1' } })`
  const options = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    `data:text/javascript,${encodeURIComponent(older)}`,
  ]
  await assert.rejects(promisify(execFile)(process.execPath, [...options, main, '--version']), {
    code: 1,
    stdout: '',
    stderr: 'ambit: this is Node 24.11.1; Node 24.12 or newer is needed\n',
  })
})
