import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { refreshCases } from './refresh-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-01'),
  section: 'RFC 9700 §4.14.2',
  options,
  finds: {
    'refresh-reused': { fail: ['public client', 'confidential client'] },
    'refresh-family-lives': { fail: ['public client', 'confidential client'] },
    'refresh-unrotated': { fail: ['public client'], warn: ['confidential client'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-02'),
  section: 'RFC 9700 §4.14.2',
  options,
  finds: {
    'refresh-race': { fail: ['-'] },
    'refresh-reused': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-03'),
  section: 'RFC 6749 §10.4',
  options,
  finds: {
    'refresh-of-anybody': { fail: ['another client'] },
    'refresh-unrotated': { fail: ['public client'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-04'),
  section: 'RFC 6749 §6',
  options,
  finds: {
    'refresh-widened': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-05'),
  section: 'RFC 6749 §6',
  options,
  finds: {
    'refresh-unnarrowed': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-06'),
  section: 'RFC 9700 §4.14.2',
  options,
  finds: {
    'refresh-endless': { warn: ['last day'] },
    'refresh-after-logout': { warn: ['logout'] },
    'refresh-unasked': { fail: ['logout'] },
  },
})

describeServerCase({
  testCase: caseIn(refreshCases, 'AS-REF-07'),
  section: 'OpenID Connect Core §11',
  options,
  finds: {
    'refresh-unasked': { fail: ['refused'], warn: ['not asked for'] },
  },
})
