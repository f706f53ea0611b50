import { chownSync, copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { findBinaries } from './binaries.ts'
import { type DatabaseServer, makeDataFolder, startDatabaseServer } from './database-server.ts'

/**
 * A streaming replica of a primary: it answers reads, and can take the primary's place.
 *
 * ```ts
 * const primary = await startDatabaseServer()
 * const replica = await startReplica(primary)
 * const url = clusterUrl([primary, replica], 'ambit')
 * await primary.halt('SIGKILL') // the old one first, so that there are never two
 * await replica.promote()
 * await replica.remove()
 * await primary.remove()
 * ```
 */
export type Replica = DatabaseServer & {
  /** Makes it a primary that waits for no replica; resolves once it accepts writes. */
  readonly promote: () => Promise<void>
  /** Keeps what comes from the primary, but does not show it, so that reads are stale. */
  readonly pauseReplay: () => Promise<void>
  readonly resumeReplay: () => Promise<void>
}

/** How a replica follows. */
export type ReplicaOptions = {
  /**
   * Whether the primary answers a commit only once the replica has it on its disk, so that nothing answered is lost with the
   * primary; it then waits for as long as the replica is away. By default true.
   */
  readonly isSynchronous?: boolean
  /** Lines of `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Copies a running primary, and starts the copy as its streaming replica. */
export async function startReplica(primary: DatabaseServer, options: ReplicaOptions = {}): Promise<Replica> {
  const name = `replica_${process.pid}_${Date.now()}`
  const folder = makeDataFolder()
  await copyPrimary(primary, folder, name)
  const replica = await startDatabaseServer({
    folder,
    settings: {
      ...options.settings,
      primary_conninfo: `host=127.0.0.1 port=${primary.port} user=ambit application_name=${name}`,
      primary_slot_name: name,
      synchronous_standby_names: '',
    },
  })
  if (options.isSynchronous ?? true) await waitForReplica(primary, name)
  return {
    ...replica,
    promote: () => run(replica, 'SELECT pg_promote(true, 30)'),
    pauseReplay: () => pauseReplay(replica),
    resumeReplay: () => run(replica, 'SELECT pg_wal_replay_resume()'),
    remove: async () => {
      await replica.remove()
      if (primary.pid() !== undefined) await forgetReplica(primary, name)
    },
  }
}

/** The URL of several servers as one: whoever connects takes the first that may be written. */
export function clusterUrl(servers: readonly Pick<DatabaseServer, 'port'>[], database = 'postgres'): string {
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',')
  return `postgres://ambit@${hosts}/${database}?target_session_attrs=read-write`
}

/** What the primary writes while its files are copied, the replica fetches afterwards: the slot keeps it. */
async function copyPrimary(primary: DatabaseServer, folder: string, slot: string): Promise<void> {
  await withClient(primary, async client => {
    await client.query('SELECT pg_create_physical_replication_slot($1, true)', [slot])
    await client.query(`SELECT pg_backup_start('replica', true)`)
    copyFolder(primary.folder, folder)
    const { rows } = await client.query<{ readonly labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)')
    writeOwned(join(folder, 'backup_label'), rows[0]?.labelfile ?? '')
    writeOwned(join(folder, 'standby.signal'), '')
  })
}

const notCopied = new Set(['postmaster.pid', 'postmaster.opts', 'pg_replslot', 'pg_stat_tmp'])

/** Files may change and vanish meanwhile: the log makes them right. */
function copyFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const target = join(to, entry.name)
    if (notCopied.has(entry.name)) {
      if (entry.isDirectory()) makeOwned(target)
    } else if (entry.isDirectory()) {
      makeOwned(target)
      copyFolder(join(from, entry.name), target)
    } else copyFile(join(from, entry.name), target)
  }
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to)
    own(to)
  } catch (error) {
    if (statSync(from, { throwIfNoEntry: false })) throw error
  }
}

function makeOwned(folder: string): void {
  mkdirSync(folder, { mode: 0o700 })
  own(folder)
}

function writeOwned(path: string, content: string): void {
  writeFileSync(path, content)
  own(path)
}

function own(path: string): void {
  const { runAs } = findBinaries() ?? {}
  if (runAs) chownSync(path, runAs.uid, runAs.gid)
}

async function waitForReplica(primary: DatabaseServer, name: string): Promise<void> {
  await withClient(primary, async client => {
    await client.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`)
    await client.query('SELECT pg_reload_conf()')
    const isSynchronous = `SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync'`
    while ((await client.query(isSynchronous, [name])).rows.length === 0)
      await new Promise(resolve => setTimeout(resolve, 10))
  })
}

async function forgetReplica(primary: DatabaseServer, name: string): Promise<void> {
  await withClient(primary, async client => {
    await client.query('ALTER SYSTEM RESET synchronous_standby_names')
    await client.query('SELECT pg_reload_conf()')
    await client.query(
      'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active',
      [name],
    )
  })
}

/** It pauses at the next record that it would show, or when it has nothing to do. */
async function pauseReplay(replica: DatabaseServer): Promise<void> {
  await withClient(replica, async client => {
    await client.query('SELECT pg_wal_replay_pause()')
    const isPaused = `SELECT 1 WHERE pg_get_wal_replay_pause_state() = 'paused'`
    while ((await client.query(isPaused)).rows.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  })
}

async function run(server: DatabaseServer, sql: string): Promise<void> {
  await withClient(server, client => client.query(sql))
}

async function withClient<T>(server: DatabaseServer, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server.url() })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
