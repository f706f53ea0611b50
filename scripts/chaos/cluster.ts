import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DatabaseServer, startDatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { clusterUrl, type Replica, startReplica } from '../../packages/store/src/postgres/testing/replica.ts'
import { configuration } from './installation.ts'
import { type NodeProcess, prepareNode } from './node-process.ts'

/** What an installation for a run consists of. */
export type ClusterShape = {
  readonly store: 'sqlite' | 'postgres'
  readonly nodes: number
  /** Worker processes of each node; left out: each node is one process. */
  readonly workers?: number
  /** A second PostgreSQL that follows the first. */
  readonly replica?: 'synchronous' | 'asynchronous'
}

/** An installation on this machine: nodes in processes of their own, and their database. */
export type Cluster = {
  readonly nodes: readonly NodeProcess[]
  /** Where the configuration is. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly database?: DatabaseServer
  readonly replica?: Replica
  readonly close: () => Promise<void>
}

/** Sets up an installation and starts it. */
export async function openCluster(shape: ClusterShape): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-chaos-'))
  writeFileSync(join(folder, 'ambit.config.json'), JSON.stringify(configuration))
  const opened: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const step of opened.splice(0).toReversed()) await step()
  }
  try {
    const databases = shape.store === 'postgres' ? await openDatabases(shape, opened) : undefined
    const environment: Record<string, string> = databases
      ? { DATABASE_URL: databases.url }
      : { AMBIT_STORE: join(folder, 'ambit.db') }
    const nodes: NodeProcess[] = []
    for (let number = 1; number <= shape.nodes; number++) {
      const node = await prepareNode({ name: `node-${number}`, folder, environment, workers: shape.workers })
      nodes.push(node)
      opened.push(() => node.kill())
      await node.start()
    }
    return { nodes, folder, environment, ...databases, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A replica that has lost its primary looks for it again this often, and does not notice before that it is promoted. */
const ofReplica = { wal_retrieve_retry_interval: '100ms' }

type Databases = Pick<Cluster, 'database' | 'replica'> & { readonly url: string }

async function openDatabases({ replica: kind }: ClusterShape, opened: (() => Promise<unknown>)[]): Promise<Databases> {
  const database = await startDatabaseServer()
  opened.push(() => database.remove())
  if (kind === undefined) return { database, url: database.url() }
  const replica = await startReplica(database, { isSynchronous: kind === 'synchronous', settings: ofReplica })
  opened.push(() => replica.remove())
  return { database, replica, url: clusterUrl([database, replica]) }
}
