import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caseOnGuards, caseOnOperations } from '../cases/resource/guarded-case.ts'
import type { Probe, TestCase } from '../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../judge/judge-refusal.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Target } from '../target/target.ts'
import { makePlan, type Plan } from './make-plan.ts'
import type { ProbeContext } from './probe-context.ts'
import { runPlan } from './run-plan.ts'
import type { ProbeResult, RunEvent } from './run-record.ts'
import { careful, isGood, type MemoryOptions, memoryParts } from './testing/memory-run.ts'
import {
  sampleApi,
  sampleCase,
  sampleOperation,
  sampleProbe,
  sampleTarget,
  sampleText,
} from './testing/sample-target.ts'

function planFor(cases: readonly TestCase[], target: Target, seed = '1'): Plan {
  const outcome = makePlan(cases, target, { seed })
  assert.ok(outcome.kind === 'plan')
  return outcome.plan
}

/** Sends the call of an operation without a token. */
function bare(operation: string, overrides: Partial<Probe> = {}): Partial<Probe> {
  return {
    operation,
    control: operation,
    isWrite: !operation.startsWith('GET'),
    run: async ({ target, call, send }) => {
      const found = target.api?.operations.find(({ key }) => key === operation)
      const request = found && call(found)
      assert.ok(request !== undefined)
      return judgeRefusal(await send(request), { ...unauthorized, sent: 'a call without a token' })
    },
    ...overrides,
  }
}

async function run(cases: readonly TestCase[], keys: readonly string[], options: MemoryOptions = {}) {
  const target = sampleTarget(keys)
  const { parts, seen, clock, secrets } = memoryParts(target, options)
  const record = await runPlan(planFor(cases, target), parts)
  const verdicts = Object.fromEntries(record.results.map(({ name, verdict }) => [name, verdict]))
  return { record, verdicts, seen, clock, secrets }
}

test('an operation that reads is called with a good token before and after', async () => {
  const { verdicts, seen, record } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'])
  assert.deepEqual(seen, ['GET /pets good', 'GET /pets bad', 'GET /pets good'])
  assert.deepEqual(verdicts, { 'RS-TOK-01 · GET /pets': 'pass' })
  assert.deepEqual(record.notes, [])
  assert.deepEqual(record.findings, [])
  assert.equal(record.isCut, false)
})

test('probes of one operation share its control', async () => {
  const probes = ['a', 'b', 'c'].map(variant => bare('GET /pets', { variant }))
  const { seen } = await run([sampleCase('RS-TOK-01', probes)], ['GET /pets'])
  assert.equal(seen.filter(each => each.endsWith('good')).length, 2)
})

test('an operation that writes is called with a good token at the very end, and deletes behind all others', async () => {
  const keys = ['DELETE /pets', 'POST /pets', 'PUT /pets', 'GET /pets']
  const { seen, verdicts } = await run(
    [
      sampleCase(
        'RS-TOK-01',
        keys.map(key => bare(key)),
      ),
    ],
    keys,
  )
  assert.deepEqual(seen.slice(0, 3), ['GET /pets good', 'GET /pets bad', 'GET /pets good'])
  assert.deepEqual(seen.slice(3, 6).toSorted(), ['DELETE /pets bad', 'POST /pets bad', 'PUT /pets bad'])
  assert.deepEqual(seen.slice(6), ['POST /pets good', 'PUT /pets good', 'DELETE /pets good'])
  assert.ok(Object.values(verdicts).every(verdict => verdict === 'pass'))
})

test('what writes by itself comes behind everything that reads', async () => {
  const order: string[] = []
  const note = (name: string, isWrite: boolean): Partial<Probe> => ({
    operation: isWrite ? 'POST /pets' : 'GET /pets',
    variant: name,
    isWrite,
    run: async () => {
      order.push(name)
      return { verdict: 'pass', reason: 'done' }
    },
  })
  await run([sampleCase('RS-SCP-16', [note('write', true), note('read', false)])], ['GET /pets', 'POST /pets'])
  assert.deepEqual(order, ['read', 'write'])
})

