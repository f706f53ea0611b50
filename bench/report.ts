import type { Row } from './match.ts'
import type { Result } from './measure.ts'

/** The name under which this project's server is reported. */
const ours = 'ambit'

/** A comparison: our figure, the peer's, and ours divided by the peer's. */
export type ReportRow = {
  readonly work: string
  readonly ours: number
  /** Which of ours, where it is not the one that is compared with all. */
  readonly oursName?: string
  readonly peer: number
  readonly peerName: string
  readonly ratio: number
}

/** What is compared beside ours with all others: each by its store, and two workers with one. */
const pairs: readonly (readonly [mine: string, other: string])[] = [
  ['ambit, PostgreSQL', 'oidc-provider 9, PostgreSQL'],
  ['ambit, two workers', 'ambit'],
  ['ambit, PostgreSQL, two workers', 'ambit, PostgreSQL'],
  ['ambit, PostgreSQL, two workers', 'oidc-provider 9, PostgreSQL, two'],
  ['oidc-provider 9, PostgreSQL, two', 'oidc-provider 9, PostgreSQL'],
]

/** Compares servers at a work: by what is done in a second, by processor time, by memory. */
export function compare(results: readonly Result[]): readonly ReportRow[] {
  const own = results.find(({ server }) => server === ours)
  const all = own ? results.filter(peer => peer !== own).flatMap(peer => rowsOf(own, peer)) : []
  return [...all, ...pairsIn(results).flatMap(([mine, peer]) => rowsOf(mine, peer))]
}

function pairsIn(results: readonly Result[]): readonly (readonly [mine: Result, peer: Result])[] {
  const find = (name: string) => results.find(({ server }) => server === name)
  return pairs.flatMap(([mine, other]) => {
    const [result, peer] = [find(mine), find(other)]
    return result && peer ? [[result, peer] as const] : []
  })
}

function rowsOf(mine: Result, peer: Result): readonly ReportRow[] {
  const row = (work: string, own: number, theirs: number) => ({
    work,
    ours: round(own),
    ...(mine.server !== ours && { oursName: mine.server }),
    peer: round(theirs),
    peerName: peer.server,
    ratio: round(own / theirs),
  })
  return [
    row(peer.work, mine.perSecond, peer.perSecond),
    ...(Number.isNaN(mine.micros) ? [] : [row(`${peer.work}: processor time each, µs`, mine.micros, peer.micros)]),
    row(`${peer.work}: memory after it, MB`, mine.memory, peer.memory),
  ]
}

/** Puts comparisons within one process, in operations per second, into the rows of the report. */
export function matchRows(subject: string, rows: readonly Row[]): readonly ReportRow[] {
  return rows.map(({ work, ours, peer, peerValue, ratio }) => ({
    work: `${subject}: ${work}`,
    ours: round(ours),
    peer: round(peerValue),
    peerName: peer,
    ratio: round(ratio),
  }))
}

/** Such comparisons as a table for people. */
export function matchTable(rows: readonly ReportRow[]): string {
  const head = `${'operations per second'.padEnd(64)}${'ambit'.padStart(14)}${'it'.padStart(14)}${'ambit / it'.padStart(12)}`
  const lines = rows.flatMap(({ work, ours, peer, peerName, ratio }) => {
    const figures = [ours.toLocaleString('en').padStart(14), peer.toLocaleString('en').padStart(14)].join('')
    return [work, `  ${peerName.padEnd(62)}${figures}${`${ratio.toFixed(2)}×`.padStart(12)}`]
  })
  return [head, ...lines, ''].join('\n')
}

/** A work's results as a table for people; one of the servers is what the others are compared with. */
export function table(results: readonly Result[], base: string = ours): string {
  const own = results.find(({ server }) => server === base)
  const head = line(
    '',
    'per second',
    'p50 ms',
    'p99 ms',
    'busy',
    'µs each',
    'µs in db',
    'MB',
    own ? `${base === ours ? ours : 'first'} / it` : '',
  )
  const lines = results.map(result =>
    line(
      `  ${result.server}`,
      Math.round(result.perSecond).toLocaleString('en'),
      result.p50.toFixed(2),
      result.p99.toFixed(2),
      Number.isNaN(result.busy) ? '-' : `${Math.round(result.busy * 100)} %`,
      Number.isNaN(result.micros) ? '-' : result.micros.toFixed(1),
      Number.isNaN(result.databaseMicros) ? '-' : result.databaseMicros.toFixed(1),
      Math.round(result.memory).toString(),
      own && result !== own ? `${(own.perSecond / result.perSecond).toFixed(2)}×` : '',
    ),
  )
  const ratios = pairsIn(results).map(
    ([mine, peer]) => `  ${mine.server} / ${peer.server}: ${(mine.perSecond / peer.perSecond).toFixed(2)}×`,
  )
  return [results[0]?.work, head, ...lines, ...ratios, ''].join('\n')
}

function line(name: string, ...cells: readonly string[]): string {
  return (name.padEnd(34) + cells.map(cell => cell.padStart(12)).join('')).trimEnd()
}

/** Three digits that count are all that a measurement on a shared machine can give. */
function round(figure: number): number {
  return Number(figure.toPrecision(3))
}
