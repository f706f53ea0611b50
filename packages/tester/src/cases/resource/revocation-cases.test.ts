import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProbe, type TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Target } from '../../target/target.ts'
import { createCaseWorld, skipsOf } from '../../testing/case-world.ts'
import { answerOf, describeCase, runBehind, variantsOf, withoutTestIssuer } from '../../testing/describe-case.ts'
import { introspectionDown, introspectionLies, revokedGrant, revokedToken } from './revocation-cases.ts'

describeCase({ testCase: revokedToken, section: 'RFC 7009 §2', finds: { 'revoked-accepted': { fail: ['-'] } } })
describeCase({
  testCase: revokedGrant,
  section: 'RFC 7009 §2.1',
  finds: { 'grant-survives': { warn: ['its refresh token'] } },
})
describeCase({
  testCase: introspectionDown,
  section: 'RFC 7662 §4',
  finds: { 'introspection-failure-opens': { fail: ['-'] } },
})
describeCase({
  testCase: introspectionLies,
  section: 'RFC 7662 §2.2',
  finds: {
    'introspection-audience-ignored': { fail: ['another audience', 'another issuer'] },
    'introspection-expiry-ignored': { fail: ['an expiry that is over'] },
  },
})

const promising =
  (revocationWindow: number) =>
  (target: Target): Target => ({ ...target, ...(target.api && { api: { ...target.api, revocationWindow } }) })

/** Runs the case on an API that notices a revocation after some seconds. */
async function runLate(testCase: TestCase, window: number, noticedAfter: number) {
  const world = createCaseWorld({ retarget: promising(window) })
  const results = []
  for (const probe of testCase.plan(world.target)) {
    if (!isProbe(probe) || probe.operation !== 'GET /petstore/pets') continue
    const context = world.context([])
    let revokedAt = Number.POSITIVE_INFINITY
    const revoke: ProbeContext['tokens']['revoke'] = async () => {
      revokedAt = context.now()
      return 'revoked'
    }
    const late: ProbeContext = {
      ...context,
      tokens: { ...context.tokens, revoke },
      send: async (request, options) => {
        const isNoticed = context.now() - revokedAt >= noticedAfter * 1000
        if (!isNoticed) return context.send(request, options)
        const response = answerOf(401, [['WWW-Authenticate', 'Bearer error="invalid_token"']])
        return { kind: 'answered', request, response, sentAt: 0, duration: 1 }
      },
    }
    results.push({ probe, judgement: await probe.run(late) })
  }
  return results
}

test('RFC 7009 §2: a revocation may take as long as was promised, and no longer', async () => {
  const within = await runLate(revokedToken, 30, 4)
  assert.deepEqual(
    within.map(({ judgement }) => [judgement.verdict, judgement.figures]),
    [['pass', { secondsUntilRefused: 5 }]],
  )
  const late = await runLate(revokedToken, 5, 30)
  assert.deepEqual(
    late.map(({ judgement }) => judgement.verdict),
    ['fail'],
  )
  const unknown = await runLate(revokedToken, 600, 300)
  assert.deepEqual(
    unknown.map(({ judgement }) => judgement.verdict),
    ['inconclusive'],
  )
})

test('RFC 7662 §4: anything but 503 is a wrong answer where nobody can be asked', async () => {
  let asked = 0
  const between = () => {
    asked += 1
    return asked === 1 ? answerOf(200) : answerOf(401)
  }
  const results = await runBehind(introspectionDown, between, { only: 'GET /inventory/orders' })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.complaint),
    ['401 instead of 503'],
  )
})

test('RFC 7662 §4: without a way through the tester the reason is said', () => {
  const without = (target: Target): Target => {
    if (target.api === undefined) return target
    const { introspection: _, ...api } = target.api
    return { ...target, api }
  }
  for (const testCase of [introspectionDown, introspectionLies])
    assert.match(skipsOf(testCase, { retarget: without })[0]?.reason ?? '', /does not lead through the tester/)
})

test('RFC 7009 §2: a server that cannot revoke is not the fault of the API', async () => {
  const world = createCaseWorld()
  const verdicts = []
  for (const answer of ['unsupported', 'failed'] as const)
    for (const probe of revokedToken.plan(world.target)) {
      if (!isProbe(probe)) continue
      const context = world.context([])
      const { verdict } = await probe.run({ ...context, tokens: { ...context.tokens, revoke: async () => answer } })
      verdicts.push(verdict)
    }
  assert.deepEqual(verdicts, ['not_applicable', 'not_applicable', 'inconclusive', 'inconclusive'])
})

