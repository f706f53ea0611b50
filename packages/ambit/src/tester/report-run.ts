// RFC 6750 §5.3
import { readFileSync } from 'node:fs'
import {
  type Artefact,
  type Baseline,
  dayOf,
  type ExitOutcome,
  emptyBaseline,
  exitCodeOf,
  parseBaseline,
  printBaseline,
  printTerminal,
  problemsOfDay,
  type Rendering,
  type ReportFormat,
  type RunRecord,
  removeArtefacts,
  renderRun,
  reportFormats,
  searchForSecrets,
  type Target,
  updateBaseline,
  writeArtefacts,
} from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import { maskOf } from './run-test.ts'
import type { TestConfig } from './test-config.ts'

/** What accepting findings says. */
export type Accepting = { readonly reason: string; readonly acceptedBy: string; readonly expires: string }

/** What is made of a record. */
export type ReportSettings = {
  readonly config: TestConfig
  readonly target: Target
  /** What else the run left behind, which is searched for secrets as well. */
  readonly left: readonly Artefact[]
  readonly baseline: Baseline
  /** Whether all cases were to be tried. */
  readonly isWhole: boolean
  readonly version: string
  readonly width: number
  readonly hasColor: boolean
}

/** What a run came to. */
export type Reported = {
  readonly exit: ExitOutcome
  /** Whether a secret stood in something: nothing else counts then. */
  readonly hasLeak: boolean
  /** The summary for people. */
  readonly summary: string
  /** The JSON report; absent where a secret stood in it. */
  readonly json?: string
}

/** The name under which the JSON report is searched that no file is made of. */
const standardOutput = 'standard output'

/** Searches everything for secrets, writes the reports in which there is none, and decides how the program ends. */
export async function reportRun(record: RunRecord, settings: ReportSettings): Promise<Reported> {
  const { config, target, left, baseline, isWhole, version } = settings
  const secrets = config.secrets.all()
  const { locale, timeZone, reports } = config
  const rendering = await renderRun(record, {
    mask: maskOf(target, secrets),
    baseline,
    isPartial: !isWhole,
    secrets,
    files: { ...reports, json: reports.json ?? standardOutput },
    others: left,
    version,
    ...(locale !== undefined && { locale }),
    ...(timeZone !== undefined && { timeZone }),
  })
  const wanted = rendering.artefacts.filter(({ name }) => name !== standardOutput)
  const { written, problems } = await writeEach(wanted)
  await removeArtefacts(rendering.withheld.filter(name => name !== standardOutput))
  const summary = summaryOf(rendering, written, settings)
  const isLeaking = searchForSecrets([{ name: 'the summary', text: summary }], secrets).leaks.length > 0
  const hasLeak = isLeaking || rendering.search.leaks.length > 0
  const json = rendering.artefacts.find(({ name }) => name === (reports.json ?? standardOutput))?.text
  return {
    exit: withProblems(exitOf(record, rendering, { config, isLeaking: hasLeak }), problems),
    hasLeak,
    summary: isLeaking ? 'the summary held a secret of the run, and is not shown\n' : summary,
    ...(json !== undefined && { json }),
  }
}

type Written = { readonly written: readonly Artefact[]; readonly problems: readonly string[] }

/** A folder that cannot be written must not cost the result of a whole run: the summary is shown all the same. */
async function writeEach(wanted: readonly Artefact[]): Promise<Written> {
  const written: Artefact[] = []
  const problems: string[] = []
  for (const artefact of wanted) {
    try {
      await writeArtefacts([artefact])
      written.push(artefact)
    } catch (error) {
      problems.push(
        `\`${artefact.name}\` could not be written: ${error instanceof Error ? error.message : 'unknown error'}`,
      )
    }
  }
  return { written, problems }
}

function withProblems({ code, why }: ExitOutcome, problems: readonly string[]): ExitOutcome {
  return problems.length === 0 ? { code, why } : { code: code === 0 ? 2 : code, why: [why, ...problems].join('; ') }
}

/** What each file is for. */
const purposes = {
  html: 'the whole evidence, for people',
  junit: 'for pipelines',
  sarif: 'for code scanners',
  har: 'requests and answers, for the tools of a browser',
  json: 'for programs',
} as const satisfies Record<ReportFormat, string>

function summaryOf(
  { report }: Rendering,
  written: readonly Artefact[],
  { config, width, hasColor }: ReportSettings,
): string {
  const { reports } = config
  const hints = reportFormats.flatMap(format =>
    written.some(({ name }) => name === reports[format]) ? [`${purposes[format]}: ${reports[format]}`] : [],
  )
  return printTerminal(report, { width, hasColor, hints })
}

type Ending = { readonly config: TestConfig; readonly isLeaking: boolean }

function exitOf(record: RunRecord, { report }: Rendering, { config, isLeaking }: Ending): ExitOutcome {
  if (isLeaking)
    return { code: 1, why: 'a secret stood in what the run left behind (SELF-01); what held it was removed' }
  const accepted = new Set(report.accepted.map(({ finding }) => finding.fingerprint))
  return exitCodeOf(record, { failOn: config.failOn, accepted })
}

/**
 * Reads the baseline of a project; one that is not there accepts nothing where it is about to be written.
 * @throws {ConfigError} with all that is wrong in it
 */
export function readBaseline(path: string | undefined, isUpdated: boolean): Baseline {
  if (path === undefined) return emptyBaseline
  const text = readText(path)
  if (text === undefined && isUpdated) return emptyBaseline
  if (text === undefined) throw new ConfigError([{ path: '', message: 'there is no such file' }], `\`${path}\``)
  const reading = parseBaseline(text, Date.now())
  if (reading.kind === 'baseline') return reading.baseline
  throw new ConfigError(
    reading.problems.map(message => ({ path: '', message })),
    `\`${path}\``,
  )
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Until when findings are accepted where nobody says it, in days. */
const usualDays = 90

/**
 * Reads the day until which findings shall be accepted.
 * @throws {ConfigError} where it is none, over, or more than a year ahead
 */
export function readExpiry(day: string | undefined): string {
  const now = Date.now()
  if (day === undefined) return dayOf(now + usualDays * 86_400_000)
  const isOver = day < dayOf(now)
  const problems = [
    ...problemsOfDay(day, { at: '--expires', now }),
    ...(isOver ? [`\`--expires\` wants a day that is not over, and \`${day}\` is`] : []),
  ]
  if (problems.length === 0) return day
  throw new ConfigError(
    problems.map(message => ({ path: '', message })),
    'the baseline',
  )
}

/** Accepts what a run found, in the file; tells in a sentence what changed. */
export async function acceptFindings(
  { findings, isCut }: RunRecord,
  {
    path,
    before,
    isWhole,
    ...acceptance
  }: Accepting & {
    readonly path: string
    readonly before: Baseline
    /** Whether all cases were tried, so that what was not found is gone. */
    readonly isWhole: boolean
  },
): Promise<string> {
  const update = updateBaseline(before, findings, { ...acceptance, now: Date.now(), isComplete: isWhole && !isCut })
  const { added, renewed, dropped } = update
  await writeArtefacts([{ name: path, text: printBaseline(update.baseline) }])
  return `${path}: ${added.length} accepted until ${acceptance.expires}, ${renewed.length} renewed, ${dropped.length} removed`
}
