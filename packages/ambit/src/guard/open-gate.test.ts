import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { ConfigError } from '../config/config-error.ts'
import { checkGuardConfig } from './guard-config.ts'
import { openDocument, openGate } from './open-gate.ts'
import { listOperations, wordsFor } from './operation-list.ts'
import { document } from './testing/world.ts'

async function open(t: TestContext, changes: object = {}, more: object = document) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-guard-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'api.json'), JSON.stringify(more))
  const config = checkGuardConfig({
    openapi: 'api.json',
    resource: 'https://api.example',
    issuers: ['https://as.example'],
    ...changes,
  })
  return { config, opened: await openDocument(config, folder) }
}

async function refuses(opening: Promise<unknown>, wanted: RegExp): Promise<void> {
  await assert.rejects(opening, (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, wanted)
    return true
  })
}

describe('a document that cannot be enforced is not', () => {
  test('with an error in it', t =>
    refuses(open(t, {}, { openapi: '3.1.0', paths: { '/a': { gett: {} } } }), /unknown member `gett`/))
  test('with a scope that the catalogue does not have', t =>
    refuses(
      open(t, { catalogue: { scopes: { read: {} } } }),
      /\/paths\/~1things\/post\/security: the catalogue has no scope `write`/,
    ))
  test('with a scope that no catalogue can have', t => {
    const security = [{ oidc: ['user:{id}'] }]
    const strange = {
      openapi: '3.1.0',
      paths: { '/a': { get: { security } } },
      components: { securitySchemes: { oidc: { type: 'openIdConnect' } } },
    }
    return refuses(open(t, {}, strange), /user:\{id\}/)
  })
  test('with a scheme that the API is said to check, and is none', t =>
    refuses(open(t, { checkedByApi: ['kee'] }), /checkedByApi: kee: the document has no such/))
  test('with a token that the API is said to check', t =>
    refuses(open(t, { checkedByApi: ['oauth'] }), /checkedByApi: oauth: the scheme is an access token/))
})

test('a catalogue of its own lets one scope cover another', async t => {
  const { opened } = await open(t, { catalogue: { scopes: { write: { implies: ['read'] }, read: {} } } })
  assert.ok(opened.catalogue.covers(opened.catalogue.set('write'), opened.catalogue.set('read')))
})

test('operations are listed as they are reached, with what is enforced and what does not count', async t => {
  const { config, opened } = await open(t)
  const listed = listOperations(config, opened).map(each => `${each.method} ${each.path}: ${wordsFor(each)}`)
  assert.deepEqual(listed, [
    'GET /v1/open: public',
    'GET /v1/things: read',
    'POST /v1/things: write',
    'DELETE /v1/things: write',
    'GET /v1/things/{id}: read',
    'GET /v1/maybe: no token needed; one that is sent must be good',
    'GET /v1/keyed: refused: it needs `key`, which no access token shows',
    'GET /v1/events: read',
  ])
})

test('a base path of the configuration, alternatives, and a key that does not count', async t => {
  const security = [{ oauth: ['read', 'write'] }, { oauth: [], key: [] }, { oauth: ['read'] }]
  const { config, opened } = await open(
    t,
    { basePath: '/api' },
    { ...document, paths: { '/a': { get: { security } }, '/b': { get: { security: [{ oauth: [] }] } } } },
  )
  const listed = listOperations(config, opened).map(each => `${each.path}: ${wordsFor(each)}`)
  assert.deepEqual(listed, ['/api/a: read write | read (not by `key`)', '/api/b: any good token'])
  assert.equal(opened.routes.find('GET', '/api/a').kind, 'operation')
})

test('a key that the API checks counts, and a guard in front of it has nothing to ask', async t => {
  const { config, opened } = await open(t, { checkedByApi: ['key'] })
  const keyed = listOperations(config, opened).find(each => each.path === '/v1/keyed')
  assert.equal(keyed?.kind, 'optional')
  assert.deepEqual(keyed.notCounted, [])
})

test('RFC 9728 §3: an identifier that is no URL has no metadata', async t => {
  for (const [resource, has] of [
    ['https://api.example', true],
    ['http://127.0.0.1:3000', true],
    ['urn:api', false],
    ['http://api.example', false],
  ] as const) {
    const { config, opened } = await open(t, { resource })
    assert.equal(openGate(config, opened, reason => assert.fail(reason)).metadata !== undefined, has, resource)
  }
})
