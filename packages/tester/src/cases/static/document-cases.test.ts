import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiTarget, Target } from '../../target/target.ts'
import { runCase, skipsOf } from '../../testing/case-world.ts'
import { describeCase } from '../../testing/describe-case.ts'
import { declaredScopes } from './declared-scopes.ts'
import { silentOperations, writesWithoutScope } from './document-security.ts'
import { broadScopes, isForReading } from './scope-breadth.ts'

describeCase({
  testCase: silentOperations,
  section: 'OpenAPI 3.2 §4.10',
  finds: { 'document-without-security': { fail: ['-'] } },
})
describeCase({
  testCase: writesWithoutScope,
  section: 'OpenAPI 3.2 §4.30',
  finds: { 'document-without-scope': { warn: ['-'] } },
})
describeCase({
  testCase: declaredScopes,
  section: 'OpenAPI 3.2 §4.28',
  finds: { 'undeclared-scope': { fail: ['order:items'] }, 'unused-scope': { warn: ['sell_pets'] } },
})
describeCase({
  testCase: broadScopes,
  section: 'RFC 9700 §2.3',
  finds: { 'read-scope-writes': { warn: ['-'] } },
})

const withApi =
  (change: (api: ApiTarget) => Partial<ApiTarget>) =>
  (target: Target): Target => ({ ...target, ...(target.api && { api: { ...target.api, ...change(target.api) } }) })

test('OpenAPI 3.2 §4.10: an operation on the public list needs no `security`', async () => {
  const retarget = withApi(() => ({ publicOperations: new Set(['GET /petstore/report']) }))
  const results = await runCase(silentOperations, { defects: ['document-without-security'], retarget })
  assert.deepEqual(new Set(results.map(({ judgement }) => judgement.verdict)), new Set(['pass', 'not_applicable']))
})

test('OpenAPI 3.2 §4.28: scopes of OpenID Connect, and those that cover others, need no operation', async () => {
  const retarget = withApi(api => ({
    routes: [],
    operations: api.operations.filter(({ path }) => !/report|takings/.test(path)),
    declaredScopes: new Map([...api.declaredScopes, ['openid', ''], ['offline_access', '']]),
  }))
  const only = (name: string) => runCase(declaredScopes, { retarget, only: `· ${name}` })
  assert.equal((await only('openid'))[0]?.judgement.verdict, 'not_applicable')
  const [admin] = await only('admin')
  assert.match(admin?.judgement.reason ?? '', /`admin` covers `\w+`, which is needed/)
})

test('OpenAPI 3.2 §4.30: a scheme without a list of scopes cannot declare one', async () => {
  const retarget = withApi(() => ({ listingSchemes: new Set(['another']) }))
  const [result] = await runCase(declaredScopes, { defects: ['undeclared-scope'], retarget, only: 'order:items' })
  assert.equal(result?.judgement.verdict, 'not_applicable')
  const none = withApi(() => ({ listingSchemes: new Set(), declaredScopes: new Map() }))
  assert.match(skipsOf(declaredScopes, { retarget: none })[0]?.reason ?? '', /no place where scopes are declared/)
})

test('OpenAPI 3.2 §4.28: what only the code asks for must be declared too, and is told with its place', async () => {
  const place = { file: 'src/pets.ts', line: 7 }
  const retarget = withApi(() => ({
    routes: [
      { method: 'GET', path: '/pets', framework: 'express', place, guard: { kind: 'token', anyOf: [['feed']], place } },
    ],
  }))
  const [result] = await runCase(declaredScopes, { retarget, only: '· feed' })
  assert.equal(result?.judgement.verdict, 'fail')
  assert.match(result?.judgement.reason ?? '', /src\/pets\.ts:7/)
})

test('RFC 9700 §2.3: a scope that opens more operations than one may is told, with the setting', async () => {
  const retarget = withApi(() => ({ mostPerScope: 1 }))
  const results = await runCase(broadScopes, { retarget })
  const warned = results.flatMap(({ judgement, probe }) => (judgement.verdict === 'warn' ? [probe.variant ?? ''] : []))
  for (const scope of ['admin', 'read_orders', 'write_orders']) assert.ok(warned.includes(scope), scope)
  for (const scope of ['read_pets', 'inventory:read']) assert.ok(!warned.includes(scope), scope)
})

test('RFC 9700 §2.3: half of the operations by one scope are too many by themselves', async () => {
  const retarget = withApi(api => ({
    operations: api.operations.flatMap(operation =>
      operation.enforcement.kind === 'token'
        ? [{ ...operation, enforcement: { kind: 'token' as const, needs: { anyOf: [{ allOf: ['admin'] }] as const } } }]
        : [],
    ),
  }))
  const [result] = await runCase(broadScopes, { retarget, only: '· admin' })
  assert.equal(result?.judgement.verdict, 'warn')
})

test('RFC 9700 §2.3: names that speak of reading alone', () => {
  for (const name of [
    'pets:read',
    'read_pets',
    'user-read-private',
    'https://x.example/auth/drive.readonly',
    'petsRead',
  ])
    assert.ok(isForReading(name), name)
  for (const name of ['pets', 'pets:write', 'read_write', 'readers_manage', 'thread', 'admin:read'])
    assert.ok(!isForReading(name), name)
})
