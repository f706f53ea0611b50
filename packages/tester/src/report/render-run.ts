// RFC 6750 §5.3
import { withSelfResult } from '../cases/self/self-cases.ts'
import type { RunRecord } from '../run/run-record.ts'
import type { Secret } from '../secret/secret.ts'
import { printHar } from './har.ts'
import { printHtml } from './html/html-report.ts'
import { printJson } from './json.ts'
import { type JunitOptions, printJunit } from './junit.ts'
import { type Artefact, type LeakSearch, searchForSecrets } from './leak-search.ts'
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

/**
 * Makes all files of a run, and searches them and everything else that it leaves behind for every secret it has seen. Where one
 * is found, that is a finding of its own (SELF-01), and the artefact that holds it is withheld.
 */
export async function renderRun(run: RunRecord, options: RenderOptions): Promise<Rendering> {
  const { secrets, others = [] } = options
  const render = async (search: LeakSearch) => {
    const report = createReport(withSelfResult(run, search, run.endedAt), options)
    const artefacts = await artefactsOf(report, options)
    return { report, artefacts, found: searchForSecrets([...artefacts, ...others], secrets) }
  }
  const first = await render(expectedSearch(options))
  if (first.found.leaks.length === 0) return { ...first, withheld: [], search: first.found }
  const { report, artefacts, found } = await render(first.found)
  const leaking = new Set([...first.found.leaks, ...found.leaks].map(({ artefact }) => artefact))
  return {
    report,
    artefacts: artefacts.filter(({ name }) => !leaking.has(name)),
    withheld: [...leaking],
    search: first.found,
  }
}

// the files tell what the search for secrets in them came to, so they are written as if it had found none
function expectedSearch({ secrets, files, others = [] }: RenderOptions): LeakSearch {
  const { searched, ...search } = searchForSecrets([], secrets)
  return { ...search, searched: { ...searched, artefacts: Object.keys(files).length + others.length } }
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
