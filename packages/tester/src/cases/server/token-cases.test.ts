import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { tokenCases } from './token-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-01'),
  section: 'RFC 6749 §3.2',
  options,
  finds: {
    'token-parameters-anywhere': { fail: ['GET', 'parameters in the query'] },
    'token-from-json': { warn: ['JSON body'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-02'),
  section: 'RFC 6749 §5.2',
  options,
  finds: {
    'own-error-codes': { warn: ['unknown grant_type'] },
    'secret-ignored': { warn: ['wrong secret'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-03'),
  section: 'RFC 6749 §5.1',
  options,
  finds: {
    'tokens-kept': { fail: ['tokens'], warn: ['errors'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-04'),
  section: 'RFC 6749 §5.1',
  options,
  finds: {
    'lifetime-untrue': { fail: ['expires_in'] },
    'lifetime-days': { fail: ['expires_in'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-05'),
  section: 'RFC 9700 §2.4',
  options,
  finds: {
    'password-grant': { fail: ['-'] },
    'own-error-codes': { warn: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-06'),
  section: 'RFC 6749 §5.2',
  options,
  finds: {
    'grant-for-anybody': { fail: ['client_credentials'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-07'),
  section: 'RFC 6749 §4.4.3',
  options,
  finds: {
    'machine-refreshes': { fail: ['asking for offline_access'], warn: ['usual'] },
    'machine-as-user': { fail: ['subject'] },
  },
})

describeServerCase({
  testCase: caseIn(tokenCases, 'AS-TOK-08'),
  section: 'RFC 6749 §2.3.1',
  options,
  finds: {
    'secret-unlimited': { warn: ['-'] },
    'secret-lockout': { fail: ['-'] },
    'secret-ignored': { warn: ['-'] },
  },
})
