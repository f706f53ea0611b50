import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { registrationCases } from './registration-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(registrationCases, 'AS-DCR-01'),
  section: 'RFC 7591 §5',
  options,
  finds: {
    'register-any-uri': {
      fail: ['http', 'a fragment', 'a wildcard', 'a script'].map(each => `redirect URI with ${each}`),
    },
    'register-fetches': { fail: ['logo_uri', 'jwks_uri', 'sector_identifier_uri'] },
  },
})

describeServerCase({
  testCase: caseIn(registrationCases, 'AS-DCR-02'),
  section: 'RFC 7591 §2',
  options,
  finds: {
    'register-everything': { fail: ['scopes', 'grants', 'no authentication'] },
  },
})
