import type { ClusterShape } from './cluster.ts'
import {
  failOver,
  failOverBehind,
  killDatabase,
  killNode,
  killWorker,
  nothing,
  pauseDatabase,
  pauseNode,
  type Strike,
} from './strikes.ts'
import { upgrade } from './upgrade.ts'

/** An installation, what is done to it under load, and what must hold. */
export type Scenario = {
  readonly id: string
  readonly title: string
  readonly shape: ClusterShape
  readonly strike: Strike
  /** Within how many milliseconds after everything that is needed is there again every request is served. */
  readonly bound: number
  /** Memory is watched under a load that stays the same. */
  readonly isSteady?: true
  /** Answered tokens may be lost: it is there to be counted, not to be passed. */
  readonly isLossy?: true
}

const postgres: ClusterShape = { store: 'postgres', nodes: 2 }
const sqlite: ClusterShape = { store: 'sqlite', nodes: 2 }

/** Every scenario, in the order in which they are run. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'node',
    title: 'kill -9 of one of two nodes',
    shape: postgres,
    strike: killNode,
    bound: 1_000,
  },
  {
    id: 'node-sqlite',
    title: 'kill -9 of one of two nodes over one SQLite file',
    shape: sqlite,
    strike: killNode,
    bound: 1_000,
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
    title: 'kill -9 of a worker, nodes over one SQLite file',
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
    bound: 2_000,
  },
  {
    id: 'pause-node-sqlite',
    title: 'SIGSTOP of one of two nodes over one SQLite file, then SIGCONT',
    shape: sqlite,
    strike: pauseNode,
    bound: 2_000,
  },
  {
    id: 'pause-database',
    title: 'SIGSTOP of the database, then SIGCONT',
    shape: postgres,
    strike: pauseDatabase,
    bound: 3_000,
  },
  {
    id: 'upgrade',
    title: 'two nodes exchanged for the next program, schema and all, one after the other',
    shape: postgres,
    strike: upgrade,
    bound: 0,
  },
  {
    id: 'steady',
    title: 'memory of a node under a steady load',
    shape: { ...postgres, nodes: 1 },
    strike: nothing,
    bound: 0,
    isSteady: true,
  },
  {
    id: 'steady-sqlite',
    title: 'memory of a node on a SQLite file under a steady load',
    shape: { ...sqlite, nodes: 1 },
    strike: nothing,
    bound: 0,
    isSteady: true,
  },
]

/** Whether a scenario is run only where it is named: it measures, and does not judge, or wants many minutes. */
export function isOnlyOnDemand({ isLossy, isSteady }: Scenario): boolean {
  return isLossy === true || isSteady === true
}