test('an accepted good token in another test is control enough for an operation that writes', async () => {
  const good: Partial<Probe> = {
    operation: 'DELETE /pets',
    isWrite: true,
    run: async ({ target, call, send, tokens, withToken }) => {
      const operation = target.api?.operations[0]
      const outcome = await tokens.token({ scope: ['write'] })
      assert.ok(operation !== undefined && outcome.kind === 'token')
      const request = call(operation)
      assert.ok(request !== undefined)
      await send(withToken(request, outcome.token))
      return { verdict: 'pass', reason: 'accepted' }
    },
  }
  const cases = [sampleCase('RS-TOK-01', [bare('DELETE /pets')]), sampleCase('RS-SCP-01', [good])]
  const { seen, verdicts } = await run(cases, ['DELETE /pets'])
  assert.deepEqual(seen, ['DELETE /pets bad', 'DELETE /pets good'])
  assert.equal(verdicts['RS-TOK-01 · DELETE /pets'], 'pass')
})

test('where the control fails, no refusal proves anything, and the reason names status and what was made up', async () => {
  const operation = sampleOperation('GET /pets/{petId}', {
    parameters: [{ name: 'petId', in: 'path', isRequired: true, schema: { type: 'string', minLength: 8 } }],
  })
  const target = sampleTarget([], { api: sampleApi([operation]) })
  const { parts, seen } = memoryParts(target, {
    answer: request => (isGood(request) ? { status: 404 } : careful(request)),
  })
  const record = await runPlan(planFor([sampleCase('RS-TOK-01', [bare(operation.key)])], target), parts)
  const [result] = record.results
  assert.equal(result?.verdict, 'inconclusive')
  assert.equal(result?.doubt, 'control')
  assert.match(
    result?.reason ?? '',
    /that proves nothing: the same call with a good token was answered by 404 \(`petId` was made up; give a value/,
  )
  assert.equal(result?.evidence.length, 2)
  assert.equal(seen.length, 2)
  assert.match(record.notes.join(), /GET \/pets\/\{petId\}: the call with a good token was answered by 404/)
})

test('a control that fails only afterwards counts as well', async () => {
  let calls = 0
  const { verdicts, record } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'], {
    answer: request => (isGood(request) && ++calls > 1 ? { status: 403 } : careful(request)),
  })
  assert.equal(verdicts['RS-TOK-01 · GET /pets'], 'inconclusive')
  assert.match(record.results[0]?.reason ?? '', /answered by 403, although it had been accepted before/)
})

test('where the control fails, what was let in still is a finding, and so is an answer unlike the control', async () => {
  const judge = (status: number, variant: string): Partial<Probe> =>
    bare('GET /pets', {
      variant,
      run: async ({ send }) =>
        judgeRefusal(
          await send({ method: 'GET', origin: 'http://localhost:8081', target: `/as/${status}`, headers: [] }),
          { ...unauthorized, sent: 'it' },
        ),
    })
  const probes = [judge(200, 'in'), judge(422, 'same'), judge(404, 'other'), judge(500, 'crash'), judge(401, 'refused')]
  const { verdicts } = await run([sampleCase('RS-TOK-01', probes)], ['GET /pets'], {
    answer: ({ target }) => ({ status: target.startsWith('/as/') ? Number(target.slice(4)) : 422 }),
  })
  assert.deepEqual(verdicts, {
    'RS-TOK-01 · GET /pets · in': 'fail',
    'RS-TOK-01 · GET /pets · same': 'inconclusive',
    'RS-TOK-01 · GET /pets · other': 'warn',
    'RS-TOK-01 · GET /pets · crash': 'fail',
    'RS-TOK-01 · GET /pets · refused': 'warn',
  })
})

test('a server that fails for good tokens too says nothing by failing for bad ones', async () => {
  const { verdicts } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'], {
    answer: () => ({ status: 500 }),
  })
  assert.equal(verdicts['RS-TOK-01 · GET /pets'], 'inconclusive')
})

test('without a token for the control its refusals prove nothing either', async () => {
  const { record } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'], {
    tokens: { token: async () => ({ kind: 'unavailable', reason: 'the server refused the client' }) },
  })
  assert.match(
    record.results[0]?.reason ?? '',
    /the same call with a good token could not be tried, since none could be had: the server refused/,
  )
})

test('a control renews a token that was taken back, once', async () => {
  let isBack = false
  const { verdicts, seen } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'], {
    answer: request =>
      isGood(request) && isBack ? {} : { status: 401, headers: [['WWW-Authenticate', 'Bearer error="invalid_token"']] },
    tokens: {
      renew: async token => {
        isBack = true
        return { kind: 'token', token }
      },
    },
  })
  assert.equal(verdicts['RS-TOK-01 · GET /pets'], 'pass')
  assert.equal(seen.filter(each => each.endsWith('good')).length, 3)
})

