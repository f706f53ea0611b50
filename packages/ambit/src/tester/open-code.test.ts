import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ConfigError } from '../config/config-error.ts'
import type { TestDeclaration } from './declaration.ts'
import { openTarget } from './open-target.ts'
import { checkTestConfig } from './test-config.ts'

const program = `
import express from 'express'
const app = express()
app.get('/pets', needs('read_pets'), (req, res) => res.json([]))
app.get('/health', (req, res) => res.send('ok'))
function needs(scope) { return (req, res, next) => next() }
`
const document = {
  openapi: '3.1.0',
  servers: [{ url: 'http://localhost:3000' }],
  paths: { '/pets': { get: { security: [{ oauth: ['read_pets'] }], responses: {} } } },
  components: {
    securitySchemes: { oauth: { type: 'oauth2', flows: { clientCredentials: { scopes: { read_pets: '' } } } } },
  },
}
const har = { log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: [] } }

function folderWith(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-code-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'app.js'), program)
  writeFileSync(join(folder, 'api.json'), JSON.stringify(document))
  writeFileSync(join(folder, 'calls.har'), JSON.stringify(har))
  return folder
}

const extent = { mayWrite: false, isEveryOperation: false, isServerTested: false, isStatic: true, isOffline: true }

async function opened(folder: string, api: TestDeclaration['api']) {
  const config = checkTestConfig({ api }, { environment: {}, directory: folder })
  const send = async () => assert.fail('nothing is sent')
  const { target, notes } = await openTarget(config, { folder, send, extent })
  assert.ok(target.api)
  return { api: target.api, notes }
}

const guards = { needs: { scopeArgument: 0 } }
const baseUrl = 'http://localhost:3000'

test('code beside a document is what the document is compared with', async t => {
  const { api } = await opened(folderWith(t), { openapi: 'api.json', code: { folder: '.', guards } })
  assert.deepEqual(
    api.operations.map(({ key }) => key),
    ['GET /pets'],
  )
  assert.deepEqual(
    api.routes?.map(({ path, guard, place }) => [path, guard.kind, `${place.file}:${place.line}`]),
    [
      ['/pets', 'token', 'app.js:4'],
      ['/health', 'none', 'app.js:5'],
    ],
  )
  assert.equal(api.areRoutesComplete, true)
})

test('code without a document says what operations there are', async t => {
  const { api } = await opened(folderWith(t), { baseUrl, code: { folder: '.', guards } })
  assert.deepEqual(
    api.operations.map(({ key, enforcement, place }) => [key, enforcement.kind, place?.line]),
    [
      ['GET /pets', 'token', 4],
      ['GET /health', 'public', 5],
    ],
  )
  assert.equal(api.routes, undefined)
})

test('a recording that shows no call is told', async t => {
  const { notes } = await opened(folderWith(t), { openapi: 'api.json', observedCalls: { files: ['calls.har'] } })
  assert.ok(notes.includes('calls.har: no call that succeeded is in it'), notes.join())
})

const mistakes: readonly [string, TestDeclaration['api'], RegExp][] = [
  ['neither document nor code', {}, /`openapi`, `code` or both are wanted/],
  ['code without an address', { code: '.' }, /api\.baseUrl: is missing; code does not say where it runs/],
  ['a folder that is not there', { code: 'none', baseUrl }, /api\.code: it cannot be read: ENOENT/],
  [
    'a recording that is not there',
    { openapi: 'api.json', observedCalls: { files: ['no.har'] } },
    /observedCalls: it cannot be read/,
  ],
]
for (const [name, api, wanted] of mistakes)
  test(`${name} is refused`, async t => {
    await assert.rejects(opened(folderWith(t), api), (error: unknown) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, wanted)
      return true
    })
  })

test('a folder without a route is refused', async t => {
  const folder = folderWith(t)
  writeFileSync(join(folder, 'app.js'), 'export const a = 1')
  await assert.rejects(opened(folder, { code: '.', baseUrl }), /no route of Express, Fastify, Hono, NestJS or Koa/)
})
