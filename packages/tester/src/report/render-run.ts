// RFC 6750 §5.3
import type { CaseText } from '../catalogue/test-case.ts'
import type { Finding, ProbeResult, RunRecord } from '../run/run-record.ts'
import type { Secret } from '../secret/secret.ts'
import { printHar } from './har.ts'
import { printHtml } from './html/html-report.ts'
import { printJson } from './json.ts'
import { type JunitOptions, printJunit } from './junit.ts'
import { type Artefact, type Leak, type LeakSearch, searchForSecrets } from './leak-search.ts'
import { createReport, type Report, type ReportOptions } from './report.ts'
import { printSarif } from './sarif.ts'

/** The files that can be made of a run. */
export const reportFormats = ['html', 'json', 'junit', 'sarif', 'har'] as const

/** A file that can be made of a run. */
export type ReportFormat = (typeof reportFormats)[number]

/** What to make of a run. */
export type RenderOptions = ReportOptions &
  JunitOptions & {
    /** Everything that the ledger remembers. */
    readonly secrets: readonly Secret[]
    /** The file of each format that is wanted. */
    readonly files: Readonly<Partial<Record<ReportFormat, string>>>
    /** What else the run leaves behind: a log, a file to go on from. It is searched as well. */
    readonly others?: readonly Artefact[]
    /** Version of the program. */
    readonly version: string
  }

/** A run as files, none of which holds a secret. */
export type Rendering = {
  readonly report: Report
  readonly artefacts: readonly Artefact[]
  /** Names of artefacts in which a secret stands: those of `files` are not among the artefacts, others must be deleted. */
  readonly withheld: readonly string[]
  readonly search: LeakSearch
}

const leakCase: CaseText = {
  id: 'SELF-01',
  title: 'secrets in what the test leaves behind',
  why: 'Reports are sent around and kept. A token or password in one of them is open to whoever reads it.',
  remedy: 'Take back what leaked, and report it to the makers of the tester: its masking should have hidden it.',
  severity: 'critical',
  level: 'S',
  sources: ['RFC 6750 §5.3'],
  tags: ['self'],
}

/**
 * Makes all files of a run, and searches them and everything else that it leaves behind for every secret it has seen. Where one
 * is found, that is a finding of its own (SELF-01), and the artefact that holds it is withheld.
 */
export async function renderRun(run: RunRecord, options: RenderOptions): Promise<Rendering> {
  const { secrets, others = [] } = options
  const clean = createReport(withResult(run, undefined), options)
  const artefacts = await artefactsOf(clean, options)
  const search = searchForSecrets([...artefacts, ...others], secrets)
  if (search.leaks.length === 0) return { report: withNotes(clean, search), artefacts, withheld: [], search }
  const report = createReport(withResult(run, search.leaks), options)
  const again = await artefactsOf(report, options)
  const leaking = new Set([...search.leaks, ...searchForSecrets(again, secrets).leaks].map(({ artefact }) => artefact))
  return {
    report: withNotes(report, search),
    artefacts: again.filter(({ name }) => !leaking.has(name)),
    withheld: [...leaking],
    search,
  }
}

function withNotes(report: Report, { notes }: LeakSearch): Report {
  return { ...report, notes: [...report.notes, ...notes] }
}

async function artefactsOf(report: Report, { files, version, ...junit }: RenderOptions): Promise<readonly Artefact[]> {
  const print = {
    html: () => printHtml(report),
    json: () => printJson(report),
    junit: () => printJunit(report, junit),
    sarif: () => printSarif(report, { version }),
    har: () => printHar(report, { version }),
  } as const satisfies Record<ReportFormat, () => string | Promise<string>>
  const wanted = reportFormats.flatMap(format => {
    const name = files[format]
    return name === undefined ? [] : [{ name, format }]
  })
  return Promise.all(wanted.map(async ({ name, format }) => ({ name, text: await print[format]() })))
}

function withResult(run: RunRecord, leaks: readonly Leak[] | undefined): RunRecord {
  const kinds = [...new Set((leaks ?? []).map(({ kind, artefact }) => `\`${artefact}\` (${kind})`))]
  const result: ProbeResult = {
    name: 'SELF-01',
    caseId: 'SELF-01',
    verdict: leaks === undefined ? 'pass' : 'fail',
    reason:
      leaks === undefined
        ? 'no secret of the run stands in what it leaves behind'
        : `a secret stands in ${kinds.join(', ')}`,
    evidence: [],
    startedAt: run.endedAt,
    duration: 0,
  }
  const withIt = { ...run, cases: [...run.cases, leakCase], results: [...run.results, result] }
  return leaks === undefined ? withIt : { ...withIt, findings: [leakFinding(result), ...run.findings] }
}

function leakFinding(result: ProbeResult): Finding {
  const { title, severity } = leakCase
  const words = {
    fingerprint: 'SELF-01',
    caseId: 'SELF-01',
    verdict: 'fail',
    severity,
    title,
    reason: result.reason,
  } as const
  return { ...words, operations: [], results: [result], folded: [], places: [] }
}
