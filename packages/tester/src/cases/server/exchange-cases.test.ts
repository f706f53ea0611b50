import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { exchangeCases } from './exchange-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(exchangeCases, 'AS-EXC-01'),
  section: 'RFC 8693 §2.2.2',
  options,
  finds: {
    'exchange-widened': { fail: ['larger scope'] },
    'exchange-anywhere': { fail: ['foreign audience'] },
    'exchange-unverified': { fail: ['another subject'] },
    'exchange-impersonates': { fail: ['requested subject'] },
    'exchange-any-actor': { warn: ['no may_act'] },
  },
})
