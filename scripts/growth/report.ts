import { table } from '../../bench/report.ts'
import type { RelationSize } from './engine.ts'
import type { GrowthReport } from './run.ts'

/** A work at the largest size against the smallest: how many times slower it is, and its p99 longer. */
export type GrowthRow = {
  readonly work: string
  readonly grants: readonly number[]
  readonly perSecond: readonly number[]
  readonly p99: readonly number[]
  readonly slower: number
  readonly p99Longer: number
}

/** The rows of a report, for programs. */
export function growthRows({ loads, works, sweep }: GrowthReport): readonly GrowthRow[] {
  const grants = loads.map(load => load.grants)
  const rows = works.map(({ id, results }) => {
    const perSecond = results.map(result => round(result.perSecond))
    const p99 = results.map(result => round(result.p99))
    return { work: id, grants, perSecond, p99, slower: ratio(perSecond), p99Longer: round(1 / ratio(p99)) }
  })
  if (sweep.length === 0) return rows
  const perSecond = sweep.map(round)
  return [...rows, { work: 'sweep', grants, perSecond, p99: [], slower: ratio(perSecond), p99Longer: Number.NaN }]
}

function ratio(figures: readonly number[]): number {
  return round((figures[0] ?? Number.NaN) / (figures.at(-1) ?? Number.NaN))
}

function round(figure: number): number {
  return Number(figure.toPrecision(3))
}

/** A report for people. */
export function printGrowth(report: GrowthReport): string {
  const base = `${report.loads[0]?.grants.toLocaleString('en') ?? ''} grants`
  const sections = [
    ...report.loads.map(({ grants, relations }) => relationTable(grants, relations)),
    ...report.works.map(({ results }) => table(results, base)),
    summary(growthRows(report)),
  ]
  return `${sections.join('\n')}\n`
}

function relationTable(grants: number, relations: readonly RelationSize[]): string {
  const known = relations.filter(({ bytes }) => bytes / grants >= 1).toSorted((a, b) => b.bytes - a.bytes)
  const total = relations.reduce((sum, { bytes }) => sum + bytes, 0)
  const head = cells([`${grants.toLocaleString('en')} grants`, 'rows', 'MB', 'bytes per grant'])
  const lines = known.map(({ name, table: owner, rows, bytes }) =>
    cells([
      rows === undefined ? `  index ${name} of ${owner}` : `  ${name}`,
      rows === undefined ? '' : rows.toLocaleString('en'),
      (bytes / 1e6).toFixed(1),
      (bytes / grants).toFixed(0),
    ]),
  )
  const sum = cells(['  all', '', (total / 1e6).toFixed(1), (total / grants).toFixed(0)])
  return [head, ...lines, sum, ''].join('\n')
}

function summary(rows: readonly GrowthRow[]): string {
  const [first] = rows
  const sizes = first?.grants.map(grants => grants.toLocaleString('en')) ?? []
  const head = cells(['per second at', ...sizes, 'times slower', 'p99 longer'])
  const lines = rows.map(({ work, perSecond, slower, p99Longer }) =>
    cells([
      `  ${work}`,
      ...perSecond.map(figure => figure.toLocaleString('en')),
      `${slower.toFixed(2)}×`,
      Number.isNaN(p99Longer) ? '-' : `${p99Longer.toFixed(2)}×`,
    ]),
  )
  return [head, ...lines].join('\n')
}

function cells([name = '', ...rest]: readonly string[]): string {
  return (name.padEnd(46) + rest.map(cell => cell.padStart(16)).join('')).trimEnd()
}
