import type { TestCase } from '../../catalogue/test-case.ts'
import { batches } from './scope-batch.ts'
import { elevatedClaims, otherForms, separators } from './scope-claim.ts'
import { allOthers, leastScope, minusOne, withoutScope } from './scope-least.ts'
import { lookAlikes, otherLetters, wildcards } from './scope-lookalikes.ts'
import { scopeMatrix } from './scope-matrix.ts'
import { narrowed } from './scope-narrowed.ts'
import { properties } from './scope-parts.ts'
import { hierarchy, readOnWrites } from './scope-verbs.ts'

/** RS-SCP-01 to RS-SCP-16: what each scope opens, and what it does not. */
export const scopeCases: readonly TestCase[] = [
  leastScope,
  withoutScope,
  scopeMatrix,
  minusOne,
  lookAlikes,
  otherLetters,
  allOthers,
  separators,
  otherForms,
  readOnWrites,
  hierarchy,
  wildcards,
  elevatedClaims,
  batches,
  properties,
  narrowed,
]
