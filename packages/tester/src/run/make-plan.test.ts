import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mayNotWrite, planOnGuards, planOnOperations } from '../catalogue/plan-on.ts'
import type { TestCase } from '../catalogue/test-case.ts'
import { countsOf } from './count-plan.ts'
import { makePlan, type Plan, type Selection } from './make-plan.ts'
import { sampleCase, sampleProbe, sampleTarget, sampleText } from './testing/sample-target.ts'

const target = sampleTarget(['GET /pets', 'GET /pets/{id}', 'POST /pets', 'DELETE /pets/{id}'])

function everyOperation(id: TestCase['id'], text: Partial<TestCase> = {}): TestCase {
  const words = sampleText(id, text)
  return {
    ...words,
    plan: on =>
      planOnOperations(words, on, ({ key, isWrite }) => [
        sampleProbe({ caseId: id, operation: key, control: key, isWrite }),
      ]),
  }
}

function oneOfEachGuard(id: TestCase['id']): TestCase {
  const words = sampleText(id)
  return {
    ...words,
    plan: on =>
      planOnGuards(words, on, ({ key }) => [
        sampleProbe({ caseId: id, operation: key, control: key, variant: 'alg none' }),
        sampleProbe({ caseId: id, operation: key, control: key, variant: 'alg nOnE' }),
      ]),
  }
}

const cases = [
  everyOperation('RS-SCP-03', { tags: ['scope'] }),
  oneOfEachGuard('RS-JWT-01'),
  everyOperation('RS-TOK-01'),
  sampleCase('AS-MET-01', [{}]),
  { ...sampleText('RS-CND-01'), plan: () => [{ caseId: 'RS-CND-01', reason: 'no policy is configured' } as const] },
]

function planned(selection: Selection = {}, on = target): Plan {
  const outcome = makePlan(cases, on, selection)
  assert.ok(outcome.kind === 'plan', JSON.stringify(outcome))
  return outcome.plan
}

const namesOf = (plan: Plan) => plan.probes.map(({ name }) => name)

test('a plan is in the order of the catalogue, whatever the order of the cases', () => {
  const names = namesOf(planned())
  assert.equal(names.length, 4 + 2 + 4 + 1)
  assert.deepEqual(names.slice(0, 6), [
    'RS-TOK-01 · GET /pets',
    'RS-TOK-01 · GET /pets/{id}',
    'RS-TOK-01 · POST /pets',
    'RS-TOK-01 · DELETE /pets/{id}',
    'RS-JWT-01 · GET /pets · alg none',
    'RS-JWT-01 · GET /pets · alg nOnE',
  ])
  const other = makePlan(cases.toReversed(), target)
  assert.ok(other.kind === 'plan')
  assert.deepEqual(namesOf(other.plan), names)
})

test('cases are alternatives, operations are alternatives, and both must fit', () => {
  assert.equal(namesOf(planned({ only: ['RS-TOK'] })).length, 4)
  assert.equal(namesOf(planned({ only: ['RS-TOK', 'scope'] })).length, 8)
  assert.deepEqual(namesOf(planned({ only: ['RS-TOK', 'scope', 'GET /pets'] })), [
    'RS-TOK-01 · GET /pets',
    'RS-SCP-03 · GET /pets',
  ])
  assert.equal(namesOf(planned({ skip: ['RS-TOK', 'server'] })).length, 6)
  assert.equal(namesOf(planned({ only: ['RS-TOK'], skip: ['* /pets/{id}'] })).length, 2)
})

test('a case of one operation of each guard chooses again among the wanted ones', () => {
  assert.deepEqual(namesOf(planned({ only: ['RS-JWT-01', 'GET /pets/{id}'] })), [
    'RS-JWT-01 · GET /pets/{id} · alg none',
    'RS-JWT-01 · GET /pets/{id} · alg nOnE',
  ])
  assert.deepEqual(namesOf(planned({ only: ['RS-JWT-01'], skip: ['GET /pets'] })), [
    'RS-JWT-01 · GET /pets/{id} · alg none',
    'RS-JWT-01 · GET /pets/{id} · alg nOnE',
  ])
})

