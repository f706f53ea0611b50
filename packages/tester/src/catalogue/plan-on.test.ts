import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleApi, sampleOperation, sampleProbe, sampleTarget, sampleText } from '../run/testing/sample-target.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Target } from '../target/target.ts'
import {
  isGuarded,
  mayNotWrite,
  type PlanOperation,
  planOnApi,
  planOnGuards,
  planOnOperations,
  skipOf,
} from './plan-on.ts'
import { isProbe, nameOfProbe } from './test-case.ts'

const text = sampleText('RS-TOK-01')
const probeOf: PlanOperation = ({ key }) => [sampleProbe({ operation: key })]

function target(operations: readonly ApiOperation[], overrides: Partial<Target> = {}): Target {
  return sampleTarget([], { api: sampleApi(operations), ...overrides })
}

function planned(on: Target, plan = planOnOperations): readonly string[] {
  return plan(text, on, probeOf).map(each =>
    isProbe(each) ? (each.operation ?? '') : `${each.operation ?? 'all'}: ${each.reason}`,
  )
}

const pets = sampleOperation('GET /pets')
const pet = sampleOperation('GET /pets/{id}', {
  parameters: [{ name: 'id', in: 'path', isRequired: true, schema: { type: 'string' } }],
})
const add = sampleOperation('POST /pets')
const open = sampleOperation('GET /open', { enforcement: { kind: 'public' } })
const optional = sampleOperation('GET /maybe', { enforcement: { kind: 'optional' } })
const shut = sampleOperation('GET /shut', { enforcement: { kind: 'refused', reason: 'basic only' } })
const stock = sampleOperation('GET /stock', { resource: 'https://stock.example' })

test('only operations that want a token are tried: public ones are left alone', () => {
  assert.deepEqual([pets, open, optional, shut].map(isGuarded), [true, false, false, false])
  assert.deepEqual(planned(target([open, pets, optional, shut])), ['GET /pets'])
  assert.deepEqual(planned(target([open])), ['all: no operation wants a token'])
})

test('what writes is skipped with the reason where writing is not allowed', () => {
  assert.deepEqual(planned(target([pets, add])), ['GET /pets', 'POST /pets'])
  assert.deepEqual(planned(target([pets, add], { mayWrite: false })), ['GET /pets', `POST /pets: ${mayNotWrite}`])
})

test('a case about the guard takes one operation of each guard, the simplest that may be called', () => {
  assert.deepEqual(planned(target([add, pet, pets, stock]), planOnGuards), ['GET /pets', 'GET /stock'])
  const readOnly = target([add, pet], { mayWrite: false })
  assert.deepEqual(planned(readOnly, planOnGuards), ['GET /pets/{id}'])
  assert.deepEqual(planned(target([add], { mayWrite: false }), planOnGuards), [`POST /pets: ${mayNotWrite}`])
  const everywhere = target([add, pets, stock], { depth: 'operation' })
  assert.deepEqual(planned(everywhere, planOnGuards), ['POST /pets', 'GET /pets', 'GET /stock'])
})

test('other schemes are another guard', () => {
  const other = sampleOperation('GET /other', { schemes: ['admin'] })
  const both = sampleOperation('GET /both', { schemes: ['admin', 'oauth'] })
  const reversed = sampleOperation('GET /reversed', { schemes: ['oauth', 'admin'] })
  assert.deepEqual(planned(target([pets, other, both, reversed]), planOnGuards), [
    'GET /pets',
    'GET /other',
    'GET /both',
  ])
})

test('an operation that wants some scope stands for its guard before one that takes any token', () => {
  const any = sampleOperation('GET /any', { enforcement: { kind: 'token', needs: { anyOf: [{ allOf: [] }] } } })
  assert.deepEqual(planned(target([any, pets]), planOnGuards), ['GET /pets'])
})

test('without the power that a case needs it is skipped with the reason', () => {
  for (const [level, reason] of [
    ['S', /nothing to read/],
    ['L0', /no authorization server and client/],
    ['L1', /test issuer/],
    ['L2', /policy/],
  ] as const) {
    const powerless = target([pets], { levels: new Set() })
    assert.match(skipOf({ id: 'RS-TOK-01', level }, powerless)?.reason ?? '', reason)
    assert.equal(skipOf({ id: 'RS-TOK-01', level }, target([], { levels: new Set([level]) })), undefined)
  }
  assert.deepEqual(planned(target([pets], { levels: new Set() })), [
    'all: no authorization server and client are configured',
  ])
})

test('without an API there is nothing to plan on', () => {
  const { api: _, ...nothing } = sampleTarget([])
  assert.deepEqual(
    planOnApi(text, nothing, () => []),
    [{ caseId: 'RS-TOK-01', reason: 'no API is under test' }],
  )
})

test('a probe is named by its case, operation and variant', () => {
  assert.equal(nameOfProbe({ caseId: 'RS-JWT-01' }), 'RS-JWT-01')
  assert.equal(
    nameOfProbe({ caseId: 'RS-JWT-01', operation: 'GET /pets', variant: 'alg none' }),
    'RS-JWT-01 · GET /pets · alg none',
  )
})