test('an unknown operation as control proves nothing', async () => {
  const { verdicts } = await run([sampleCase('RS-TOK-01', [{ control: 'GET /nowhere' }])], ['GET /pets'])
  assert.deepEqual(verdicts, { 'RS-TOK-01': 'inconclusive' })
})

test('a probe that throws is inconclusive and a note, without stack and without secrets, and the run goes on', async () => {
  const broken = sampleProbe({
    operation: 'GET /pets',
    run: async ({ secrets }) => {
      throw new TypeError(`cannot read ${secrets.secret('password', 'correct horse').reveal()}`)
    },
  })
  const sync = sampleProbe({
    caseId: 'RS-TOK-02',
    run: () => {
      throw new RangeError('at once')
    },
  })
  const cases = [sampleCase('RS-TOK-01', [broken]), sampleCase('RS-TOK-02', [sync]), sampleCase('RS-TOK-03', [{}])]
  const { record, verdicts } = await run(cases, ['GET /pets'])
  assert.deepEqual(Object.values(verdicts), ['inconclusive', 'inconclusive', 'pass'])
  assert.equal(record.results[0]?.reason, 'the test itself failed: cannot read [password]')
  assert.equal(record.results[0]?.doubt, 'test')
  assert.equal(record.notes.length, 2)
  assert.ok(!JSON.stringify(record).includes('correct horse'))
})

test('a probe that hangs is given up, and sends nothing any more', async () => {
  let late: Promise<unknown> = Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const hangs = sampleProbe({
    run: async ({ send }) => {
      late = promise.then(() => send({ method: 'GET', origin: 'http://localhost:8081', target: '/late', headers: [] }))
      await late
      return { verdict: 'pass', reason: 'late' }
    },
  })
  const { record, seen, clock } = await run([sampleCase('RS-REV-01', [hangs])], [])
  assert.equal(record.results[0]?.verdict, 'inconclusive')
  assert.match(record.results[0]?.reason ?? '', /^the test did nothing for 120 s/)
  assert.equal(clock.elapsed(), 120_000)
  resolve()
  await assert.rejects(late, /the test was over/)
  assert.deepEqual(seen, [])
})

test('a probe that waits long on purpose is no hanging one, but none goes on for ever', async () => {
  const waits = (milliseconds: number, times: number, variant: string) =>
    sampleProbe({
      variant,
      run: async ({ wait }) => {
        for (let index = 0; index < times; index++) await wait(milliseconds)
        return { verdict: 'pass', reason: 'done' }
      },
    })
  const cases = [sampleCase('RS-JWT-17', [waits(300_000, 1, 'long'), waits(1000, 100_000, 'for ever')])]
  const { verdicts } = await run(cases, [])
  assert.deepEqual(verdicts, { 'RS-JWT-17 · long': 'pass', 'RS-JWT-17 · for ever': 'inconclusive' })
})

test('what must not be sent makes its probe inconclusive with the reason', async () => {
  const abroad = sampleProbe({
    run: async ({ send }) => {
      await send({ method: 'GET', origin: 'http://evil.example', target: '/', headers: [] })
      return { verdict: 'pass', reason: 'sent' }
    },
  })
  const { record, seen } = await run([sampleCase('RS-JWT-06', [abroad])], [])
  assert.match(record.results[0]?.reason ?? '', /^nothing is sent to `evil.example`/)
  assert.equal(record.results[0]?.doubt, undefined)
  assert.deepEqual(seen, [])
})

test('an exclusive probe is alone', async () => {
  let inside = 0
  const beside: number[] = []
  const probe = (isExclusive: boolean, variant: string) =>
    sampleProbe({
      isExclusive,
      variant,
      run: async ({ wait }) => {
        inside++
        if (isExclusive) beside.push(inside)
        await wait(5)
        if (isExclusive) beside.push(inside)
        inside--
        return { verdict: 'pass', reason: 'done' }
      },
    })
  const probes = Array.from({ length: 30 }, (_, index) => probe(index % 10 === 0, String(index)))
  await run([sampleCase('RS-RAT-01', probes)], [])
  assert.deepEqual(beside, [1, 1, 1, 1, 1, 1])
})

