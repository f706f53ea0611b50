import type { TestCase } from '../../catalogue/test-case.ts'
import { leakCases } from './leak-cases.ts'
import { requestCases } from './request-cases.ts'
import { responseCases } from './response-cases.ts'
import { givenTokenCases } from './token-cases.ts'

/** CL-STA-01 to CL-GRA-01: clients, with a server that the tester plays. */
export const clientCases: readonly TestCase[] = [...responseCases, ...requestCases, ...givenTokenCases, ...leakCases]
