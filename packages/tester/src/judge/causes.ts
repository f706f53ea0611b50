import type { CaseId } from '../catalogue/case-id.ts'
import type { Cause } from './causes/cause.ts'
import { claimCauses } from './causes/claim-causes.ts'
import { crashCauses } from './causes/crash-causes.ts'
import { guardCauses } from './causes/guard-causes.ts'
import { objectCauses } from './causes/object-causes.ts'
import { scopeCauses } from './causes/scope-causes.ts'
import { serverCauses } from './causes/server-causes.ts'

/**
 * What explains what. The rule for a row: whoever repairs the cause has repaired the effect. Where that is not sure, there is
 * no row, and two findings are told. Rows are tried from the top, and the first that fits counts.
 */
export const causes: readonly Cause[] = [
  ...guardCauses,
  ...claimCauses,
  ...scopeCauses,
  ...objectCauses,
  ...crashCauses,
  ...serverCauses,
]

/**
 * Whose finding it is where many cases complain about refusals in the same words: the simplest request that shows it.
 */
export const firstToComplain: readonly CaseId[] = ['RS-TOK-01', 'RS-TOK-02', 'RS-ERR-01', 'RS-SCP-02']

/** What is a trait of the guard, so that it is the same defect on whichever operation it was seen. */
export const guardWide = [
  'RS-TOK-02',
  'RS-TOK-03',
  'RS-TOK-04',
  'RS-TOK-05',
  'RS-TOK-06',
  'RS-TOK-07',
  'RS-TOK-08',
  'RS-TOK-09',
  'RS-TRN',
  'RS-JWT',
  'RS-CLM',
  'RS-TYP',
  'RS-POP',
  'RS-REV',
] as const
