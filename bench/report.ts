import type { Row } from './match.ts'
import type { Result } from './measure.ts'

/** The name under which this project's server is reported. */
const ours = 'ambit'

/** A comparison: our figure, the peer's, and ours divided by the peer's. */
export type ReportRow = {
  readonly work: string
  readonly ours: number
  readonly peer: number
  readonly peerName: string
  readonly ratio: number
}

/** Compares our server with each other one at a work: by what is done in a second, by processor time, by memory. */
export function compare(results: readonly Result[]): readonly ReportRow[] {
  const own = results.find(({ server }) => server === ours)
  if (!own) return []
  return results.flatMap(peer => {
    if (peer === own) return []
    const row = (work: string, mine: number, theirs: number) => ({
      work,
      ours: round(mine),
      peer: round(theirs),
      peerName: peer.server,
      ratio: round(mine / theirs),
    })
    return [
      row(peer.work, own.perSecond, peer.perSecond),
      ...(Number.isNaN(own.micros) ? [] : [row(`${peer.work}: processor time each, µs`, own.micros, peer.micros)]),
      row(`${peer.work}: memory after it, MB`, own.memory, peer.memory),
    ]
  })
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
  return [results[0]?.work, head, ...lines, ''].join('\n')
}

function line(name: string, ...cells: readonly string[]): string {
  return (name.padEnd(34) + cells.map(cell => cell.padStart(12)).join('')).trimEnd()
}

/** Three digits that count are all that a measurement on a shared machine can give. */
function round(figure: number): number {
  return Number(figure.toPrecision(3))
}