test('the order within a group comes from the seed, and results are in the order of the plan', async () => {
  const target = sampleTarget([])
  const orderOf = async (seed: string) => {
    const order: string[] = []
    const probes = Array.from({ length: 12 }, (_, index) =>
      sampleProbe({
        variant: String(index),
        run: async () => {
          order.push(String(index))
          return { verdict: 'pass', reason: 'done' }
        },
      }),
    )
    const plan = planFor([sampleCase('RS-TOK-01', probes)], target, seed)
    const { results } = await runPlan(plan, memoryParts(target).parts)
    assert.deepEqual(
      results.map(({ name }) => name),
      plan.probes.map(({ name }) => name),
    )
    return order.join()
  }
  assert.equal(await orderOf('a'), await orderOf('a'))
  assert.notEqual(await orderOf('a'), await orderOf('b'))
})

test('each probe is announced, and told once its verdict is final', async () => {
  const target = sampleTarget(['POST /pets'])
  const events: RunEvent[] = []
  const plan = planFor([sampleCase('RS-TOK-01', [bare('POST /pets')])], target)
  await runPlan(plan, memoryParts(target).parts, { onEvent: event => events.push(event) })
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['planned', 'started', 'finished', 'cleaning', 'cleaning'],
  )
})

test('at the end everything is undone, and tokens are revoked behind all else', async () => {
  const done: string[] = []
  const probes = ['one', 'two'].map(variant =>
    sampleProbe({
      variant,
      run: async ({ onEnd, send }) => {
        onEnd(`delete ${variant}`, async () => {
          await send({ method: 'DELETE', origin: 'http://localhost:8081', target: `/${variant}`, headers: [] })
          done.push(variant)
        })
        if (variant === 'two') throw new Error('after it had made something')
        return { verdict: 'pass', reason: 'made' }
      },
    }),
  )
  const { record, seen } = await run([sampleCase('RS-OBJ-06', probes)], [], {
    tokens: {
      close: async () => {
        done.push('tokens')
        return { revoked: 0, left: [{ what: 'access token of `robot`', reason: 'the server cannot revoke' }] }
      },
    },
  })
  assert.deepEqual(done.toSorted(), ['one', 'tokens', 'two'])
  assert.equal(done.at(-1), 'tokens')
  assert.equal(seen.length, 2)
  assert.match(
    record.notes.join('\n'),
    /left behind: revoke the tokens.*access token of `robot` \(the server cannot revoke\)/,
  )
})

test('what a control made is deleted, by its Location or its id', async () => {
  const keys = ['POST /pets', 'DELETE /pets/{id}']
  for (const made of [{ headers: [['Location', '/pets/7'] as const] }, { body: '{"id":7}' }]) {
    const { seen } = await run([sampleCase('RS-TOK-01', [bare('POST /pets')])], keys, {
      answer: request => (request.method === 'POST' && isGood(request) ? { status: 201, ...made } : careful(request)),
    })
    assert.deepEqual(seen, ['POST /pets bad', 'POST /pets good', 'DELETE /pets/7 good'])
  }
})

test('a stopped run ends its waiting, undoes what it made, and keeps only what is proven', async () => {
  const stop = new AbortController()
  const target = sampleTarget(['GET /pets', 'POST /pets'])
  const undone: string[] = []
  const hangs = sampleProbe({
    caseId: 'RS-REV-01',
    isWrite: true,
    control: 'POST /pets',
    operation: 'POST /pets',
    run: async ({ onEnd, wait }) => {
      onEnd('it', async () => void undone.push('it'))
      setImmediate(() => stop.abort())
      await wait(1e9)
      return { verdict: 'pass', reason: 'never' }
    },
  })
  const open = bare('POST /pets', { variant: 'open', run: async () => ({ verdict: 'fail', reason: 'let in' }) })
  const cases = [
    sampleCase('RS-TOK-01', [bare('GET /pets'), bare('POST /pets'), open]),
    sampleCase('RS-REV-01', [hangs]),
  ]
  const { parts } = memoryParts(target)
  const finished: ProbeResult[] = []
  const record = await runPlan(planFor(cases, target), parts, {
    signal: stop.signal,
    journal: { done: [], append: result => void finished.push(result) },
  })
  assert.equal(record.isCut, true)
  assert.deepEqual(undone, ['it'])
  const kept = record.results.map(({ name, verdict }) => `${name} ${verdict}`)
  assert.deepEqual(kept, ['RS-TOK-01 · GET /pets pass', 'RS-TOK-01 · POST /pets · open fail'])
  assert.deepEqual(finished.map(({ name }) => name).toSorted(), record.results.map(({ name }) => name).toSorted())
  assert.match(record.notes.join(), /stopped before its end: 2 tests were not made/)
})

