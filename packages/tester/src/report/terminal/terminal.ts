import type { Severity } from '../../catalogue/test-case.ts'
import type { Place } from '../../target/api-operation.ts'
import { printableLine } from '../printable.ts'
import { type Report, type ReportFinding, textOf } from '../report.ts'
import { unjudgedOf } from '../unjudged.ts'
import { createInk, type Ink, wrap } from './ink.ts'
import { matrixLines } from './matrix-lines.ts'

/** How the summary is written. */
export type TerminalOptions = {
  /** Columns of the terminal (default: 80). */
  readonly width?: number
  readonly hasColor?: boolean
  /** What to do next, beside repairing: `the whole evidence: report.html`. */
  readonly hints?: readonly string[]
}

type Page = { readonly report: Report; readonly width: number; readonly ink: Ink }

/** Writes the summary of a run for people: the answer, what is wrong and what to do about it, the matrix where it is small. */
export function printTerminal(
  report: Report,
  { width = 80, hasColor = false, hints = [] }: TerminalOptions = {},
): string {
  const page = { report, width: Math.max(40, width), ink: createInk(hasColor) }
  const { bold } = page.ink
  const next = hints.flatMap(hint => indented(printableLine(hint), '  ', page.width))
  const blocks = [
    headLines(page),
    sentenceLines(page),
    ...report.findings.map(finding => findingLines(finding, page)),
    matrixLines(report.matrix, page),
    unjudgedLines(page),
    latencyLines(page),
    report.notes.length === 0
      ? []
      : [bold('To know'), ...report.notes.flatMap(note => indented(printableLine(note), '  ', page.width))],
    next.length === 0 ? [] : [bold('What next'), ...next],
  ]
  return `${blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function headLines({ report, ink, width }: Page): readonly string[] {
  const { title, api, issuer, startedAt, endedAt, locale, timeZone, seed } = report
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(startedAt)
  const seconds = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', maximumFractionDigits: 1 })
  const where = api?.origin ?? issuer
  const took = seconds.format((endedAt - startedAt) / 1000)
  return [
    ...wrap(printableLine(title), width).map(ink.bold),
    ...wrap(printableLine([where, day, took, `seed ${seed}`].filter(part => part !== undefined).join(', ')), width).map(
      ink.dim,
    ),
  ]
}

function sentenceLines({ report, ink, width }: Page): readonly string[] {
  const { sentence, wrong, doubtful, unjudged, verdicts } = report.summary
  const colour = wrong > 0 ? ink.red : doubtful > 0 || unjudged > 0 || verdicts.pass === 0 ? ink.yellow : ink.green
  const count = new Intl.NumberFormat(report.locale)
  const counts = `${count.format(report.results.length)} ${report.results.length === 1 ? 'test' : 'tests'}, ${count.format(verdicts.pass)} passed, ${count.format(report.summary.untried)} not tried`
  return [...wrap(sentence, width).map(line => ink.bold(colour(line))), ink.dim(counts)]
}

const words = { critical: 'CRITICAL', high: 'HIGH', medium: 'MEDIUM', low: 'LOW' } as const satisfies Record<
  Severity,
  string
>
const shownOperations = 5

function findingLines(finding: ReportFinding, { report, ink, width }: Page): readonly string[] {
  const { severity, verdict, caseId, title, reason, operations, folded } = finding
  const { remedy } = textOf(report, caseId)
  const colour = verdict === 'fail' && (severity === 'critical' || severity === 'high') ? ink.red : ink.yellow
  const more = operations.length - shownOperations
  return [
    ...titleLines(
      { head: `${verdict === 'fail' ? '✗' : '!'} ${words[severity]}`, caseId, title },
      { colour, ink, width },
    ),
    ...indented(`${printableLine(reason)}.`, '  ', width),
    ...operations.slice(0, shownOperations).flatMap(key => indented(`at ${printableLine(key)}`, '  ', width)),
    ...(more > 0 ? [`  and at ${more} more`] : []),
    ...placeTexts(finding.places)
      .slice(0, shownOperations)
      .map(place => `  ${ink.cyan(printableLine(place))}`),
    ...(remedy === '' ? [] : indented(`What to do: ${remedy}`, '  ', width)),
    ...(folded.length === 0
      ? []
      : [ink.dim(`  ${folded.length} more ${folded.length === 1 ? 'test fails' : 'tests fail'} only because of it`)]),
  ]
}

type Title = { readonly head: string; readonly caseId: string; readonly title: string }
type Paint = Pick<Page, 'ink' | 'width'> & { readonly colour: (text: string) => string }

function titleLines({ head, caseId, title }: Title, { colour, ink, width }: Paint): readonly string[] {
  const text = printableLine(title)
  const start = `${ink.bold(colour(head))}  ${ink.dim(caseId)}`
  if (head.length + caseId.length + text.length + 4 <= width) return [`${start}  ${ink.bold(text)}`]
  return [start, ...indented(text, '  ', width).map(ink.bold)]
}

/** `api/openapi.yaml:97:7`, as editors and terminals make links of it; without a line, the pointer into the document. */
function placeText({ file, line, column, pointer }: Place): string {
  if (line === undefined) return pointer === undefined ? file : `${file}#${pointer}`
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

/** Each place once. */
export function placeTexts(places: readonly Place[]): readonly string[] {
  return [...new Set(places.map(placeText))]
}

const shownUnjudged = 8

function unjudgedLines({ report, ink, width }: Page): readonly string[] {
  const reasons = unjudgedOf(report.results)
  if (reasons.length === 0) return []
  const lines = reasons.slice(0, shownUnjudged).flatMap(({ reason, results }) => {
    const [only, other] = [...new Set(results.map(({ caseId }) => caseId))]
    const count = results.length === 1 ? '' : ` (${results.length} tests)`
    const who = only === undefined || other !== undefined ? `${results.length} tests` : `${only}${count}`
    return indented(`? ${printableLine(`${who}: ${reason}`)}`, '  ', width)
  })
  const more = reasons.length - shownUnjudged
  return [
    ink.bold('What could not be judged'),
    ...lines,
    ...(more > 0 ? [`  and for ${more} more ${more === 1 ? 'reason' : 'reasons'}`] : []),
  ]
}

const kindWords = { token_endpoint: 'tokens', guarded: 'guarded', public: 'public' } as const

function latencyLines({ report, ink, width }: Page): readonly string[] {
  const { kinds } = report.latency
  if (kinds.length === 0 || width < 70) return []
  const number = new Intl.NumberFormat(report.locale, { maximumFractionDigits: 1 })
  const cell = (value: number) => `${number.format(value)} ms`.padStart(11)
  return [
    `${ink.bold('How long it took'.padEnd(18))}${ink.dim(['half under', '95 % under', '99 % under'].map(each => each.padStart(11)).join(''))}`,
    ...kinds.map(
      ({ kind, p50, p95, p99, count }) =>
        `  ${kindWords[kind].padEnd(16)}${cell(p50)}${cell(p95)}${cell(p99)}${ink.dim(`   ${number.format(count)} calls`)}`,
    ),
  ]
}

function indented(text: string, indent: string, width: number): readonly string[] {
  return wrap(text, width - indent.length).map(line => indent + line)
}
