import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaseId } from '../../catalogue/case-id.ts'
import { isProbe } from '../../catalogue/test-case.ts'
import { readApi } from '../../discovery/openapi/read-api.ts'
import { type ClientCaseOptions, clientWorld, runClientCase } from '../../testing/client-world.ts'
import { type Found, variantsOf } from '../../testing/describe-case.ts'
import { caseIn } from '../../testing/server-retarget.ts'
import { type MistakeName, mistakes } from '../../testing/small-client/mistakes.ts'
import { clientCases } from './client-cases.ts'

type Claims = {
  readonly id: CaseId
  readonly section: string
  readonly finds: Readonly<Partial<Record<MistakeName, Found>>>
  readonly options?: ClientCaseOptions
}

function isMistake(entry: readonly [string, Found]): entry is [MistakeName, Found] {
  return entry[0] in mistakes
}

function describeClientCase({ id, section, finds, options = {} }: Claims): void {
  const testCase = caseIn(clientCases, id)
  describe(id, () => {
    test(`${section}: a careful client passes ${id}`, async () => {
      const results = await runClientCase(testCase, options)
      const bad = results.filter(({ judgement: { verdict } }) => verdict !== 'pass')
      assert.deepEqual(
        bad.map(({ probe, judgement }) => `${probe.variant}: ${judgement.verdict}: ${judgement.reason}`),
        [],
      )
      assert.ok(results.length > 0)
    })
    for (const [mistake, found] of Object.entries(finds).filter(isMistake))
      test(`${section}: ${id} finds that ${mistakes[mistake].what}`, async () => {
        const results = await runClientCase(testCase, { ...options, mistakes: [mistake] })
        for (const verdict of ['fail', 'warn'] as const)
          assert.deepEqual(variantsOf(results, verdict), [...(found[verdict] ?? [])].sort(), verdict)
      })
    test(`${section}: without a client ${id} says why it is not tried`, () => {
      const { client: _, ...target } = clientWorld().target
      const planned = testCase.plan(target)
      assert.equal(planned.some(isProbe), false)
    })
  })
}

describeClientCase({
  id: 'CL-STA-01',
  section: 'RFC 9700 §4.7',
  finds: {
    'state-unchecked': { warn: ['no state', 'state of another browser', 'state that was used'] },
    'state-unbound': { warn: ['state of another browser'] },
    'state-reusable': { warn: ['state that was used'] },
  },
})

test('RFC 9700 §4.7: without PKCE an answer that nobody asked for is no warning but a failure', async () => {
  const results = await runClientCase(caseIn(clientCases, 'CL-STA-01'), { mistakes: ['state-unchecked', 'no-pkce'] })
  assert.deepEqual(variantsOf(results, 'fail'), ['no state', 'state of another browser', 'state that was used'])
})

describeClientCase({
  id: 'CL-STA-02',
  section: 'RFC 6749 §10.10',
  finds: {
    'state-constant': { fail: ['state', 'two logins in one browser'] },
    'state-counted': { fail: ['state'] },
    'nonce-constant': { fail: ['nonce', 'two logins in one browser'] },
  },
})

describeClientCase({
  id: 'CL-ISS-01',
  section: 'RFC 9207 §2.4',
  finds: { 'iss-unchecked': { fail: ['wrong iss', 'no iss'] }, 'iss-optional': { fail: ['no iss'] } },
})

describeClientCase({
  id: 'CL-NON-01',
  section: 'OpenID Connect Core §3.1.3.7',
  finds: {
    'nonce-unchecked': { fail: ['wrong nonce', 'no nonce'] },
    'aud-unchecked': { fail: ['wrong aud'] },
    'signature-unchecked': { fail: ['alg none', 'another key'] },
    'expiry-unchecked': { fail: ['expired'] },
    'issuer-unchecked': { fail: ['wrong iss'] },
  },
})

describeClientCase({
  id: 'CL-COD-01',
  section: 'RFC 9700 §4.5',
  finds: {
    'no-pkce': { fail: ['-'] },
    'plain-pkce': { warn: ['-'] },
    'verifier-forgotten': { fail: ['-'] },
  },
})

const secured = (scope: string) => ({ security: [{ oauth: [scope] }], responses: { 200: { description: 'done' } } })
const document = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://api.small.test' }],
  paths: { '/notes': { get: secured('read'), post: secured('write') } },
  components: {
    securitySchemes: {
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: '/token', scopes: { read: 'Read', write: 'Write' } } },
      },
    },
  },
}

function notes() {
  const reading = readApi(document, {})
  assert.ok('api' in reading)
  return reading.api
}

describeClientCase({
  id: 'CL-SCP-01',
  section: 'RFC 9700 §2.3',
  options: { api: notes(), calls: ['GET /notes'] },
  finds: { greedy: { warn: ['-'] } },
})

test('RFC 9700 §2.3: a client that asks for less than it needs is told so', async () => {
  const options = { api: notes(), calls: ['GET /notes', 'POST /notes'] }
  const [result] = await runClientCase(caseIn(clientCases, 'CL-SCP-01'), options)
  assert.equal(result?.judgement.verdict, 'warn')
  assert.match(result?.judgement.reason ?? '', /does not ask for `write`/)
})

describeClientCase({
  id: 'CL-LEK-01',
  section: 'RFC 9700 §4.2',
  finds: {
    'stays-at-callback': { fail: ['the address with the code'] },
    'token-in-address': { fail: ['tokens in addresses'] },
    'token-in-query': { fail: ['tokens in addresses'] },
    'token-in-page': { warn: ['tokens in pages'] },
    'token-in-cookie': { fail: ['tokens in cookies'] },
  },
})

describeClientCase({
  id: 'CL-GRA-01',
  section: 'RFC 6749 §5.1',
  finds: {
    'breaks-on-less': { fail: ['one less', 'almost nothing'] },
    'asks-again': { warn: ['one less', 'almost nothing'] },
  },
})

test('a client that does not begin to log in is not judged', async () => {
  const between = () => async (request: Parameters<ReturnType<typeof clientWorld>['context']['send']>[0]) => {
    const response = { status: 200, headers: [], body: 'nothing', isCut: false }
    return { kind: 'answered' as const, request, sentAt: 0, duration: 1, response }
  }
  for (const testCase of clientCases)
    for (const { judgement } of await runClientCase(testCase, { between }))
      assert.equal(judgement.verdict, 'inconclusive')
})