test('a run that is stopped before it begins sends nothing', async () => {
  const target = sampleTarget(['GET /pets'])
  const { parts, seen } = memoryParts(target)
  const plan = planFor([sampleCase('RS-TOK-01', [bare('GET /pets')])], target)
  const record = await runPlan(plan, parts, { signal: AbortSignal.abort() })
  assert.equal(record.isCut, true)
  assert.deepEqual(seen, [])
})

test('what an earlier run has done is not done again', async () => {
  const target = sampleTarget(['GET /pets', 'GET /stores'])
  const plan = planFor([sampleCase('RS-TOK-01', [bare('GET /pets'), bare('GET /stores')])], target)
  const first = await runPlan(plan, memoryParts(target).parts)
  const { parts, seen } = memoryParts(target)
  const done = first.results.filter(({ operation }) => operation === 'GET /pets')
  const appended: string[] = []
  const record = await runPlan(plan, parts, {
    journal: { done, append: ({ name }) => void appended.push(name) },
  })
  assert.deepEqual(seen, ['GET /stores good', 'GET /stores bad', 'GET /stores good'])
  assert.deepEqual(
    record.results.map(({ verdict }) => verdict),
    ['pass', 'pass'],
  )
  assert.deepEqual(appended, ['RS-TOK-01 · GET /stores'])
})

test('a journal that cannot be written is told, and neither stops the run nor its cleaning up', async () => {
  const target = sampleTarget(['GET /pets', 'GET /stores'])
  const plan = planFor([sampleCase('RS-TOK-01', [bare('GET /pets'), bare('GET /stores')])], target)
  const { parts } = memoryParts(target)
  let closed = 0
  let tries = 0
  const close = async () => {
    closed += 1
    return { revoked: 0, left: [] }
  }
  const append = () => {
    tries += 1
    throw new Error('ENOSPC: no space left on device')
  }
  const record = await runPlan(
    plan,
    { ...parts, tokens: { ...parts.tokens, close } },
    { journal: { done: [], append } },
  )
  assert.equal(record.results.length, 2)
  assert.deepEqual([closed, tries], [1, 1])
  assert.equal(record.notes.filter(note => /journal could not be written.*ENOSPC/.test(note)).length, 1)
})

test('RFC 9700 §4.9.1: tokens are revoked also where the run itself breaks', async () => {
  const target = sampleTarget(['GET /pets'])
  const plan = planFor([sampleCase('RS-TOK-01', [bare('GET /pets')])], target)
  const { parts } = memoryParts(target)
  let closed = 0
  const close = async () => {
    closed += 1
    return { revoked: 0, left: [] }
  }
  const onEvent = ({ kind }: { readonly kind: string }) => {
    if (kind === 'finished') throw new Error('nobody listens any more')
  }
  const running = runPlan(plan, { ...parts, tokens: { ...parts.tokens, close } }, { onEvent })
  await assert.rejects(running, /nobody listens/)
  assert.equal(closed, 1)
})

test('latencies are of calls that were answered well', async () => {
  const { record } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'])
  assert.deepEqual(
    record.latencies.map(({ kind, operation }) => [kind, operation]),
    [
      ['guarded', 'GET /pets'],
      ['guarded', 'GET /pets'],
    ],
  )
})

test('a good token that answers 429 to the end proves nothing', async () => {
  const { verdicts, clock } = await run([sampleCase('RS-TOK-01', [bare('GET /pets')])], ['GET /pets'], {
    answer: request => (isGood(request) ? { status: 429, headers: [['Retry-After', '2']] } : careful(request)),
  })
  assert.equal(verdicts['RS-TOK-01 · GET /pets'], 'inconclusive')
  assert.ok(clock.elapsed() >= 6000)
})

