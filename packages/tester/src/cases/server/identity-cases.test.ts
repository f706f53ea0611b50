import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { identityCases } from './identity-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(identityCases, 'AS-OID-01'),
  section: 'OpenID Connect Core §3.1.3.7',
  options,
  finds: {
    'id-token-unsigned': { fail: ['signature and claims', 'alg'] },
    'id-token-nonce-lost': { fail: ['signature and claims', 'nonce'] },
    'id-token-hash-wrong': { fail: ['at_hash'] },
    'id-token-for-others': { fail: ['signature and claims'] },
  },
})

describeServerCase({
  testCase: caseIn(identityCases, 'AS-OID-02'),
  section: 'OpenID Connect RP-Initiated Logout §3',
  options,
  finds: {
    'logout-anywhere': { fail: ['unregistered address'] },
    'logout-unasked': { warn: ['without a hint'] },
  },
})
