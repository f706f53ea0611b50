import { Client } from 'pg'
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
  return ['--import', new URL(`./next-program/register.ts?versions=${versions}`, import.meta.url).href]
}

async function checkSchema({ cluster, blame }: Struck): Promise<void> {
  const client = new Client({ connectionString: cluster.database?.url() })
  await client.connect()
  const { rows } = await client.query<Readonly<Record<string, number | boolean>>>(`
    SELECT (SELECT count(*)::integer FROM family WHERE last_used_at IS NOT NULL) AS used,
      (SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = 'family_use'::regclass) AS is_valid,
      to_regclass('family_client') IS NULL AS is_gone`)
  await client.end()
  const [{ used, is_valid: isValid, is_gone: isGone } = {}] = rows
  if (!used) blame('the next program has written nothing into the column that it added')
  if (isValid !== true) blame('the index that was built under load is not valid')
  if (isGone !== true) blame('what only the old program needed is still there')
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
