// @ts-check
// Starts a TypeScript program of this repository on a fresh clone: packages first, then a Node that
// runs TypeScript as it is. Plain JavaScript, because the machine's own Node may be as old as 20.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = [24, 12]
const [program, ...args] = process.argv.slice(2)

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`ambit: ${sentence}\n`)
  process.exit(1)
}

/** @param {string} version @param {readonly number[]} least */
function isAtLeast(version, least) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > (least[0] ?? 0) || (major === least[0] && minor >= (least[1] ?? 0))
}

/** Runs `npm ci` in a folder unless the lockfile there is the one that was installed last. @param {string} folder @param {string} what */
function install(folder, what) {
  const lock = join(folder, 'package-lock.json')
  const stamp = join(folder, 'node_modules', '.ambit-lock')
  const digest = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  process.stderr.write(`ambit: installing ${what} from the npm registry (once) ...\n`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (done.error) fail(`npm could not be started (${done.error.message}); install npm 10 or newer and try again`)
  if (done.status !== 0)
    fail(
      `npm could not install ${what}; its message is above. Check that the npm registry can be reached, then run the same command again`,
    )
  writeFileSync(stamp, digest)
}

/** The path of a Node that is new enough: this one, or one from the registry. */
function findNode() {
  if (isAtLeast(process.versions.node, wanted)) return process.execPath
  const runtime = join(root, 'runtime')
  install(runtime, `Node 24 (this is ${process.versions.node}, ${wanted.join('.')} or newer is needed)`)
  const modules = join(runtime, 'node_modules')
  for (const name of readdirSync(modules)) {
    const binary = join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(binary)) return binary
  }
  return fail(
    `the npm registry has no Node ${wanted[0]} package for ${process.platform}-${process.arch}; install Node ${wanted.join('.')} or newer from nodejs.org and try again`,
  )
}

if (!isAtLeast(process.versions.node, [20, 0]))
  fail(`this is Node ${process.versions.node}; Node 20 or newer is needed`)
if (!program) fail('usage: node scripts/launch.mjs <program.ts> [arguments]')

install(root, 'the packages')
const node = findNode()
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, program), ...args], {
  stdio: 'inherit',
  env: {
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
    // argon2id takes 19 MiB for each password; without this, glibc keeps that for every thread that ever hashed one
    MALLOC_MMAP_THRESHOLD_: '1048576',
    ...process.env,
  },
})
// a terminal sends Ctrl+C to the child too; passed on, it would arrive as the second one, which waits for nothing
const isAtTerminal = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY)
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => (signal === 'SIGINT' && isAtTerminal) || child.kill(signal))
child.on('error', error => fail(`${node} could not be started: ${error.message}`))
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)))
