import type { PlanDocument, PlannedOperation } from './plan-document.ts'

/** A table: headings and rows. */
type PlanTable = { readonly headings: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** A plan for people: what stands in front of its tables, the tables, and what stands behind. */
export type PrintedPlan = {
  readonly head: readonly string[]
  readonly operations: PlanTable
  readonly cases: PlanTable
  readonly tail: readonly string[]
}

const shownCases = 6

/** Writes a plan for people. */
export function printPlan(plan: PlanDocument): PrintedPlan {
  return {
    head: [
      plan.title,
      [plan.origin && `API ${plan.origin}`, plan.issuer && `server ${plan.issuer}`].filter(Boolean).join(', '),
      `${count(plan.tests, 'test')} on ${count(plan.operations.length, 'operation')}, ${plan.skips} left out; level ${plan.levels.join(', ')}; seed ${plan.seed}`,
      plan.mayWrite ? `${plan.writes} of them may change something` : 'nothing is changed: `--allow-writes` allows it',
    ].filter(line => line !== ''),
    operations: {
      headings: ['operation', 'needs', 'tests', 'left out', 'made up'],
      rows: plan.operations.map(rowOf),
    },
    cases: {
      headings: ['case', 'level', 'tests', 'left out', 'what is tried'],
      rows: plan.cases
        .filter(({ tests }) => tests > 0)
        .map(({ case: id, level, tests, skips, title }) => [id, level, String(tests), String(skips), title]),
    },
    tail: tailOf(plan),
  }
}

function rowOf({ operation, access, needs, tests, skips, madeUp, problem }: PlannedOperation): readonly string[] {
  const wanted = access === 'token' ? needs.map(set => set.join(' + ') || 'any token').join(' or ') : access
  return [operation, wanted, String(tests), String(skips), problem ?? madeUp.join(', ')]
}

function tailOf({ flows, reasons, files, notes }: PlanDocument): readonly string[] {
  const written = Object.entries(files).map(([format, path]) => `  ${format}  ${path}`)
  return [
    ...section(
      'How tokens are got',
      flows.map(({ flow, operations }) => `  for ${count(operations, 'operation')}: ${flow}`),
    ),
    ...section(
      'What is left out, and why',
      reasons.map(({ reason, count: times, cases }) => `  ${times}× ${reason} (${someOf(cases)})`),
    ),
    ...section('What is written', written),
    ...section(
      'To know',
      notes.map(note => `  ${note}`),
    ),
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function someOf(cases: readonly string[]): string {
  const more = cases.length - shownCases
  return more > 0 ? `${cases.slice(0, shownCases).join(', ')} and ${more} more` : cases.join(', ')
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
