import { Client } from 'pg'
import { hasDatabaseServer, startDatabaseServer } from '../packages/store/src/postgres/testing/database-server.ts'
import { type Pinning, pinTree } from './processors.ts'

/** One PostgreSQL for all servers of a run, each with a database of its own. It waits for the disk at each commit. */
export type BenchDatabase = {
  /** Makes an empty database and gives its URL. */
  readonly create: () => Promise<string>
  readonly pid: () => number | undefined
  readonly stop: () => Promise<void>
}

/** Whether there is a PostgreSQL for this machine. */
export const hasDatabase = hasDatabaseServer()

/** Large enough that no round waits for a checkpoint that another one caused. */
const settings = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' }

let running: Promise<BenchDatabase> | undefined

/** The run's PostgreSQL, which is started when it is first asked for, beside the load. */
export function benchDatabase(pinning: Pinning): Promise<BenchDatabase> {
  running ??= open(pinning)
  return running
}

/** Stops it, if it was started. */
export async function stopDatabase(): Promise<void> {
  await (await running)?.stop()
  running = undefined
}

async function open(pinning: Pinning): Promise<BenchDatabase> {
  const server = await startDatabaseServer({ settings })
  const pid = server.pid()
  // processes that PostgreSQL starts for connections stay where it is
  if (pinning && pid !== undefined) pinTree(pid, [pinning.load])
  let made = 0
  return {
    pid: server.pid,
    stop: server.remove,
    create: async () => {
      const name = `bench${++made}`
      await execute(server.url(), `CREATE DATABASE ${name}`)
      return server.url(name)
    },
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}
