import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { serverTransportCases } from './tls-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(serverTransportCases, 'AS-TLS-01'),
  section: 'RFC 6749 §3.1',
  options,
  finds: {
    'endpoint-plain': { fail: ['addresses'] },
    'plain-http': { fail: ['plain http'] },
    'tls-old': { fail: ['TLS 1.0', 'TLS 1.1'] },
    'no-hsts': { warn: ['HSTS'] },
  },
})
