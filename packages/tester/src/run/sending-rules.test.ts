import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerTarget } from '../target/target.ts'
import { createOperationMatch } from './match-operation.ts'
import { createSendingRule } from './sending-rules.ts'
import { sampleApi, sampleOperation, sampleOrigin, sampleTarget } from './testing/sample-target.ts'

const operations = [
  sampleOperation('GET /api/pets'),
  sampleOperation('GET /api/pets/{id}'),
  sampleOperation('GET /api/pets/mine'),
  sampleOperation('POST /api/pets'),
  sampleOperation('POST /api/search', { isWrite: false }),
]
const api = sampleApi(operations, { resources: [{ path: '/api', resource: 'https://api' }] })
const request = (method: string, target: string, origin = sampleOrigin) => ({ method, target, origin, headers: [] })

test('an operation is found by method, origin and path, and a literal segment goes before a variable one', () => {
  const match = createOperationMatch(api)
  assert.equal(match(request('GET', '/api/pets/7?x=1'))?.key, 'GET /api/pets/{id}')
  assert.equal(match(request('get', '/api/pets/mine'))?.key, 'GET /api/pets/mine')
  assert.equal(match(request('GET', '/api/pets/7/8')), undefined)
  assert.equal(match(request('DELETE', '/api/pets')), undefined)
  assert.equal(match(request('GET', '/api/pets', 'http://localhost:1')), undefined)
})

const templates: readonly (readonly [template: string, fitting: readonly string[], other: readonly string[]])[] = [
  ['/a/{x}', ['/a/1', '/a/-'], ['/a/', '/a', '/a/1/2', '/b/a/1']],
  ['/{x}-{y}.json', ['/a-b.json', '/a-b-c.json', '/--b.json'], ['/a-.json', '/-b.json', '/a-b/c.json', '/a-b.json/']],
  ['/{x}{y}/z', ['/ab/z'], ['//z', '/a/b/z', '/ab']],
  ['/a/{x}/b/{y}', ['/a/1/b/2', '/a/b/b/b'], ['/a/1/c/b/2', '/a//b/2', '/a/1/b/']],
  ['/a', ['/a'], ['/a/', '/ab', '/']],
]
test('OpenAPI 3.2 §4.8.1: a variable stands for one segment, or a part of it', () => {
  for (const [template, fitting, other] of templates) {
    const match = createOperationMatch(sampleApi([sampleOperation(`GET ${template}`)]))
    for (const path of fitting) assert.ok(match(request('GET', path)), `${path} of ${template}`)
    for (const path of other) assert.equal(match(request('GET', path)), undefined, `${path} of ${template}`)
  }
})

test('no template of a stranger makes matching slow', () => {
  const began = performance.now()
  for (const template of [`/${'{a}'.repeat(50)}/x`, `/${'{a}-'.repeat(50)}/x`, `/${'{'.repeat(100_000)}`])
    createOperationMatch(sampleApi([sampleOperation(`GET ${template}`)]))(request('GET', `/${'-'.repeat(5000)}`))
  assert.ok(performance.now() - began < 1_000)
})

test('where writing is not allowed, nothing that may write is sent to the API, however it is spelled', () => {
  const rule = createSendingRule(sampleTarget([], { api, mayWrite: false }), new Set())
  for (const [method, target] of [
    ['POST', '/api/pets'],
    ['post', '/api/pets'],
    ['DELETE', '/api/pets/7'],
    ['PURGE', '/anything'],
    ['PATCH', '//api/./pets'],
  ] as const)
    assert.match(rule(request(method, target)) ?? '', /writing was not allowed/, `${method} ${target}`)
  for (const [method, target] of [
    ['GET', '/api/pets'],
    ['HEAD', '/api/pets'],
    ['OPTIONS', '/api/pets'],
    ['POST', '/api/search'],
  ] as const)
    assert.equal(rule(request(method, target)), undefined, `${method} ${target}`)
  assert.equal(rule(request('POST', '/token', 'http://localhost:9090')), undefined)
})

test('where API and server share an origin, only what is below the paths of the API is held back', () => {
  const server: ServerTarget = {
    issuer: sampleOrigin,
    metadata: {},
    provider: 'ambit',
    clients: [],
    users: [],
    isUnderTest: true,
  }
  const rule = createSendingRule(sampleTarget([], { api, server, mayWrite: false }), new Set())
  for (const target of ['/token', '/login', '/register']) assert.equal(rule(request('POST', target)), undefined, target)
  for (const target of [
    '/api/pets',
    '/API/pets',
    '//api//pets',
    '/x/../api/pets',
    '/x/..;/api/pets',
    '/%61pi/pets',
    '/api%2fpets',
    '\\api\\pets',
  ])
    assert.notEqual(rule(request('DELETE', target)), undefined, target)
})

test('the same API by plain http is held back as well, and so is one whose paths have capitals', () => {
  const plain = sampleApi(operations, { plainOrigin: 'http://localhost:8080' })
  const rule = createSendingRule(sampleTarget([], { api: plain, mayWrite: false }), new Set())
  assert.match(rule(request('DELETE', '/api/pets', 'http://localhost:8080')) ?? '', /writing was not allowed/)
  const server: ServerTarget = {
    issuer: sampleOrigin,
    metadata: {},
    provider: 'ambit',
    clients: [],
    users: [],
    isUnderTest: true,
  }
  const tall = sampleApi([sampleOperation('GET /API/Pets')])
  const shared = createSendingRule(sampleTarget([], { api: tall, server, mayWrite: false }), new Set())
  assert.match(shared(request('DELETE', '/API/Pets/7')) ?? '', /writing was not allowed/)
})

test('where writing is allowed, only the host decides', () => {
  const rule = createSendingRule(sampleTarget([], { api }), new Set())
  assert.equal(rule(request('DELETE', '/api/pets/7')), undefined)
  assert.notEqual(rule(request('GET', '/', 'https://evil.example')), undefined)
})
