import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestCase } from '../../catalogue/test-case.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { runServerCase, serverSkipsOf } from '../../testing/server-world.ts'
import { redirectCases } from './redirect-cases.ts'
import { mutations } from './redirect-mutations.ts'

function caseOf(id: TestCase['id']): TestCase {
  const found = redirectCases.find(each => each.id === id)
  assert.ok(found)
  return found
}

const schemes = ['`javascript:`', '`data:`', '`vbscript:`']

describeServerCase({
  testCase: caseOf('AS-RED-01'),
  section: 'RFC 6749 §3.1.2.4',
  finds: { 'redirect-any': { fail: ['of a stranger', 'of another client'] } },
})

describeServerCase({
  testCase: caseOf('AS-RED-02'),
  section: 'RFC 9700 §4.1.3',
  finds: {
    'redirect-any': { fail: mutations.map(({ variant }) => variant) },
    'redirect-prefix': {
      fail: [
        'a longer path',
        'a longer name',
        'a step up',
        'an encoded step up',
        'an added query',
        'an added fragment',
      ],
    },
    'redirect-case-folded': { fail: ['another case of the path', 'another case of the host'] },
    'redirect-normalized': {
      fail: [
        'a step up and back',
        'a doubled slash',
        'an encoded slash',
        'an encoded letter',
        'another case of the host',
        'an added query',
        'an added fragment',
        'a user name',
      ],
    },
    'redirect-same-domain': {
      fail: mutations
        .map(({ variant }) => variant)
        .filter(
          variant =>
            ![
              'the host as user name',
              'the host as subdomain',
              'a backslash',
              'a letter that looks alike',
              'a dot behind the host',
            ].includes(variant),
        ),
    },
  },
})

describeServerCase({
  testCase: caseOf('AS-RED-03'),
  section: 'RFC 8252 §7.3',
  finds: { 'redirect-fixed-port': { fail: ['another port'] }, 'redirect-any': { fail: ['another host'] } },
})

describeServerCase({
  testCase: caseOf('AS-RED-04'),
  section: 'RFC 6749 §3.1',
  finds: {
    'redirect-first-wins': { fail: ['the good one first'] },
    'redirect-last-wins': { fail: ['the bad one first'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-RED-05'),
  section: 'RFC 9700 §4.11.2',
  finds: {
    'error-before-check': { fail: ['to a stranger’s address'] },
    'error-to-stranger': { fail: ['to a client that registered itself'] },
  },
})

describeServerCase({
  testCase: caseOf('AS-RED-06'),
  section: 'RFC 9700 §4.12',
  finds: { 'redirect-307': { fail: ['-'] } },
})

describeServerCase({
  testCase: caseOf('AS-RED-07'),
  section: 'RFC 8252 §7.1',
  finds: {
    'redirect-script': { fail: schemes },
    'redirect-any': { fail: [...schemes, '`file:`', '`com.attacker.example:`'] },
  },
})

test('RFC 9700 §4.1.3: there are 20 differences and more, and each makes another text of a web address', () => {
  const registered = 'https://client.example/callback'
  const changed = mutations.map(({ change }) => change(new URL(registered), registered))
  assert.equal(new Set(changed).size, mutations.length)
  assert.ok(mutations.length >= 20)
  assert.ok(!changed.includes(registered) && !changed.includes(undefined))
})

test('RFC 8252 §7.1: of an address with a scheme of its own only what can be changed is changed', () => {
  const registered = 'com.example.app:/callback'
  const changed = mutations.flatMap(({ change }) => change(new URL(registered), registered) ?? [])
  assert.ok(changed.length >= 4)
  assert.ok(!changed.includes(registered))
})

test('RFC 7592 §2.3: the client that AS-RED-05 registers is deleted at the end', async () => {
  const results = await runServerCase(caseOf('AS-RED-05'), { only: 'registered itself' })
  const methods = results.flatMap(({ sent }) =>
    sent.map(({ request }) => `${request.method} ${request.target.replace(/-.*$/, '')}`),
  )
  assert.deepEqual([methods.at(0), methods.at(-1)], ['POST /register', 'DELETE /register/dcr'])
})

test('RFC 9700 §4.11.2: nothing is registered where writing was not allowed', () => {
  const skips = serverSkipsOf(caseOf('AS-RED-05'), { retarget: target => ({ ...target, mayWrite: false }) })
  assert.match(skips[0]?.reason ?? '', /registers a client/)
})

test('RFC 8252 §7.3: without a native client AS-RED-03 says what to configure', () => {
  const skips = serverSkipsOf(caseOf('AS-RED-03'), {
    retarget: target => ({
      ...target,
      server: { ...target.server, clients: target.server.clients.filter(({ name }) => name !== 'native') },
    }),
  })
  assert.deepEqual(
    skips.map(({ reason }) => /loopback address.*configure one/.test(reason)),
    [true, true],
  )
})
