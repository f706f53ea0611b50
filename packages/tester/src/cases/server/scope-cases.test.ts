import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, withApis } from '../../testing/server-retarget.ts'
import { serverScopeCases } from './scope-cases.ts'

const characters = ['a quotation mark', 'a backslash', 'a no-break space', 'a tab'].flatMap(each => [
  each,
  `client_credentials, ${each}`,
])

const options = { retarget: withApis }

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-01'),
  section: 'RFC 6749 §3.3',
  options,
  finds: {
    'scope-unknown': { fail: ['unknown', 'known and unknown', 'client_credentials'] },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-02'),
  section: 'RFC 6819 §4.2.2',
  options,
  finds: {
    'scope-of-others': { fail: ['for a user', 'client_credentials'] },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-03'),
  section: 'RFC 6749 §3.3',
  options,
  finds: {
    'scope-untold': { warn: ['client_credentials'] },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-04'),
  section: 'RFC 6749 §3.3',
  options,
  finds: {
    'scope-loosely-split': { fail: characters },
    'scope-unknown': { fail: characters.slice(1), warn: characters.slice(0, 1) },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-05'),
  section: 'RFC 6749 §4.1.3',
  options,
  finds: {
    'scope-upgraded': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-06'),
  section: 'RFC 6749 §5.1',
  options,
  finds: {
    'scope-choice-ignored': { fail: ['-'] },
    'scope-untold': { fail: ['-'] },
  },
})

describeServerCase({
  testCase: caseIn(serverScopeCases, 'AS-SCP-07'),
  section: 'RFC 8707 §2',
  options,
  finds: {
    'resource-unknown': { fail: ['unknown', 'known and unknown', 'unknown at the token endpoint'] },
    'resource-ignored': { fail: ['one'] },
  },
})
