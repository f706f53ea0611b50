import type { TestCase } from '../../catalogue/test-case.ts'
import { afterEnd, deleteOnly, otherOwner } from './objects-life.ts'
import { foreignElsewhere, foreignObject } from './objects-owner.ts'
import { lists, otherParent } from './objects-relations.ts'

/** RS-OBJ-01 to RS-OBJ-07: whose objects a token opens. */
export const objectCases: readonly TestCase[] = [
  foreignObject,
  foreignElsewhere,
  otherParent,
  lists,
  otherOwner,
  afterEnd,
  deleteOnly,
]
