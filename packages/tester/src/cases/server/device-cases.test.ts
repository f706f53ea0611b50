import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { deviceCases } from './device-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(deviceCases, 'AS-DEV-01'),
  section: 'RFC 8628 §3.5',
  options,
  finds: {
    'device-hurry': { warn: ['too fast'] },
    'device-reused': { fail: ['twice'] },
    'device-forever': { fail: ['expired'] },
  },
})

describeServerCase({
  testCase: caseIn(deviceCases, 'AS-DEV-02'),
  section: 'RFC 8628 §5.1',
  options,
  finds: {
    'device-guessable': { warn: ['brute force'] },
    'device-of-anybody': { fail: ['another client'] },
  },
})
