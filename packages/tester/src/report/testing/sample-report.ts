import { createMask } from '../mask/mask.ts'
import { createReport, type Report, type ReportOptions } from '../report.ts'
import { sampleOperations } from './sample-operations.ts'
import { sampleRun } from './sample-run.ts'

/** The report of the sample run, in a fixed locale and zone; `hostile` is put wherever the target has a say. */
export function sampleReport(hostile = '', options: Partial<ReportOptions> = {}): Report {
  const { run, ledger } = sampleRun(hostile)
  const mask = createMask({ secrets: ledger.all(), operations: sampleOperations })
  return createReport(run, { mask, locale: 'en-GB', timeZone: 'Europe/Berlin', ...options })
}
