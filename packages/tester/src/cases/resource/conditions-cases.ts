import type { TestCase } from '../../catalogue/test-case.ts'
import { saidByCaller } from './conditions-caller.ts'
import { numericLimits } from './conditions-edges.ts'
import { missingValues } from './conditions-missing.ts'
import { races } from './conditions-race.ts'
import { falseConditions, trueForbids } from './conditions-rules.ts'

/** RS-CND-01 to RS-CND-06: what a policy asks beside scope. */
export const conditionCases: readonly TestCase[] = [
  falseConditions,
  numericLimits,
  trueForbids,
  missingValues,
  saidByCaller,
  races,
]
