// OASIS SARIF 2.1.0 §3
import { faults } from '../catalogue/faults.ts'
import type { CaseText, Severity } from '../catalogue/test-case.ts'
import type { Place } from '../target/api-operation.ts'
import type { AcceptedFinding } from './baseline/baseline.ts'
import { printable } from './printable.ts'
import { type Report, type ReportFinding, textOf } from './report.ts'

type Message = { readonly text: string; readonly markdown?: string }

/** A rule: a case of the catalogue. */
type SarifRule = {
  readonly id: string
  readonly shortDescription: Message
  readonly fullDescription: Message
  readonly help: Message
  readonly defaultConfiguration: { readonly level: SarifLevel }
  readonly properties: {
    readonly tags: readonly string[]
    readonly precision: 'very-high'
    readonly 'security-severity': string
  }
}

/** How much a result matters to tools that read SARIF. */
type SarifLevel = 'error' | 'warning' | 'note'

/** Where a result is: a line of a document or of code, and the operation. */
type SarifLocation = {
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: '%SRCROOT%' }
    readonly region?: { readonly startLine: number; readonly startColumn?: number }
  }
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string; readonly kind: 'function' }[]
}

/** A result: a finding. */
type SarifResult = {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: SarifLevel
  readonly message: Message
  readonly locations: readonly SarifLocation[]
  readonly partialFingerprints: { readonly 'ambitFinding/v1': string }
  readonly suppressions: readonly {
    readonly kind: 'external'
    readonly status: 'accepted'
    readonly justification: string
  }[]
}

/** The whole log. */
export type SarifLog = {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string
          readonly semanticVersion: string
          readonly rules: readonly SarifRule[]
        }
      }
      readonly automationDetails: { readonly id: string }
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean
          readonly startTimeUtc: string
          readonly endTimeUtc: string
          readonly toolExecutionNotifications: readonly {
            readonly level: 'note' | 'warning'
            readonly message: Message
          }[]
        },
      ]
      readonly columnKind: 'utf16CodeUnits'
      readonly results: readonly SarifResult[]
    },
  ]
}

/** Makes the log: one result for each finding, accepted ones suppressed; what could not be judged is a notification. */
export function sarifReport(report: Report, { version }: { readonly version: string }): SarifLog {
  const found = [
    ...report.findings.map(finding => ({ finding, entry: undefined })),
    ...report.accepted.map(({ finding, entry }) => ({ finding, entry })),
  ]
  const tried = new Set([...report.results, ...found.map(({ finding }) => finding)].map(({ caseId }) => caseId))
  const cases = report.cases.filter(({ id }) => tried.has(id))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Ambit', semanticVersion: version, rules: cases.map(ruleOf) } },
        automationDetails: { id: `ambit-test/${report.api?.title ?? report.issuer ?? report.title}/` },
        invocations: [invocationOf(report)],
        columnKind: 'utf16CodeUnits',
        results: found.map(({ finding, entry }) => resultOf(finding, { report, cases, entry })),
      },
    ],
  }
}

/** The text of the log. */
export function printSarif(report: Report, tool: { readonly version: string }): string {
  return `${JSON.stringify(sarifReport(report, tool), undefined, 2)}\n`
}

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const satisfies Record<
  Severity,
  SarifLevel
>
// GitHub reads critical from 9.0, high from 7.0, medium from 4.0
const scores = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.5' } as const satisfies Record<Severity, string>

function ruleOf({ id, why, remedy, severity, sources, tags }: CaseText): SarifRule {
  return {
    id,
    // code scanners head a finding with it
    shortDescription: { text: capitalized(faults[id]) },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\nWhat to do: ${remedy}\n\nSources: ${sources.join(', ')}`,
      markdown: `${why}\n\n**What to do:** ${remedy}\n\nSources: ${sources.join(', ')}`,
    },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['security', ...tags], precision: 'very-high', 'security-severity': scores[severity] },
  }
}

type Found = {
  readonly report: Report
  readonly cases: readonly CaseText[]
  readonly entry: AcceptedFinding | undefined
}

function resultOf(finding: ReportFinding, { report, cases, entry }: Found): SarifResult {
  const { caseId, severity, verdict, fingerprint } = finding
  const level = verdict === 'warn' && levels[severity] === 'error' ? 'warning' : levels[severity]
  return {
    ruleId: caseId,
    ruleIndex: cases.findIndex(({ id }) => id === caseId),
    level,
    message: { text: textOnly(messageOf(finding, report)) },
    locations: locationsOf(finding, report),
    partialFingerprints: { 'ambitFinding/v1': fingerprint },
    suppressions:
      entry === undefined
        ? []
        : [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${entry.reason} (${entry.acceptedBy}, until ${entry.expires})`,
            },
          ],
  }
}

function messageOf({ caseId, title, reason, operations, folded }: ReportFinding, report: Report): string {
  const { remedy } = textOf(report, caseId)
  const where = operations.length === 0 ? '' : ` Seen at ${operations.join(', ')}.`
  const more =
    folded.length === 0
      ? ''
      : ` ${folded.length} further ${folded.length === 1 ? 'result follows' : 'results follow'} from it.`
  return `${capitalized(title)}: ${reason}.${where}${more} ${remedy}`.trim()
}

// a code scanner shows only what has a file, so what has no place stands at the head of the document
function locationsOf({ places, operations }: ReportFinding, { api }: Report): readonly SarifLocation[] {
  const logical = operations.map(name => ({ fullyQualifiedName: name, kind: 'function' }) as const)
  const names = logical.length === 0 ? {} : { logicalLocations: logical }
  const file = api?.operations.find(({ place }) => place !== undefined)?.place?.file
  const all = places.length > 0 || file === undefined ? places : [{ file, line: 1 }]
  if (all.length === 0) return logical.length === 0 ? [] : [names]
  return all.map(place => ({ physicalLocation: physicalOf(place), ...names }))
}

function physicalOf({ file, line, column }: Place): NonNullable<SarifLocation['physicalLocation']> {
  const region =
    line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }
  return { artifactLocation: artifactOf(file), ...region }
}

function artifactOf(name: string): { readonly uri: string; readonly uriBaseId?: '%SRCROOT%' } {
  const file = name.toWellFormed()
  if (/^https?:\/\//.test(file)) return { uri: encodeURI(file) }
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '')
  const uri = path.split('/').map(encodeURIComponent).join('/')
  if (path.startsWith('/')) return { uri: `file://${uri}` }
  return /^[A-Za-z]:\//.test(path) ? { uri: `file:///${uri.replace('%3A', ':')}` } : { uri, uriBaseId: '%SRCROOT%' }
}

function invocationOf(report: Report): SarifLog['runs'][0]['invocations'][0] {
  const unjudged = report.results.filter(({ verdict }) => verdict === 'inconclusive')
  return {
    executionSuccessful: !report.isCut,
    startTimeUtc: new Date(report.startedAt).toISOString(),
    endTimeUtc: new Date(report.endedAt).toISOString(),
    toolExecutionNotifications: [
      ...unjudged.map(
        ({ name, reason }) =>
          ({ level: 'warning', message: { text: textOnly(`${name} could not be judged: ${reason}`) } }) as const,
      ),
      ...report.notes.map(note => ({ level: 'note', message: { text: textOnly(note) } }) as const),
    ],
  }
}

/** A message that is text and nothing else: what a target said must not become a link of the report. @spec SARIF 2.1.0 §3.11.6 */
function textOnly(text: string): string {
  return printable(text.toWellFormed()).replaceAll('](', '] (')
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
