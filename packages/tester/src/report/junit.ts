// JUnit XML, as the xUnit plugin of Jenkins describes it and GitLab reads it
import { printable, printableLine } from './printable.ts'
import { type Report, type ReportFinding, type ReportResult, textOf } from './report.ts'

/** How the results of a run become test cases. */
export type JunitOptions = {
  /** Whether a warning fails its test case (default: it passes, and says so). */
  readonly warningsFail?: boolean
}

type Outcome = {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped'
  readonly message: string
  readonly type: string
  readonly text: string
}

type JunitCase = {
  readonly suite: string
  readonly className: string
  readonly name: string
  readonly time: number
  readonly at: number
} & Outcome

/**
 * Writes the run as JUnit XML. A folded result fails under its cause; what could not be judged is an error; what is accepted,
 * not applicable or not tried is skipped. GitLab shows `classname` and drops a second case of the same name, so that each name
 * here is given once.
 */
export function printJunit(report: Report, { warningsFail = false }: JunitOptions = {}): string {
  const roles = rolesOf(report)
  const cases = [
    ...report.results.map(result => caseOf(result, { report, role: roles.get(result.id), warningsFail })),
    ...report.skips.map((skip): JunitCase => {
      const { title } = textOf(report, skip.caseId)
      const names = {
        suite: suiteOf(skip.caseId),
        className: `${skip.caseId} ${title}`,
        name: skip.operation ?? 'whole case',
      }
      return { ...names, time: 0, at: report.startedAt, ...skipped(skip.reason, 'not tried') }
    }),
  ]
  const suites = [...Map.groupBy(withUniqueNames(cases), ({ suite }) => suite)]
  const counts = `tests="${cases.length}" failures="${countOf(cases, 'failure')}" errors="${countOf(cases, 'error')}"`
  const seconds = ((report.endedAt - report.startedAt) / 1000).toFixed(3)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attribute('name', report.title)} ${counts} time="${seconds}">`,
    ...suites.map(([name, same]) => printSuite(name, same)),
    '</testsuites>\n',
  ].join('\n')
}

type Role = { readonly finding: ReportFinding; readonly isFolded: boolean; readonly acceptedUntil?: string }

function rolesOf({ findings, accepted }: Report): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>()
  const add = (finding: ReportFinding, until: Pick<Role, 'acceptedUntil'>) => {
    for (const { id } of finding.folded) roles.set(id, { finding, isFolded: true, ...until })
    for (const { id } of finding.results) roles.set(id, { finding, isFolded: false, ...until })
  }
  for (const finding of findings) add(finding, {})
  for (const { finding, entry } of accepted) add(finding, { acceptedUntil: entry.expires })
  return roles
}

type Context = { readonly report: Report; readonly role: Role | undefined; readonly warningsFail: boolean }

function caseOf(result: ReportResult, context: Context): JunitCase {
  const { caseId, operation, variant, duration, startedAt } = result
  const name = [operation ?? 'the target as a whole', variant].filter(part => part !== undefined).join(' · ')
  const className = `${caseId} ${textOf(context.report, caseId).title}`
  return {
    suite: suiteOf(caseId),
    className,
    name,
    time: duration / 1000,
    at: startedAt,
    ...outcomeOf(result, context),
  }
}

function outcomeOf(result: ReportResult, { report, role, warningsFail }: Context): Outcome {
  const { verdict, reason } = result
  if (verdict === 'not_applicable') return skipped(reason, 'not applicable')
  if (verdict === 'inconclusive')
    return { kind: 'error', type: 'inconclusive', message: `could not be judged: ${reason}`, text: reason }
  if (verdict === 'pass') return { kind: 'passed', type: '', message: '', text: '' }
  if (role?.acceptedUntil !== undefined) return skipped(`accepted until ${role.acceptedUntil}: ${reason}`, 'accepted')
  const text = failureText(result, report, role)
  if (verdict === 'warn' && !warningsFail)
    return { kind: 'passed', type: 'warning', message: '', text: `warning: ${text}` }
  const cause = role?.isFolded === true ? `because of ${role.finding.caseId}, ${role.finding.title}: ` : ''
  return { kind: 'failure', type: role?.finding.caseId ?? result.caseId, message: cause + reason, text }
}

function failureText({ caseId, reason, evidence }: ReportResult, report: Report, role: Role | undefined): string {
  const { why, remedy, sources } = textOf(report, role?.finding.caseId ?? caseId)
  const places = (role?.finding.places ?? []).map(
    ({ file, line }) => `  at ${file}${line === undefined ? '' : `:${line}`}`,
  )
  const sent = evidence.map(
    ({ method, origin, target, outcome }) =>
      `  ${method} ${origin}${target} → ${outcome.kind === 'answered' ? outcome.status : outcome.failure}`,
  )
  return [reason, why, remedy, `Sources: ${sources.join(', ')}`, ...places, ...sent]
    .filter(line => line !== '')
    .join('\n')
}

function skipped(reason: string, type: string): Outcome {
  return { kind: 'skipped', type, message: reason, text: '' }
}

function suiteOf(caseId: string): string {
  return caseId.split('-').slice(0, 2).join('-')
}

function withUniqueNames(cases: readonly JunitCase[]): readonly JunitCase[] {
  const seen = new Map<string, number>()
  return cases.map(each => {
    const key = `${each.className}\n${each.name}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` }
  })
}

function countOf(cases: readonly JunitCase[], kind: Outcome['kind']): number {
  return cases.filter(each => each.kind === kind).length
}

function printSuite(name: string, cases: readonly JunitCase[]): string {
  const [failures, errors, skips] = (['failure', 'error', 'skipped'] as const).map(kind => countOf(cases, kind))
  const first = Math.min(...cases.map(({ at }) => at))
  const seconds = cases.reduce((sum, { time }) => sum + time, 0).toFixed(3)
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skips}"`
  const timestamp = new Date(first).toISOString().slice(0, 19)
  return [
    `  <testsuite ${attribute('name', name)} ${counts} time="${seconds}" timestamp="${timestamp}">`,
    ...cases.map(printCase),
    '  </testsuite>',
  ].join('\n')
}

function printCase({ className, name, time, kind, message, type, text }: JunitCase): string {
  const head = `    <testcase ${attribute('classname', className)} ${attribute('name', name)} time="${time.toFixed(3)}"`
  if (kind === 'passed')
    return text === '' ? `${head}/>` : `${head}>\n      <system-out>${escapeXml(text)}</system-out>\n    </testcase>`
  // the older of the two schemas knows no attribute of `skipped`
  const inner =
    kind === 'skipped'
      ? `<skipped>${escapeXml(message)}</skipped>`
      : `<${kind} ${attribute('message', message)} ${attribute('type', type)}>${escapeXml(text)}</${kind}>`
  return `${head}>\n      ${inner}\n    </testcase>`
}

// XML 1.0 §2.2: neither control characters nor halves of pairs may stand in a document, not even escaped
function escapeXml(text: string): string {
  return printable(text.toWellFormed())
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function attribute(name: string, text: string): string {
  return `${name}="${escapeXml(printableLine(text))}"`
}
