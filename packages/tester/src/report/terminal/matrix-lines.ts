import type { CellState, ScopeMatrix } from '../matrix.ts'
import { printableLine } from '../printable.ts'
import { cutTo, type Ink, wrap } from './ink.ts'

const mostScopes = 24
const mostRows = 40
/** Columns for the names of operations; of fewer nobody could tell which is which. */
const leastRoom = 16

const signs = {
  allowed: '+',
  refused: '.',
  too_open: '!',
  too_closed: '#',
  depends: '~',
  not_issued: '-',
  unknown: '?',
} as const satisfies Record<CellState, string>

const meanings = {
  allowed: 'let in, rightly',
  refused: 'refused, rightly',
  too_open: 'LET IN, and should be refused',
  too_closed: 'REFUSED, and should be let in',
  depends: 'depends on a condition',
  not_issued: 'no such token is given for this API',
  unknown: 'could not be judged',
} as const satisfies Record<CellState, string>

/** The matrix as text, or how large it is where it does not fit. */
export function matrixLines(
  matrix: ScopeMatrix,
  { width, ink }: { readonly width: number; readonly ink: Ink },
): readonly string[] {
  const rows = matrix.groups.flatMap(group => group.rows)
  if (rows.length === 0) return []
  const title = ink.bold('Who opens what')
  const columns = matrix.scopes.map((_, index) => String(index + 1).padStart(3)).join('')
  const room = width - columns.length - 2
  const label = Math.min(Math.max(...rows.map(({ operation }) => operation.length)), room)
  if (rows.length > mostRows || matrix.scopes.length > mostScopes || room < leastRoom) {
    const size = `${rows.length} operations × ${matrix.scopes.length} scopes: too large for here, see the HTML report`
    return [title, ...wrap(size, width)]
  }
  const paint = {
    allowed: ink.green,
    refused: ink.dim,
    too_open: ink.red,
    too_closed: ink.red,
    depends: ink.cyan,
    not_issued: ink.dim,
    unknown: ink.yellow,
  }
  const used = new Set(rows.flatMap(({ cells }) => cells.flatMap(cell => cell?.state ?? [])))
  return [
    title,
    `${''.padEnd(label)}${ink.dim(columns)}`,
    ...rows.map(({ operation, cells }) => {
      const squares = cells.map(cell => (cell === undefined ? '   ' : paint[cell.state](signs[cell.state].padStart(3))))
      return `${cutTo(printableLine(operation), label).padEnd(label)}${squares.join('')}`
    }),
    ...matrix.scopes.map((scope, index) =>
      ink.dim(
        `${String(index + 1).padStart(4)}  ${cutTo(scope === '' ? 'a token without scope' : printableLine(scope), width - 6)}`,
      ),
    ),
    ...states.filter(state => used.has(state)).map(state => `   ${paint[state](signs[state])}  ${meanings[state]}`),
  ]
}

const states = [
  'too_open',
  'too_closed',
  'unknown',
  'depends',
  'allowed',
  'refused',
  'not_issued',
] as const satisfies readonly CellState[]
