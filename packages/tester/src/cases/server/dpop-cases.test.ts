import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { dpopCases } from './dpop-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(dpopCases, 'AS-DPO-01'),
  section: 'RFC 9449 §5',
  options,
  finds: {
    'proof-unverified': { fail: ['another signature', 'two proofs'] },
    'proof-elsewhere': { fail: ['another method', 'another address'] },
    'proof-replayed': { warn: ['used before'] },
    'refresh-unbound': { fail: ['no proof on refresh', 'another key on refresh'] },
  },
})
