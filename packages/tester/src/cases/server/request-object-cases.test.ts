import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { requestObjectCases } from './request-object-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(requestObjectCases, 'AS-JAR-01'),
  section: 'RFC 9101 §6.2',
  options,
  finds: {
    'object-unsigned': { fail: ['alg none', 'another key', 'HS256 with the public key'] },
    'object-expired': { fail: ['expired'], warn: ['no exp'] },
    'object-anywhere': { fail: ['aud of another server'] },
  },
})

describeServerCase({
  testCase: caseIn(requestObjectCases, 'AS-JAR-02'),
  section: 'RFC 9101 §10.4',
  options,
  finds: {
    'object-fetched': { fail: ['-'] },
  },
})
