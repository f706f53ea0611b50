import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePlan } from './make-plan.ts'
import { scheduleOf } from './schedule.ts'
import { sampleCase, sampleTarget } from './testing/sample-target.ts'

test('floods come first, what reads before what writes, and what wears the target out behind it all', () => {
  const cases = [
    sampleCase('AS-TOK-08', [{ isExclusive: true, isLast: true }]),
    sampleCase('RS-RAT-01', [{ isExclusive: true }]),
    sampleCase('RS-SCP-01', [{ operation: 'POST /pets', isWrite: true }]),
    sampleCase('RS-TOK-01', [{ operation: 'GET /pets', control: 'POST /pets' }]),
  ]
  const outcome = makePlan(cases, sampleTarget(['GET /pets', 'POST /pets']))
  assert.ok(outcome.kind === 'plan')
  const stages = scheduleOf(outcome.plan).map(({ groups }) =>
    groups.flatMap(({ probes }) => probes.map(({ probe }) => probe.caseId)),
  )
  assert.deepEqual(stages, [['RS-RAT-01'], ['RS-TOK-01'], [], ['RS-SCP-01'], ['AS-TOK-08']])
})

test('the control of an operation that only the last tests want is made', () => {
  const cases = [sampleCase('AS-TOK-08', [{ operation: 'POST /pets', control: 'POST /pets', isLast: true }])]
  const outcome = makePlan(cases, sampleTarget(['POST /pets']))
  assert.ok(outcome.kind === 'plan')
  const controls = scheduleOf(outcome.plan).flatMap(({ groups }) => groups.flatMap(({ control }) => control?.key ?? []))
  assert.ok(controls.includes('POST /pets'))
})
