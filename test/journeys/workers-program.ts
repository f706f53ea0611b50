import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))

/** Where responses go; nobody listens there. */
export const redirectUri = 'http://127.0.0.1:65000/callback'
/** The secret of each client that has one. */
export const secret = 'a-secret-of-a-machine'
/** The password of the user `ada`. */
export const password = 'correct horse battery staple'

/** A configuration of workers on one SQLite file; whatever is used twice is a replay at once. */
export const workersConfig = {
  port: 0,
  store: 'ambit.db',
  workers: 2,
  log: { level: 'info', format: 'json' },
  ttl: { refreshGrace: 0 },
  resources: [{ resource: 'https://api.example', tokenFormat: 'opaque' }],
  catalogue: { scopes: { read_pets: { default: true } } },
  clients: [
    { clientId: 'machine', secret, scope: ['read_pets'], introspects: ['https://api.example'] },
    { clientId: 'app', redirectUris: [redirectUri], scope: ['openid', 'offline_access', 'read_pets'] },
  ],
  users: [{ username: 'ada', password }],
}

/** A line of the log. */
type Line = {
  readonly message: string
  readonly level: string
  readonly worker?: number
  readonly pid?: number
  readonly tls?: string
  readonly metrics?: string
}

/** The program in processes of its own. */
export type Program = {
  readonly child: ChildProcess
  readonly folder: string
  readonly lines: readonly Line[]
  /** The next line, from the given place on, that says so. */
  readonly until: (words: string | RegExp, from?: number) => Promise<Line>
  readonly saveConfig: (config: object | string) => void
  /** What was written to standard error. */
  readonly complaints: () => string
  /** The exit code and the signal. */
  readonly ended: Promise<readonly unknown[]>
}

/** A program that serves. */
export type ServingProgram = Program & {
  readonly origin: string
  /** The process of each worker, as the log told it last. */
  readonly pids: () => ReadonlyMap<number, number>
}

/** Starts `ambit serve` in a folder of its own. */
export function spawnProgram(
  t: TestContext,
  config: object,
  environment: Readonly<Record<string, string>> = {},
): Program {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-workers-'))
  const saveConfig = (given: object | string) =>
    writeFileSync(join(folder, 'ambit.config.json'), typeof given === 'string' ? given : JSON.stringify(given))
  saveConfig(config)
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const { lines, until } = readLines(child, () => errors.join(''))
  return { child, folder, lines, until, saveConfig, complaints: () => errors.join(''), ended }
}

/** Starts the program and waits until all its workers serve. */
export async function startProgram(
  t: TestContext,
  config: object = workersConfig,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServingProgram> {
  const program = spawnProgram(t, config, environment)
  const { message } = await program.until('listening on ')
  const pids = () =>
    new Map(
      program.lines.flatMap(({ message: words, worker, pid }) =>
        words.endsWith(' serves') && worker !== undefined && pid !== undefined ? [[worker, pid] as const] : [],
      ),
    )
  return { ...program, origin: message.slice('listening on '.length), pids }
}

function readLines(child: ReturnType<typeof spawn>, complaints: () => string): Pick<Program, 'lines' | 'until'> {
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  let isOver = false
  const wake = () => {
    for (const each of waiting) each()
  }
  if (!child.stdout) throw new TypeError('standard output is no pipe')
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => {
    lines.push(JSON.parse(line) as Line)
    wake()
  })
  reader.on('close', () => {
    isOver = true
    wake()
  })
  const until = (words: string | RegExp, from = 0) =>
    new Promise<Line>((resolve, reject) => {
      const look = () => {
        const found = lines.slice(from).find(({ message }) => message.match(words))
        if (!found && !isOver) return
        waiting.delete(look)
        if (found) resolve(found)
        else reject(new Error(`the program ended and never said ${words}\n${complaints()}`))
      }
      waiting.add(look)
      look()
    })
  return { lines, until }
}

/** Resolves once it holds; looks again whenever something else has been done. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate)
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
