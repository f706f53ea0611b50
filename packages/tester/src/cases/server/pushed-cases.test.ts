import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { variantsOf } from '../../testing/describe-case.ts'
import { describeServerCase } from '../../testing/describe-server-case.ts'
import { caseIn, patient } from '../../testing/server-retarget.ts'
import { runServerCase, serverSkipsOf } from '../../testing/server-world.ts'
import type { Send } from '../../wire/exchange.ts'
import { pushedCases } from './pushed-cases.ts'

const options = { retarget: patient }

describeServerCase({
  testCase: caseIn(pushedCases, 'AS-PAR-01'),
  section: 'RFC 9126 §2.1',
  options,
  finds: {
    'push-open': { fail: ['no authentication'] },
    'push-nested': { fail: ['request_uri inside'] },
    'secret-optional': { fail: ['no authentication'] },
  },
})

describeServerCase({
  testCase: caseIn(pushedCases, 'AS-PAR-02'),
  section: 'RFC 9126 §4',
  options,
  finds: {
    'reference-reused': { fail: ['twice'] },
    'reference-forever': { fail: ['expired'] },
    'reference-of-anybody': { fail: ['another client'] },
  },
})

describeServerCase({
  testCase: caseIn(pushedCases, 'AS-PAR-04'),
  section: 'RFC 9101 §6.3',
  options,
  finds: {
    'outside-wins': {
      fail: ['pushed, other state', 'pushed, other scope', 'signed, other state', 'signed, other scope'],
    },
  },
})

describe('AS-PAR-03', () => {
  const mustPush = caseIn(pushedCases, 'AS-PAR-03')

  test('RFC 9126 §5: a server that says nothing of it is not tried', () => {
    assert.match(serverSkipsOf(mustPush)[0]?.reason ?? '', /does not say that requests must be pushed/)
  })

  test('RFC 9126 §5: AS-PAR-03 finds that the rule that requests must be pushed is not kept', async () => {
    const results = await runServerCase(mustPush, { defects: ['push-only-announced'] })
    assert.deepEqual(variantsOf(results, 'fail'), ['-'])
  })

  test('RFC 9126 §5: a server that keeps to it passes AS-PAR-03', async () => {
    const between = (send: Send): Send => {
      return async (request, options) => {
        const isPlain = request.target.startsWith('/authorize?') && !request.target.includes('request_uri=')
        if (!isPlain) return send(request, options)
        const response = { status: 400, headers: [], body: 'push it', isCut: false }
        return { kind: 'answered', request, sentAt: 0, duration: 1, response }
      }
    }
    const results = await runServerCase(mustPush, { defects: ['push-only-announced'], between })
    assert.deepEqual(variantsOf(results, 'pass'), ['-'])
  })
})
