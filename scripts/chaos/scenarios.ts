import type { ClusterShape } from './cluster.ts'
import {
  failOver,
  failOverBehind,
  killDatabase,
  killNode,
  killWorker,
  pauseDatabase,
  pauseNode,
  type Strike,
} from './strikes.ts'

/** An installation, what is done to it under load, and what must hold. */
export type Scenario = {
  readonly id: string
  readonly title: string
  readonly shape: ClusterShape
  readonly strike: Strike
  /** Within how many milliseconds after everything that is needed is there again every request is served. */
  readonly bound: number
  /** Answered tokens may be lost: it is there to be counted, not to be passed. */
  readonly isLossy?: true
}

/** How long the load waits for an answer, in milliseconds. */
export const patience = 5_000

const postgres: ClusterShape = { store: 'postgres', nodes: 2 }
const sqlite: ClusterShape = { store: 'sqlite', nodes: 2 }

/** Every scenario, in the order in which they are run. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'node',
    title: 'kill -9 of one of two nodes',
    shape: postgres,
    strike: killNode,
    bound: 500,
  },
  {
    id: 'node-sqlite',
    title: 'kill -9 of one of two nodes over one SQLite file',
    shape: sqlite,
    strike: killNode,
    bound: 500,
  },
  {
    id: 'worker',
    title: 'kill -9 of a worker',
    shape: { ...postgres, workers: 2 },
    strike: killWorker,
    bound: 1_000,
  },
  {
    id: 'worker-sqlite',
    title: 'kill -9 of a worker of a node alone on a SQLite file',
    shape: { store: 'sqlite', nodes: 2, workers: 2 },
    strike: killWorker,
    bound: 1_000,
  },
  {
    id: 'database',
    title: 'kill -9 of the database, started again',
    shape: postgres,
    strike: killDatabase,
    bound: 3_000,
  },
  {
    id: 'failover',
    title: 'kill -9 of the primary database, synchronous replica promoted',
    shape: { ...postgres, replica: 'synchronous' },
    strike: failOver,
    bound: 3_000,
  },
  {
    id: 'failover-behind',
    title: 'kill -9 of the primary database, asynchronous replica that was 1 s behind promoted',
    shape: { ...postgres, replica: 'asynchronous' },
    strike: failOverBehind,
    bound: 3_000,
    isLossy: true,
  },
  {
    id: 'pause-node',
    title: 'SIGSTOP of one of two nodes, then SIGCONT',
    shape: postgres,
    strike: pauseNode,
    bound: 1_000,
  },
  {
    id: 'pause-node-sqlite',
    title: 'SIGSTOP of one of two nodes over one SQLite file, then SIGCONT',
    shape: sqlite,
    strike: pauseNode,
    bound: 1_000,
  },
  {
    id: 'pause-database',
    title: 'SIGSTOP of the database, then SIGCONT',
    shape: postgres,
    strike: pauseDatabase,
    bound: 3_000,
  },
]
