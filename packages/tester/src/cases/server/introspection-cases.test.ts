import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { introspectionCases } from './introspection-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(introspectionCases, 'AS-INT-01'),
  section: 'RFC 7662 §2.1',
  options,
  finds: {
    'introspection-open': { fail: ['no authentication', 'name only', 'wrong secret', 'a token that is none'] },
    'secret-optional': { fail: ['name only'] },
    'secret-ignored': { fail: ['wrong secret'] },
  },
})

describeServerCase({
  testCase: caseIn(introspectionCases, 'AS-INT-02'),
  section: 'RFC 7662 §2.2',
  options,
  finds: {
    'introspection-of-others': { fail: ['of another client'] },
    'introspection-tells': { warn: ['no token', 'revoked', 'expired', 'of another client'] },
    'introspection-of-the-dead': { fail: ['expired'] },
    'introspection-open': { fail: ['of another client'] },
    'revoke-nothing': { fail: ['revoked'] },
    'lifetime-untrue': { fail: ['expired'] },
  },
})
