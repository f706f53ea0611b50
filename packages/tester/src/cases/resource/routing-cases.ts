import type { TestCase } from '../../catalogue/test-case.ts'
import { proxyHeaders, upgrades } from './routing-headers.ts'
import { methodOverrides } from './routing-methods.ts'
import { encodedPaths, olderVersions, slashPaths } from './routing-paths.ts'

/** RS-ROU-01 to RS-ROU-05 and RS-ROU-07: ways around the guard. */
export const routingCases: readonly TestCase[] = [
  slashPaths,
  encodedPaths,
  methodOverrides,
  proxyHeaders,
  olderVersions,
  upgrades,
]