test('RFC 7662 §4: an answer that tells nothing is told as such', async () => {
  let asked = 0
  const between = () => {
    asked += 1
    return asked === 1 ? answerOf(200) : answerOf(429)
  }
  const results = await runBehind(introspectionDown, between, { only: 'GET /inventory/orders' })
  assert.deepEqual(variantsOf(results, 'inconclusive'), ['-'])
})

const promisingNothing = (target: Target): Target => {
  if (target.api === undefined) return target
  const { revocationWindow: _, ...api } = target.api
  return { ...target, api }
}

/** A token that is good for so many seconds more. */
const living =
  (seconds: number) =>
  (context: ProbeContext): ProbeContext => ({
    ...context,
    tokens: {
      ...context.tokens,
      token: async wish => {
        const outcome = await context.tokens.token(wish)
        if (outcome.kind === 'unavailable') return outcome
        return { ...outcome, token: { ...outcome.token, expiresAt: context.now() + seconds * 1000 } }
      },
    },
  })

test('RFC 7009 §2: a token that tells about itself may live a quarter of an hour where nothing is promised', async () => {
  const accepting = () => answerOf(200)
  for (const [seconds, verdict] of [
    [300, 'pass'],
    [900, 'pass'],
    [3600, 'warn'],
  ] as const) {
    const results = await runBehind(revokedToken, accepting, {
      only: 'GET /petstore/pets',
      retarget: promisingNothing,
      change: living(seconds),
    })
    assert.deepEqual(
      results.map(({ judgement }) => [judgement.verdict, judgement.figures]),
      [[verdict, { secondsLeft: seconds }]],
    )
  }
})

test('RFC 7009 §2: a token that somebody can be asked about is refused within a minute, promised or not', async () => {
  const results = await runBehind(revokedToken, () => answerOf(200), {
    only: 'GET /inventory/orders',
    retarget: promisingNothing,
  })
  assert.deepEqual(
    results.map(({ judgement }) => judgement.verdict),
    ['fail'],
  )
})

test('RFC 7662 §4: who holds the way to the server needs no test issuer', () => {
  const world = createCaseWorld({ retarget: withoutTestIssuer })
  for (const testCase of [introspectionDown, introspectionLies]) {
    assert.ok(testCase.plan(world.target).some(isProbe))
    assert.equal(testCase.level, 'L1')
  }
})

test('RFC 7662 §4: afterwards the way to the server is as it was, whatever came', async () => {
  const conducts: string[] = []
  const watched = (target: Target): Target => ({
    ...target,
    ...(target.api && {
      api: {
        ...target.api,
        introspection: { behave: ({ kind }: { readonly kind: string }) => void conducts.push(kind) },
      },
    }),
  })
  let calls = 0
  const broken = () => {
    calls += 1
    if (calls > 1) throw new Error('the socket is gone')
    return answerOf(200)
  }
  await assert.rejects(runBehind(introspectionDown, broken, { only: 'GET /inventory/orders', retarget: watched }))
  assert.deepEqual(conducts, ['fail', 'pass'])
})

test('RFC 7009 §2: a token of the test issuer is revoked by nobody', async () => {
  const results = await runBehind(revokedToken, () => answerOf(200), {
    only: 'GET /petstore/pets',
    change: context => ({
      ...context,
      tokens: { ...context.tokens, token: async () => ({ kind: 'unavailable', reason: 'not today' }) },
    }),
  })
  assert.deepEqual(variantsOf(results, 'not_applicable'), ['-'])
})

test('RFC 7009 §2: an API that can ask has a minute where it promises nothing', async () => {
  let refuses = false
  const results = await runBehind(revokedToken, () => answerOf(refuses ? 401 : 200, refuses ? challenge : []), {
    only: 'GET /inventory/orders',
    retarget: promisingNothing,
    change: context => ({
      ...context,
      wait: async milliseconds => {
        refuses ||= milliseconds >= 25_000
        await context.wait(milliseconds)
      },
    }),
  })
  assert.deepEqual(
    results.map(({ judgement }) => [judgement.verdict, judgement.figures]),
    [['pass', { secondsUntilRefused: 30 }]],
  )
})

const challenge = [['WWW-Authenticate', 'Bearer error="invalid_token"']] as const
