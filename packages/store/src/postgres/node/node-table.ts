import type { EpochSeconds } from '@ambit/protocol'
import type { Announced, NodeRecord } from '@ambit/server'
import type { Nodes } from '../../store-parts.ts'
import type { Database } from './database.ts'
import type { Row, Statement } from './statement.ts'

type Announcement = { readonly node: NodeRecord; readonly at: EpochSeconds }
type Lease = {
  readonly name: string
  readonly holder: string
  readonly at: EpochSeconds
  readonly until: EpochSeconds
}
type NodeRow = {
  readonly node_id: string | null
  readonly expires_at: EpochSeconds
  readonly data: string
  readonly millis: number
}

/** The processes that serve, and what one of them does for all. */
export function nodeTable(db: Database): Nodes {
  const announce = db.write(announcing)
  const take = db.write(taking)
  return {
    announceNode: (node, at) => announce({ node, at }),
    forgetNode: db.write(forgetting),
    takeLease: (name, holder, at, until) => take({ name, holder, at, until }),
  }
}

/** What a statement writes it does not read, so the node itself is put among those that are read. */
const announcing: Statement<Announcement, Announced> = {
  name: 'announce_node',
  input: { node_id: 'text', expires_at: 'bigint', data: 'text', at: 'bigint' },
  sql: input => `WITH input AS (${input}), announced AS (
      INSERT INTO node (node_id, expires_at, data) SELECT node_id, expires_at, data FROM input
      ON CONFLICT (node_id) DO UPDATE SET expires_at = excluded.expires_at, data = excluded.data RETURNING node_id
    )
    SELECT i.n, o.node_id, o.expires_at, o.data, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS millis
    FROM input AS i LEFT JOIN node AS o ON o.expires_at > i.at AND o.node_id <> i.node_id`,
  values: ({ node: { nodeId, expiresAt, ...rest }, at }) => [nodeId, expiresAt, JSON.stringify(rest), at],
  keys: () => ['nodes'],
  parse: (rows, { node, at }) => ({
    nodes: [...(node.expiresAt > at ? [node] : []), ...rows.flatMap(parseNode)].sort(byStart),
    storeMillis: Number(rows[0]?.['millis']),
  }),
}

const forgetting: Statement<string, void> = {
  name: 'forget_node',
  input: { node_id: 'text' },
  sql: input => `WITH input AS (${input}), forgotten AS (
      DELETE FROM node WHERE node_id IN (SELECT node_id FROM input) RETURNING node_id
    )
    SELECT 0 AS n WHERE false`,
  values: nodeId => [nodeId],
  keys: () => ['nodes'],
  parse: () => undefined,
}

/** Of those who try at once the second waits for the first, and then finds it held. */
const taking: Statement<Lease, boolean> = {
  name: 'take_lease',
  input: { name: 'text', holder: 'text', taken_at: 'bigint', until: 'bigint' },
  sql: input => `WITH input AS (${input}), taken AS (
      INSERT INTO lease (name, holder, taken_at, until) SELECT name, holder, taken_at, until FROM input
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, taken_at = excluded.taken_at, until = excluded.until
      WHERE lease.holder = excluded.holder OR lease.until <= excluded.taken_at RETURNING name
    )
    SELECT i.n FROM input AS i JOIN taken AS t ON t.name = i.name`,
  values: ({ name, holder, at, until }) => [name, holder, at, until],
  keys: ({ name }) => [`lease ${name}`],
  parse: rows => rows.length === 1,
}

function parseNode(row: Row): readonly NodeRecord[] {
  const { node_id: nodeId, expires_at: expiresAt, data } = row as NodeRow
  if (nodeId === null) return []
  return [{ ...(JSON.parse(data) as Omit<NodeRecord, 'nodeId' | 'expiresAt'>), nodeId, expiresAt }]
}

function byStart(a: NodeRecord, b: NodeRecord): number {
  return a.startedAt - b.startedAt || (a.nodeId < b.nodeId ? -1 : 1)
}
