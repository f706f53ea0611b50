// RFC 6749 §3.3
import type { MatrixCell } from '../catalogue/test-case.ts'
import type { ApiOperation } from '../target/api-operation.ts'

/** What a square says: what came, and whether it should have. */
export type CellState = 'allowed' | 'refused' | 'too_open' | 'too_closed' | 'depends' | 'not_issued' | 'unknown'

/** One square, and the result that tells about it. */
export type ReportCell = MatrixCell & { readonly state: CellState; readonly result: string }

/** One operation, with a square (or a gap) for each scope. */
export type MatrixRow = {
  readonly operation: string
  readonly summary?: string
  readonly cells: readonly (ReportCell | undefined)[]
}

/** The matrix operations × scopes. */
export type ScopeMatrix = {
  /** The empty one is a token without scope. */
  readonly scopes: readonly string[]
  readonly groups: readonly { readonly name: string; readonly rows: readonly MatrixRow[] }[]
  readonly counts: Readonly<Record<CellState, number>>
}

/** What the matrix reads of a result. */
export type CellSource = { readonly id: string; readonly cell?: MatrixCell }

/** What the matrix reads of an operation. */
export type RowSource = Pick<ApiOperation, 'key' | 'summary' | 'tags'>

/** Sets out the squares of a run; operations stand in the document's order, grouped by their first tag. */
export function matrixOf(results: readonly CellSource[], operations: readonly RowSource[]): ScopeMatrix {
  const cells = cellsOf(results)
  const scopes = [...new Set([...cells.values()].map(({ scope }) => scope))].sort(byName)
  const known = new Set(operations.map(({ key }) => key))
  const others = [...new Set([...cells.values()].map(({ operation }) => operation))]
    .filter(key => !known.has(key))
    .map((key): RowSource => ({ key, tags: [] }))
  const seen = new Set([...cells.values()].map(({ operation }) => operation))
  const shown = [...operations, ...others].filter(({ key }) => seen.has(key))
  const groups = [...Map.groupBy(shown, ({ tags }) => tags[0] ?? '')].map(([name, same]) => ({
    name,
    rows: same.map(({ key, summary }) => ({
      operation: key,
      ...(summary === undefined ? {} : { summary }),
      cells: scopes.map(scope => cells.get(placeOf(key, scope))),
    })),
  }))
  return { scopes, groups, counts: countsOf([...cells.values()]) }
}

const weight = { too_open: 6, too_closed: 5, unknown: 4, depends: 3, allowed: 2, refused: 1, not_issued: 0 } as const

/** Several results of one square: what is wrong outweighs what could not be judged, and that what is right. */
function cellsOf(results: readonly CellSource[]): ReadonlyMap<string, ReportCell> {
  const cells = new Map<string, ReportCell>()
  for (const { id, cell } of results) {
    if (cell === undefined) continue
    const place = placeOf(cell.operation, cell.scope)
    const before = cells.get(place)
    const made: ReportCell = { ...cell, state: stateOf(cell), result: id }
    if (before === undefined || weight[made.state] > weight[before.state]) cells.set(place, made)
  }
  return cells
}

/** What a square says. */
export function stateOf({ expected, observed }: Pick<MatrixCell, 'expected' | 'observed'>): CellState {
  if (observed === 'unknown' || observed === 'not_issued') return observed
  if (expected === 'conditional') return 'depends'
  if (expected === observed) return observed
  return observed === 'allowed' ? 'too_open' : 'too_closed'
}

function countsOf(cells: readonly ReportCell[]): Readonly<Record<CellState, number>> {
  const counts = { allowed: 0, refused: 0, too_open: 0, too_closed: 0, depends: 0, not_issued: 0, unknown: 0 }
  for (const { state } of cells) counts[state] += 1
  return counts
}

function placeOf(operation: string, scope: string): string {
  return JSON.stringify([operation, scope])
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
