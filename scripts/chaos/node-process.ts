import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { descendantsOf, signalTree } from './process-tree.ts'

const program = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))
const betweenLooks = 20
const longestStart = 60_000

/** A node: the program, in a process of its own. */
export type NodeProcess = {
  readonly name: string
  readonly port: number
  /** Starts it, and resolves once it is ready to serve; `options` are Node's own. @throws what it said where it ends before that */
  readonly start: (options?: readonly string[]) => Promise<void>
  /** Ends it as `kill -9` does, with all that it has started. */
  readonly kill: () => Promise<void>
  /** Ends it in order; resolves with its exit code. */
  readonly stop: () => Promise<number | null>
  readonly freeze: () => void
  readonly thaw: () => void
  /** The numbers of its worker processes. */
  readonly workers: () => readonly number[]
  /** What it holds in memory (resident set, workers included), in megabytes. */
  readonly memory: () => number
  /** What it said as an error. */
  readonly errors: () => readonly string[]
}

/** How a node is started. */
export type NodeOptions = {
  readonly name: string
  /** The folder that holds the configuration. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly workers?: number | undefined
}

/** Prepares a node on a free port. */
export async function prepareNode(options: NodeOptions): Promise<NodeProcess> {
  const { name } = options
  const port = await freePort()
  const errors: string[] = []
  let child: ChildProcess | undefined
  const pid = () => child?.pid ?? 0
  const end = async (how: () => void): Promise<number | null> => {
    const running = child
    if (!running || running.exitCode !== null || running.signalCode !== null) return null
    const exit = once(running, 'exit')
    how()
    await exit
    child = undefined
    return running.exitCode
  }
  return {
    name,
    port,
    start: async (words = []) => {
      child = launch(options, { port, errors, words })
      await untilReady(child, port, errors)
    },
    kill: async () => void (await end(() => signalTree(pid(), 'SIGKILL'))),
    stop: () => end(() => child?.kill('SIGTERM')),
    freeze: () => signalTree(pid(), 'SIGSTOP'),
    thaw: () => signalTree(pid(), 'SIGCONT'),
    workers: () => descendantsOf(pid()),
    memory: () => [pid(), ...descendantsOf(pid())].reduce((sum, each) => sum + residentMegabytes(each), 0),
    errors: () => errors,
  }
}

type Launch = { readonly port: number; readonly errors: string[]; readonly words: readonly string[] }

function launch({ folder, environment, workers }: NodeOptions, { port, errors, words }: Launch): ChildProcess {
  const many = workers === undefined ? [] : ['--workers', String(workers)]
  const command = [...words, program, 'serve', ...many, '--port', String(port)]
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...command], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (said: string) => {
      for (const line of said.split('\n')) if (/"level":"error"|^(?!\{).*\S/.test(line)) errors.push(line)
    })
  return child
}

async function untilReady(child: ChildProcess, port: number, errors: readonly string[]): Promise<void> {
  const latest = performance.now() + longestStart
  while (performance.now() < latest && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.status === 200) return
    await new Promise(resolve => setTimeout(resolve, betweenLooks))
  }
  throw new Error(`a node did not become ready: ${errors.slice(-5).join('; ') || 'it said nothing'}`)
}

function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes ?? 0) / 1024
  } catch {
    return 0
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
