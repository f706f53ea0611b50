import type { TestCase } from '../../catalogue/test-case.ts'
import { codeGuards } from './code-guards.ts'
import { codeRoutes } from './code-routes.ts'
import { declaredScopes } from './declared-scopes.ts'
import { silentOperations, writesWithoutScope } from './document-security.ts'
import { observedScope } from './observed-scope.ts'
import { broadScopes } from './scope-breadth.ts'

/** RS-ROU-06 and RS-PRV-01 to RS-PRV-06: what reading finds in the document, the code and recordings. */
export const staticCases: readonly TestCase[] = [
  codeRoutes,
  silentOperations,
  writesWithoutScope,
  declaredScopes,
  broadScopes,
  observedScope,
  codeGuards,
]