test('what is about no operation is left out where operations are asked for, and stays where some are left out', () => {
  assert.ok(!namesOf(planned({ only: ['GET /pets'] })).includes('AS-MET-01'))
  assert.ok(namesOf(planned({ skip: ['GET /pets'] })).includes('AS-MET-01'))
})

test('unknown selectors and impossible parts are refused, all at once', () => {
  const outcome = makePlan(cases, target, { only: ['RS-TOK-1'], skip: ['nothing'], shard: { index: 3, of: 2 } })
  assert.ok(outcome.kind === 'refused')
  assert.equal(outcome.problems.length, 3)
  assert.match(outcome.problems[0] ?? '', /did you mean `RS-TOK-01`/)
  assert.equal(outcome.problems[2], 'there is no part 3 of 2')
  for (const shard of [
    { index: 0, of: 2 },
    { index: 1.5, of: 2 },
    { index: 1, of: 1.5 },
  ])
    assert.equal(makePlan(cases, target, { shard }).kind, 'refused')
})

test('the parts of a plan are the whole, no probe is in two, and an operation is in one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), of => {
      const parts = Array.from({ length: of }, (_, index) => planned({ shard: { index: index + 1, of } }))
      const names = parts.flatMap(namesOf)
      assert.deepEqual(names.toSorted(), namesOf(planned()).toSorted())
      const controls = parts.flatMap(({ probes }) => [...new Set(probes.flatMap(({ probe }) => probe.control ?? []))])
      assert.equal(new Set(controls).size, controls.length)
      assert.equal(parts.flatMap(({ skips }) => skips).length, planned().skips.length)
    }),
  )
})

test('where writing is not allowed, whatever may write is skipped with the reason, also where its case forgot', () => {
  const readOnly = { ...target, mayWrite: false }
  const careless = sampleCase('RS-ROU-03', [{ operation: 'GET /pets', isWrite: true }, { operation: 'GET /pets' }])
  const outcome = makePlan([...cases, careless], readOnly)
  assert.ok(outcome.kind === 'plan')
  const { probes, skips } = outcome.plan
  assert.ok(probes.every(({ probe }) => !probe.isWrite))
  assert.deepEqual(
    skips.filter(({ caseId }) => caseId === 'RS-ROU-03'),
    [{ caseId: 'RS-ROU-03', operation: 'GET /pets', reason: mayNotWrite }],
  )
})

test('two probes of one name get two names, and the same skip is told once', () => {
  const twice = sampleCase('RS-TOK-02', [{ operation: 'GET /pets' }, { operation: 'GET /pets' }])
  const skip = { caseId: 'RS-TOK-03', reason: 'because' } as const
  const outcome = makePlan([twice, { ...sampleText('RS-TOK-03'), plan: () => [skip, skip] }], target)
  assert.ok(outcome.kind === 'plan')
  assert.deepEqual(namesOf(outcome.plan), ['RS-TOK-02 · GET /pets', 'RS-TOK-02 · GET /pets (2)'])
  assert.deepEqual(outcome.plan.skips, [skip])
})

test('a plan is counted by case, by operation and by reason', () => {
  const counts = countsOf(planned())
  assert.equal(counts.probes, 11)
  assert.equal(counts.skips, 1)
  assert.equal(counts.writes, 4)
  assert.equal(counts.controls, 4)
  assert.deepEqual(counts.cases[0], { caseId: 'RS-TOK-01', title: 'the title of RS-TOK-01', probes: 4, skips: 0 })
  assert.deepEqual(counts.operations[0], { operation: 'GET /pets', probes: 4, skips: 0 })
  assert.deepEqual(counts.operations.at(-1), { operation: undefined, probes: 1, skips: 1 })
  assert.deepEqual(counts.reasons, [{ reason: 'no policy is configured', count: 1, cases: ['RS-CND-01'] }])
})
