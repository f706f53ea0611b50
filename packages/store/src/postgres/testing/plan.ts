import type { Query } from '../node/database.ts'
import type { Row } from '../node/statement.ts'

/** A step of a plan that reads a table from end to end, or a whole shard of it. */
export type Scan = { readonly table: string; readonly step: string }

type Step = Readonly<
  Record<'Node Type' | 'Relation Name' | 'Index Name' | 'Index Cond' | 'Filter', string | undefined>
> & {
  readonly Plans?: readonly Step[]
}

/** What a statement reads in full by the plan that a prepared statement gets, whatever its values. */
export async function findScans(query: Query, sql: string): Promise<readonly Scan[]> {
  const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)))
  const values = count === 0 ? '' : ` (${Array.from({ length: count }, () => 'NULL').join(', ')})`
  await query(`PREPARE planned AS ${sql}`)
  try {
    const [row] = await query(`EXPLAIN (FORMAT JSON) EXECUTE planned${values}`)
    return scansIn(rootOf(row))
  } finally {
    await query('DEALLOCATE planned')
  }
}

function rootOf(row: Row | undefined): Step {
  const [text] = Object.values(row ?? {})
  const [plan] = JSON.parse(String(text)) as readonly [{ readonly Plan: Step }]
  return plan.Plan
}

function scansIn(step: Step): readonly Scan[] {
  const own = isScan(step) ? [{ table: step['Relation Name'] ?? step['Index Name'] ?? '', step: describe(step) }] : []
  return [...own, ...(step.Plans ?? []).flatMap(scansIn)]
}

const details = ['Index Name', 'Index Cond', 'Filter'] as const

function describe(step: Step): string {
  const words = details.flatMap(name => (step[name] === undefined ? [] : [`${name}: ${step[name]}`]))
  return [step['Node Type'], ...words].join('; ')
}

/** An index is of no use where nothing but the shard says where to begin. */
function isScan(step: Step): boolean {
  const type = step['Node Type'] ?? ''
  if (type === 'Seq Scan') return true
  if (!['Index Scan', 'Index Only Scan', 'Bitmap Index Scan'].includes(type)) return false
  const condition = step['Index Cond']
  return condition === undefined || /^\(?\(?shard = [^)]*\)?\)?$/.test(condition)
}
