import type { NodeRecord } from '@ambit/server'
import type { Nodes } from '../../store-parts.ts'
import type { Database } from './database.ts'

/** The processes that serve, and what one of them does for all. They share this machine's clock, so the store has none to tell. */
export function nodeTable(db: Database): Nodes {
  const announce = db.prepare(
    `INSERT INTO node (node_id, started_at, expires_at, data) VALUES (?, ?, ?, ?) ON CONFLICT (node_id) DO UPDATE SET
     started_at = excluded.started_at, expires_at = excluded.expires_at, data = excluded.data`,
  )
  const list = db.prepare(
    `SELECT node_id, started_at, expires_at, data FROM node INDEXED BY node_end WHERE expires_at > ?
     ORDER BY started_at, node_id`,
  )
  const forget = db.prepare('DELETE FROM node WHERE node_id = ?')
  const take = db.prepare(
    `INSERT INTO lease (name, holder, expires_at) VALUES (?1, ?2, ?4) ON CONFLICT (name) DO UPDATE SET
     holder = ?2, expires_at = ?4 WHERE holder = ?2 OR expires_at <= ?3`,
  )
  return {
    announceNode: (node, at) =>
      db.write(() => {
        const { nodeId, startedAt, expiresAt, ...data } = node
        announce.run(nodeId, startedAt, expiresAt, JSON.stringify(data))
        return { nodes: list.all(at).map(parseNode) }
      }),
    forgetNode: nodeId => db.write(() => void forget.run(nodeId)),
    takeLease: (name, holder, at, until) => db.write(() => take.run(name, holder, at, until).changes === 1),
  }
}

type NodeRow = {
  readonly node_id: string
  readonly started_at: NodeRecord['startedAt']
  readonly expires_at: NodeRecord['expiresAt']
  readonly data: string
}

function parseNode(row: unknown): NodeRecord {
  const { node_id: nodeId, started_at: startedAt, expires_at: expiresAt, data } = row as NodeRow
  return {
    ...(JSON.parse(data) as Omit<NodeRecord, 'nodeId' | 'startedAt' | 'expiresAt'>),
    nodeId,
    startedAt,
    expiresAt,
  }
}
