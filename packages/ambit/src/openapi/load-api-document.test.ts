import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { buildCall, type Place, readApi } from '@ambit/tester'
import { ConfigError } from '../config/config-error.ts'
import type { FetchDocument } from './document-source.ts'
import { loadApiDocument } from './load-api-document.ts'

function load(t: TestContext, files: Readonly<Record<string, string>>, given = 'api/api.yaml') {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-openapi-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return loadApiDocument(given, { folder })
}

const head = `openapi: 3.0.4
info: { title: Things }
servers: [{ url: https://api.example }]
components: { securitySchemes: { oauth: { $ref: 'parts/schemes.yaml#/oauth' } }, schemas: { Own: { const: own } } }
`
const files = {
  'api/api.yaml': `${head}paths:
  /a: { $ref: 'parts/paths.yaml#/~1a' }
  /b:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: 'parts/my%20pets.yaml' } } } }
      x-note: { $ref: ../outside.yaml }
`,
  'api/parts/paths.yaml': `/a:
  get:
    operationId: see
    security: [{ oauth: [read] }]
    parameters: [{ $ref: '#/x-limit' }]
x-limit: { name: limit, in: query, required: true, schema: { $ref: '../api.yaml#/components/schemas/Own' } }
`,
  'api/parts/schemes.yaml':
    'oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: /t, scopes: { read: Read } } } }',
  'api/parts/my pets.yaml': `type: object
properties:
  name: { $ref: '#/$defs/name' }
  friend: { $ref: 'my%20pets.yaml' }
  owner: { $ref: 'owner.yaml#/Owner' }
$defs: { name: { const: Rex } }
`,
  'api/parts/owner.yaml':
    "Owner: { type: object, properties: { pet: { $ref: 'my%20pets.yaml' }, name: { const: Ada } } }",
  'outside.yaml': '{}',
}

describe('a document with everything that it refers to', () => {
  test('is one whose references lead into itself, rings included', async t => {
    const { document, locate, problems } = await load(t, files)
    assert.deepEqual(problems, [])
    const { api, problems: found } = readApi(document, { locate, loading: problems })
    assert.deepEqual(found, [])
    const [see, make] = api.operations
    assert.ok(see !== undefined && make !== undefined)
    assert.equal(see.enforcement.kind, 'token')
    assert.equal(buildCall(see, api)?.target, '/a?limit=own')
    assert.equal(buildCall(make, api)?.body, '{"name":"Rex","owner":{"name":"Ada"}}')
  })

  test('knows the file, line and column of what stands elsewhere', async t => {
    const { document, locate } = await load(t, files)
    const [see, make] = readApi(document, { locate }).api.operations
    const pick = (place: Place | undefined) => [place?.file, place?.line, place?.column]
    assert.ok(see !== undefined && make !== undefined)
    assert.deepEqual(pick(see.place), ['api/parts/paths.yaml', 2, 3])
    assert.deepEqual(pick(see.requirementPlace), ['api/parts/paths.yaml', 4, 5])
    assert.deepEqual(pick(make.place), ['api/api.yaml', 8, 5])
  })

  const refused: readonly [name: string, reference: string, wanted: RegExp][] = [
    ['above the folder', '../outside.yaml', /only files below/],
    ['by an absolute path', '/etc/hostname', /only files below/],
    ['on the web', 'https://example.org/a.json', /only files below/],
    ['that is not there', 'none.yaml', /no such file/],
    ['that points to nothing', 'good.yaml#/none', /it points to nothing/],
    ['without a JSON pointer', 'good.yaml#none', /no JSON pointer/],
    ['that is none', 'http://[', /this is no reference/],
    ['to what cannot be parsed', 'bad.yaml', /line 1/],
  ]
  for (const [name, reference, wanted] of refused)
    test(`a reference ${name} stays as it is, and is told`, async t => {
      const schema = `{ $ref: '${reference}' }`
      const { document, problems } = await load(t, {
        'api/api.yaml': `${head}paths: { /a: { get: { responses: { 200: { content: { a/b: { schema: ${schema} } } } } } } }`,
        'api/parts/schemes.yaml': files['api/parts/schemes.yaml'],
        'api/good.yaml': '{}',
        'api/bad.yaml': '{',
        'outside.yaml': '{}',
      })
      assert.equal(problems.length, 1)
      assert.match(problems[0]?.message ?? '', wanted)
      const { problems: found } = readApi(document, { loading: problems })
      assert.deepEqual(
        found.filter(({ pointer }) => pointer.endsWith('/schema/$ref')),
        problems,
      )
    })

  test('that cannot be read itself is refused', async t => {
    await assert.rejects(load(t, {}), ConfigError)
    await assert.rejects(load(t, { 'api/api.yaml': '{' }), ConfigError)
  })

  test('from the web has its servers where it is, and reads from its own origin alone', async () => {
    const base = 'https://api.example/docs/'
    const asked: string[] = []
    const texts: Readonly<Record<string, string>> = {
      [`${base}api.json`]: JSON.stringify({
        openapi: '3.1.0',
        servers: [{ url: '../v1' }],
        paths: { '/a': { $ref: 'a%zz.json' }, '/b': { get: { requestBody: { $ref: 'https://other.example/b' } } } },
      }),
      [`${base}a%zz.json`]: '{ "get": {} }',
    }
    const fetch: FetchDocument = async url => {
      asked.push(url)
      return new Response(texts[url] ?? '', { status: texts[url] === undefined ? 404 : 200 })
    }
    const loaded = await loadApiDocument(`${base}api.json`, { folder: '/', fetch })
    const { document, documentUrl, locate, problems } = loaded
    assert.deepEqual(asked, [`${base}api.json`, `${base}a%zz.json`])
    assert.match(problems[0]?.message ?? '', /only documents of `https:\/\/api\.example` are read/)
    assert.ok(documentUrl !== undefined)
    const { api } = readApi(document, { documentUrl, locate })
    assert.deepEqual(
      [api.origin, api.operations.map(({ key }) => key)],
      ['https://api.example', ['GET /v1/a', 'GET /v1/b']],
    )
    assert.equal(api.operations[0]?.place?.file, `${base}a%zz.json`)
  })
})
