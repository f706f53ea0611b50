import type { TestCase } from '../../catalogue/test-case.ts'
import { clearConsentCase, silentCase } from './authorization-consent.ts'
import { forgeryCase } from './authorization-forgery.ts'
import { issuerCase } from './authorization-issuer.ts'
import { framesCase, referrerCase } from './authorization-pages.ts'
import { implicitCase, parametersCase, responseTypeCase, stateCase } from './authorization-request.ts'
import { scriptedLoginCase } from './metadata-cors.ts'

/** Cases about the authorization endpoint and its pages. */
export const authorizationCases: readonly TestCase[] = [
  responseTypeCase,
  parametersCase,
  stateCase,
  issuerCase,
  framesCase,
  referrerCase,
  forgeryCase,
  silentCase,
  clearConsentCase,
  implicitCase,
  scriptedLoginCase,
]
