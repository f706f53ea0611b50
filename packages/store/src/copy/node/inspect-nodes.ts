import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { EpochSeconds } from '@ambit/protocol'
import type { NodeRecord } from '@ambit/server'
import { explainSqliteError } from '../../sqlite/node/sqlite-error.ts'
import { patientMillis, withDatabase } from './postgres-source.ts'
import type { StoreAddress } from './store-address.ts'

/** The processes that serve from a store. */
export type InspectedNodes = {
  /** Oldest first. */
  readonly nodes: readonly NodeRecord[]
  /** What the store's clock said, and between which times of this clock; absent where the store has none of its own. */
  readonly reading?: { readonly sentAt: number; readonly receivedAt: number; readonly storeMillis: number }
}

/**
 * Lists the processes that have said they serve and live by the store's clock; nothing is written.
 * @param clock of this machine: `now` in seconds counts where the store has no clock of its own
 * @errors a sentence for the operator where the store cannot be read
 */
export async function inspectNodes(
  address: StoreAddress,
  clock: { readonly now: () => number; readonly millis: () => number },
): Promise<InspectedNodes> {
  if (address.kind === 'sqlite') return { nodes: readFile(address.path).filter(node => node.expiresAt > clock.now()) }
  return withDatabase(address.options, db =>
    db.hold(patientMillis, async query => {
      const sentAt = clock.millis()
      const [told] = await query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS millis')
      const receivedAt = clock.millis()
      const storeMillis = Number(told?.['millis'])
      const rows = await query('SELECT node_id, expires_at, data FROM node WHERE expires_at > $1', [
        Math.floor(storeMillis / 1000),
      ])
      return { nodes: rows.map(parseNode).toSorted(byStart), reading: { sentAt, receivedAt, storeMillis } }
    }),
  )
}

function readFile(path: string): readonly NodeRecord[] {
  if (!existsSync(path)) throw new Error(`there is no store \`${path}\``)
  const connection = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    const rows = connection.prepare('SELECT node_id, started_at, expires_at, data FROM node').all()
    return rows.map(parseNode).toSorted(byStart)
  } catch (error) {
    throw explainSqliteError(error, path)
  } finally {
    connection.close()
  }
}

type NodeRow = {
  readonly node_id: string
  readonly expires_at: EpochSeconds
  /** SQLite has it in a column, PostgreSQL in the data. */
  readonly started_at?: EpochSeconds
  readonly data: string
}

function parseNode(row: unknown): NodeRecord {
  const { node_id: nodeId, expires_at: expiresAt, started_at, data } = row as NodeRow
  const members = JSON.parse(data) as Omit<NodeRecord, 'nodeId' | 'expiresAt'>
  return { ...members, ...(started_at !== undefined && { startedAt: started_at }), nodeId, expiresAt }
}

function byStart(a: NodeRecord, b: NodeRecord): number {
  return a.startedAt - b.startedAt || (a.nodeId < b.nodeId ? -1 : 1)
}
