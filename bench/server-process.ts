import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { processorSeconds, residentMegabytes } from './process-tree.ts'

/** A server under test, running in a process of its own. */
export type RunningServer = {
  readonly origin: string
  readonly pid: number
  /** The memory that the process and those it started hold (resident set), in megabytes. */
  readonly memory: () => number
  /** The processor time that the process and those it started have used, in seconds; NaN where the system does not tell. */
  readonly processorTime: () => number
  readonly stop: () => Promise<void>
}

/** Starts a server that prints its origin as first line; throws with what it said where it ends before that. */
export async function startServer(command: readonly string[]): Promise<RunningServer> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-4000)
  })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)])
  if (!first || child.pid === undefined) throw new Error(`${command.join(' ')} ended before it was up: ${said}`)
  const { pid } = child
  const kill = () => child.kill('SIGKILL')
  process.prependOnceListener('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return {
    origin: String(first[0]),
    pid,
    memory: () => residentMegabytes(pid),
    processorTime: () => processorSeconds(pid),
    stop: () => stop(child, ended),
  }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  await ended
}
