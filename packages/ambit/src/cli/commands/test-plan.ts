import { allCases } from '@ambit/tester'
import type { OpenedTest, TestRequest } from '../../tester/open-test.ts'
import { planDocument } from '../../tester/plan-document.ts'
import { printPlan } from '../../tester/print-plan.ts'
import { type CliIo, exitCodes, printJson } from '../command.ts'
import { printableLine } from '../printable.ts'
import { bold, printTable } from '../table.ts'

/** Prints what a run would do. */
export function showPlan({ plan, notes }: OpenedTest, request: TestRequest, io: CliIo, isJson: boolean): number {
  const { config, extent } = request
  const document = planDocument(plan, config.title, {
    flows: config.login.flows,
    files: config.reports,
    notes,
    isOffline: extent.isOffline,
  })
  if (isJson) {
    printJson(io, document)
    return exitCodes.done
  }
  const { head, operations, cases, tail } = printPlan(document)
  const [title = '', ...facts] = head.map(printableLine)
  io.out(`${bold(io, title)}\n${facts.map(line => `${line}\n`).join('')}\n`)
  printTable(io, operations.headings, operations.rows)
  io.out('\n')
  printTable(io, cases.headings, cases.rows)
  for (const line of tail) io.out(`${printableLine(line)}\n`)
  return exitCodes.done
}

/** Prints every case that there is. */
export function listCases(io: CliIo, isJson: boolean): number {
  const cases = allCases.map(({ id, title, why, remedy, severity, level, sources, tags }) => ({
    case: id,
    title,
    why,
    remedy,
    severity,
    level,
    sources,
    tags,
  }))
  if (isJson) printJson(io, cases)
  else
    printTable(
      io,
      ['case', 'level', 'severity', 'what is tried', 'by'],
      cases.map(({ case: id, level, severity, title, sources }) => [id, level, severity, title, sources.join(', ')]),
    )
  return exitCodes.done
}
