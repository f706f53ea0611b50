// RFC 7519 §4.1; RFC 9068 §2.2, §4
import type { TestCase } from '../../catalogue/test-case.ts'
import { audienceCase, issuerCase, noAudienceCase } from './claims-audience.ts'
import { clientAsUserCase, mutableIdentityCase, nobodyCase, secondIssuerCase } from './claims-identity.ts'
import { skewCase } from './claims-skew.ts'
import { expiredCase, farFutureCase, noExpiryCase, notYetCase } from './claims-time.ts'

/** Whether what a token says is looked at: until when, by whom, for whom and about whom. */
export const claimsCases: readonly TestCase[] = [
  expiredCase,
  skewCase,
  notYetCase,
  farFutureCase,
  issuerCase,
  audienceCase,
  noAudienceCase,
  noExpiryCase,
  nobodyCase,
  secondIssuerCase,
  mutableIdentityCase,
  clientAsUserCase,
]
