import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type Binaries, findBinaries } from './binaries.ts'

/** A PostgreSQL of the tests' own, on a port of loopback and in a temporary folder. */
export type DatabaseServer = {
  readonly port: number
  /** The folder of its data. */
  readonly folder: string
  readonly url: (database?: string) => string
  /** The process that all others of it come from; `undefined` while it does not run. */
  readonly pid: () => number | undefined
  /** Starts it again in the same folder and on the same port; resolves once it answers. */
  readonly start: () => Promise<void>
  /**
   * Ends it, by SIGINT (open connections are cut, the data is in order) or by SIGKILL (a crash: every process of it, in the
   * middle of what it does); resolves once it is gone.
   */
  readonly halt: (signal: 'SIGINT' | 'SIGKILL') => Promise<void>
  /** Stops every process of it where it stands (SIGSTOP): connections stay open and nobody answers. */
  readonly freeze: () => void
  /** Lets it go on after {@link DatabaseServer.freeze}. */
  readonly thaw: () => void
  /** Ends it and removes its folder. */
  readonly remove: () => Promise<void>
}

/** How a server is set up. */
export type DatabaseServerOptions = {
  /** Lines of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>
  /** A folder of data that is there already, such as a copy that becomes a replica. */
  readonly folder?: string
}

const usual = {
  max_connections: '200',
  shared_buffers: '64MB',
  listen_addresses: '127.0.0.1',
  log_min_messages: 'fatal',
}
/** For tests that never pull the plug of the machine: quick, and as durable as the machine. */
export const quickSettings = { fsync: 'off', full_page_writes: 'off' } as const

/** Whether there is a PostgreSQL for this platform; tests say so where there is none. */
export function hasDatabaseServer(): boolean {
  return findBinaries() !== undefined
}

/** Makes a new PostgreSQL and starts it. @throws where the packages have none for this platform */
export async function startDatabaseServer(options: DatabaseServerOptions = {}): Promise<DatabaseServer> {
  const binaries = findBinaries()
  if (!binaries) throw new Error(`there is no PostgreSQL package for ${process.platform}-${process.arch}`)
  const folder = options.folder ?? initialise(binaries)
  const port = await freePort()
  const url = (database = 'postgres') => `postgres://ambit@127.0.0.1:${port}/${database}`
  const settings = { ...usual, unix_socket_directories: '', ...options.settings, port: String(port) }
  let child: ChildProcess | undefined
  const signalAll = (signal: NodeJS.Signals) => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) signalTree(child.pid, signal)
  }
  const halt = async (signal: 'SIGINT' | 'SIGKILL') => {
    if (child?.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      signalAll('SIGCONT')
      if (signal === 'SIGKILL') signalAll(signal)
      else child.kill(signal)
      await exit
    }
    child = undefined
  }
  const start = async () => {
    child = await launch(binaries, { folder, settings, url: url() })
  }
  await start()
  return {
    port,
    folder,
    url,
    pid: () => child?.pid,
    start,
    halt,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    remove: async () => {
      await halt('SIGINT')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** A new folder that the user which PostgreSQL runs as owns. */
export function makeDataFolder(): string {
  const { runAs } = findBinaries() ?? {}
  const folder = mkdtempSync(join(tmpdir(), 'ambit-database-'))
  if (runAs) chownSync(folder, runAs.uid, runAs.gid)
  chmodSync(folder, 0o700)
  return folder
}

function initialise({ initdb, runAs }: Binaries): string {
  const folder = makeDataFolder()
  const words = ['-D', folder, '-U', 'ambit', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  execFileSync(initdb, words, { stdio: 'ignore', cwd: folder, ...runAs })
  return folder
}

type Launch = {
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
  readonly url: string
}

/** After a crash the processes of the one before may need a moment to notice it, and it does not start until then. */
async function launch({ postgres, runAs }: Binaries, { folder, settings, url }: Launch): Promise<ChildProcess> {
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  for (let attempt = 0; attempt < 50; attempt++) {
    const child = spawn(postgres, ['-D', folder, ...words], { stdio: 'ignore', cwd: folder, ...runAs })
    const endWithUs = () => void child.kill('SIGINT')
    process.once('exit', endWithUs)
    child.once('exit', () => process.off('exit', endWithUs))
    if (await answers(child, url)) return child
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`PostgreSQL did not start in ${folder}; it was started with ${words.join(' ')}`)
}

/** Whether the server accepts connections; false once its process has ended. */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return true
    } catch {
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  return false
}

/** The first is signalled before its children are looked for, so that a stopped or killed one starts no others. */
function signalTree(pid: number, signal: NodeJS.Signals): void {
  const children = childrenOf(pid)
  process.kill(pid, signal)
  for (const child of new Set([...children, ...childrenOf(pid)])) {
    try {
      process.kill(child, signal)
    } catch {
      // It ended meanwhile.
    }
  }
}

/** Where the system does not tell (it is not Linux), none: the first alone is signalled. */
function childrenOf(pid: number): readonly number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const lists = tasks.map(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
    return lists.flatMap(list => list.split(' ').filter(Boolean).map(Number))
  } catch {
    return []
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
