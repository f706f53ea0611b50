import type { Balancer } from './balancer.ts'
import type { Cluster } from './cluster.ts'
import type { Expected } from './journal.ts'
import { pauseFor } from './load/pause.ts'

/** What a strike does something to, and how it says what it did. */
export type Struck = {
  readonly cluster: Cluster
  readonly balancer: Balancer
  /** How long what is stopped stays stopped, in milliseconds. */
  readonly hold: number
  /** Says that something is not as it must be. */
  readonly blame: (sentence: string) => void
  /** Says what may go wrong from now on, beside what may already. */
  readonly expect: (expected: Partial<Expected>) => void
  /** Says that from now on everything that is needed is there. */
  readonly recovered: () => void
}

/** Does something to an installation under load. */
export type Strike = (struck: Struck) => Promise<void>

/** The node to which things are done. */
const victim = 'node-2'

/** Nothing is done, so nothing may go wrong. */
export const nothing: Strike = async ({ recovered }) => recovered()

/** `kill -9` of a node; the other one serves, and the node is started again later. */
export const killNode: Strike = async ({ cluster, hold, expect, recovered }) => {
  expect({ silentNodes: [victim] })
  await victimOf(cluster).kill()
  recovered()
  await pauseFor(hold)
  await victimOf(cluster).start()
}

/** `kill -9` of a worker; the node replaces it. */
export const killWorker: Strike = async ({ cluster, hold, expect, recovered }) => {
  const [worker] = victimOf(cluster).workers()
  if (worker === undefined) throw new Error(`${victim} has no workers`)
  expect({ silentNodes: [victim] })
  process.kill(worker, 'SIGKILL')
  recovered()
  await pauseFor(hold)
}

/** `kill -9` of the database, which is started again. */
export const killDatabase: Strike = async ({ cluster, hold, expect, recovered }) => {
  expect({ mayRefuse: true })
  await cluster.database?.halt('SIGKILL')
  await pauseFor(hold)
  await cluster.database?.start()
  recovered()
}

/** The primary is killed first, so that there are never two; then its replica takes its place. */
export const failOver: Strike = async ({ cluster, expect, recovered }) => {
  expect({ mayRefuse: true })
  await cluster.database?.halt('SIGKILL')
  await cluster.replica?.promote()
  recovered()
}

/** The same where the replica was away for the last second, and nobody had to wait for it. */
export const failOverBehind: Strike = async ({ cluster, expect, recovered }) => {
  await cluster.replica?.halt('SIGKILL')
  await pauseFor(1_000)
  expect({ mayRefuse: true })
  await cluster.database?.halt('SIGKILL')
  await cluster.replica?.start()
  await cluster.replica?.promote()
  recovered()
}

/** A node stands still, with whatever it was about to do, and goes on. */
export const pauseNode: Strike = async ({ cluster, hold, expect, recovered }) => {
  // one that stops while it writes to a file keeps the file's lock, and the others wait for it
  expect({ silentNodes: [victim], mayRefuse: cluster.database === undefined })
  victimOf(cluster).freeze()
  await pauseFor(hold)
  expect({ mayRefuse: true })
  victimOf(cluster).thaw()
  recovered()
}

/** The database stands still, and goes on. */
export const pauseDatabase: Strike = async ({ cluster, hold, expect, recovered }) => {
  expect({ mayRefuse: true })
  cluster.database?.freeze()
  await pauseFor(hold)
  cluster.database?.thaw()
  recovered()
}

function victimOf({ nodes }: Cluster): Cluster['nodes'][number] {
  const node = nodes.find(({ name }) => name === victim)
  if (!node) throw new Error(`there is no ${victim}`)
  return node
}
