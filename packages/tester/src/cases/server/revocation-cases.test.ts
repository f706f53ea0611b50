import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { serverRevocationCases } from './revocation-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(serverRevocationCases, 'AS-REV-01'),
  section: 'RFC 7009 §2.2',
  options,
  finds: {
    'revoke-nothing': { fail: ['access token', 'refresh token'] },
    'revoke-unknown-refused': { warn: ['unknown token'] },
  },
})

describeServerCase({
  testCase: caseIn(serverRevocationCases, 'AS-REV-02'),
  section: 'RFC 7009 §2.1',
  options,
  finds: {
    'revoke-of-anybody': { fail: ['another client'] },
    'secret-optional': { fail: ['no authentication'] },
  },
})

describeServerCase({
  testCase: caseIn(serverRevocationCases, 'AS-REV-03'),
  section: 'RFC 7009 §2.1',
  options,
  finds: {
    'revoke-alone': { warn: ['-'] },
    'revoke-nothing': { warn: ['-'] },
  },
})
