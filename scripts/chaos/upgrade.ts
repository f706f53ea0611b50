import { openDatabase } from '../../packages/store/src/postgres/node/open-database.ts'
import { pauseFor } from './load/pause.ts'
import { type NodeProcess, prepareNode } from './node-process.ts'
import type { Strike, Struck } from './strikes.ts'

/** How long old and new nodes serve side by side, in milliseconds. */
const sideBySide = 1_000

/**
 * Exchanges nodes, one after the other, for the next program, which adds to the schema (expand); then for the one after, which
 * takes away what only the first one needed (contract). Nothing may go wrong at any time. In the end the first program must
 * refuse to start.
 */
export const upgrade: Strike = async struck => {
  for (const versions of [1, 2])
    for (const node of struck.cluster.nodes) {
      await exchange(struck, node, versions)
      await pauseFor(sideBySide)
    }
  await checkSchema(struck)
  await checkOldProgram(struck)
  struck.recovered()
}

/** The node is taken out of the balancer first, ends what is under way, and comes back as another program. */
async function exchange({ balancer, blame }: Struck, node: NodeProcess, versions: number): Promise<void> {
  await balancer.takeOut(node.name)
  const code = await node.stop()
  if (code !== 0) blame(`${node.name} ended with ${code} at SIGTERM`)
  await node.start(nextProgram(versions))
  balancer.putIn(node.name)
}

/** Options of Node that make of the program the one which knows so many further versions of the schema. */
function nextProgram(versions: number): readonly string[] {
  return ['--import', `${import.meta.resolve('./next-program/register.ts')}?versions=${versions}`]
}

async function checkSchema({ cluster, blame }: Struck): Promise<void> {
  const db = openDatabase(cluster.database?.url() ?? '')
  const [row] = await db.list(`
    SELECT (SELECT count(*) FROM family WHERE last_used_at IS NOT NULL) AS used,
      (SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = 'family_use'::regclass) AS is_valid,
      to_regclass('family_client') IS NULL AS is_gone`)
  await db.close()
  if (!row?.['used']) blame('the next program has written nothing into the column that it added')
  if (row?.['is_valid'] !== true) blame('the index that was built under load is not valid')
  if (row?.['is_gone'] !== true) blame('what only the old program needed is still there')
}

async function checkOldProgram({ cluster, blame }: Struck): Promise<void> {
  const { folder, environment } = cluster
  const old = await prepareNode({ name: 'old', folder, environment })
  const said = await old.start().then(
    () => 'nothing, and serves',
    (error: unknown) => String(error),
  )
  await old.kill()
  if (!/wants a program that knows version/.test(said)) blame(`a program that is too old for the schema said: ${said}`)
}