test('where an operation that stands for its guard lets everybody in, another one is tried as well', async () => {
  const noToken = sampleText('RS-TOK-01')
  const aboutGuard = sampleText('RS-JWT-01')
  const seen: string[] = []
  const send = (id: 'RS-TOK-01' | 'RS-JWT-01') => async (context: ProbeContext, operation: ApiOperation) => {
    const call = context.call(operation)
    assert.ok(call)
    seen.push(`${id} ${operation.key}`)
    return judgeRefusal(await context.send(call), { statuses: [401], sent: 'a bad call' })
  }
  const cases = [
    caseOnOperations(noToken, [{ run: send('RS-TOK-01') }]),
    caseOnGuards(aboutGuard, [{ run: send('RS-JWT-01') }]),
  ]
  const target = sampleTarget(['GET /open', 'GET /closed', 'GET /shut'])
  const { parts } = memoryParts(target, { answer: request => (request.target === '/open' ? {} : careful(request)) })
  const planned = makePlan(cases, target)
  assert.ok(planned.kind === 'plan')
  const events: number[] = []
  const record = await runPlan(planned.plan, parts, {
    onEvent: event => void (event.kind === 'planned' && events.push(event.probes)),
  })
  assert.deepEqual(
    seen.filter(each => each.startsWith('RS-JWT')),
    ['RS-JWT-01 GET /open', 'RS-JWT-01 GET /closed'],
  )
  assert.deepEqual(
    record.results.map(({ name, verdict }) => `${name} ${verdict}`),
    [
      'RS-TOK-01 · GET /open fail',
      'RS-TOK-01 · GET /closed pass',
      'RS-TOK-01 · GET /shut pass',
      'RS-JWT-01 · GET /open fail',
      'RS-JWT-01 · GET /closed pass',
    ],
  )
  assert.deepEqual(events, [4, 5])
  assert.deepEqual(record.notes, [
    'GET /open lets everybody in, so what is about its guard was tried elsewhere as well',
  ])
  assert.equal(record.isCut, false)
})

for (const [what, caseId, isSent] of [
  ['a success that proves nothing of the token', 'RS-OBJ-05', true],
  ['a pass without an answer', 'RS-SCP-01', false],
] as const)
  test(`${what} is no control for an operation that writes`, async () => {
    const passing: Partial<Probe> = {
      operation: 'DELETE /pets',
      isWrite: true,
      run: async ({ target, call, send, tokens, withToken }) => {
        const operation = target.api?.operations[0]
        const outcome = await tokens.token({ scope: ['write'] })
        const request = operation === undefined ? undefined : call(operation)
        assert.ok(request !== undefined && outcome.kind === 'token')
        if (isSent) await send(withToken(request, outcome.token))
        return { verdict: 'pass', reason: 'accepted' }
      },
    }
    const { seen } = await run(
      [sampleCase('RS-TOK-01', [bare('DELETE /pets')]), sampleCase(caseId, [passing])],
      ['DELETE /pets'],
    )
    assert.equal(seen.filter(each => each.endsWith('good')).length, isSent ? 2 : 1)
  })

test('RFC 9449 §9: a control that lacks a nonce sends the same token again, and renews none', async () => {
  let renewed = 0
  let calls = 0
  const target = sampleTarget(['GET /pets'])
  const { parts, seen } = memoryParts(target, {
    answer: request => {
      if (!isGood(request)) return careful(request)
      calls += 1
      return calls === 1 ? { status: 401, headers: [['DPoP-Nonce', 'n1']] } : {}
    },
    tokens: {
      renew: async () => {
        renewed += 1
        return { kind: 'unavailable', reason: 'none' }
      },
    },
  })
  const record = await runPlan(planFor([sampleCase('RS-TOK-01', [bare('GET /pets')])], target), parts)
  assert.equal(record.results[0]?.verdict, 'pass')
  assert.equal(renewed, 0)
  assert.equal(seen.filter(each => each.endsWith('good')).length, 3)
})

test('that a value was made up is told only where it may be why', async () => {
  for (const [status, isTold] of [
    [404, true],
    [401, false],
    [403, false],
    [429, false],
    [500, false],
  ] as const) {
    const operation = sampleOperation('GET /pets/{petId}', {
      parameters: [{ name: 'petId', in: 'path', isRequired: true, schema: { type: 'string', minLength: 8 } }],
    })
    const target = sampleTarget([], { api: sampleApi([operation]) })
    const { parts } = memoryParts(target, { answer: request => (isGood(request) ? { status } : careful(request)) })
    const record = await runPlan(planFor([sampleCase('RS-TOK-01', [bare(operation.key)])], target), parts)
    assert.equal(record.notes.join().includes('made up'), isTold, String(status))
  }
})
