import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { ConfigError } from '../config/config-error.ts'
import type { FetchDocument } from './document-source.ts'
import { checkSound, type LoadedOpenApi, loadOpenApi } from './load-openapi.ts'

const scheme = { type: 'oauth2', flows: { clientCredentials: { scopes: { read: 'Read' } } } }
const item = { get: { operationId: 'list', security: [{ oauth: ['read'] }] } }

function documentOf(paths: object, components: object = { securitySchemes: { oauth: scheme } }): string {
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'Things' }, paths, components })
}

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-openapi-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function load(t: TestContext, files: Readonly<Record<string, string>>, given = 'api/api.json'): Promise<LoadedOpenApi> {
  return loadOpenApi(given, { folder: folderWith(t, files) })
}

function kindsOf({ reading }: LoadedOpenApi): readonly string[] {
  return reading.operations.map(({ operationId, requirement }) => `${operationId}: ${requirement.kind}`)
}

async function rejects(loading: Promise<unknown>, wanted: RegExp): Promise<void> {
  await assert.rejects(loading, (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, wanted)
    return true
  })
}

describe('a document from a file', () => {
  test('as JSON', async t => {
    const loaded = await load(t, { 'api/api.json': documentOf({ '/a': item }) })
    assert.deepEqual(kindsOf(loaded), ['list: needs'])
    assert.equal(loaded.reading.title, 'Things')
    checkSound(loaded)
  })

  test('as YAML with anchors, merges and a byte order mark', async t => {
    const yaml = [
      '\ufeffopenapi: 3.0.4',
      'x-secured: &secured',
      '  security: [{ oauth: [read] }]',
      'paths:',
      '  /a: { get: { <<: *secured, operationId: a } }',
      '  /b: { get: { operationId: b } }',
      'components: { securitySchemes: { oauth: { type: oauth2, flows: { implicit: { scopes: { read: Read } } } } } }',
    ]
    const loaded = await load(t, { 'api.yaml': yaml.join('\n') }, 'api.yaml')
    assert.deepEqual(kindsOf(loaded), ['a: needs', 'b: public'])
    checkSound(loaded)
  })

  test('a reference that decides nothing is not followed, be it broken or elsewhere', async t => {
    const strange = {
      ...item,
      get: { ...item.get, 'x-policy': { $ref: '../policies.yaml' }, parameters: [{ $ref: 'https://example.org/p' }] },
    }
    checkSound(await load(t, { 'api/api.json': documentOf({ '/a': strange }) }))
  })

  test('path items and security schemes in other files are followed, also through several', async t => {
    const loaded = await load(t, {
      'api/api.json': documentOf(
        {
          '/a': { $ref: './paths/a.yaml' },
          '/b': { $ref: 'paths/all.json#/b~1c' },
          '/c': { $ref: '#/components/pathItems/c' },
        },
        {
          pathItems: { c: { $ref: 'paths/all.json#/here' } },
          securitySchemes: { oauth: { $ref: 'schemes.yaml#/oauth' } },
        },
      ),
      'api/paths/a.yaml': 'get: { operationId: a, security: [{ oauth: [read] }] }',
      'api/paths/all.json': JSON.stringify({ 'b/c': { $ref: '#/here' }, here: { $ref: 'a.yaml' } }),
      'api/schemes.yaml': `oauth: ${JSON.stringify(scheme)}`,
    })
    assert.deepEqual(kindsOf(loaded), ['a: needs', 'a: needs', 'a: needs'])
    checkSound(loaded)
  })

  const refused: readonly [string, string, RegExp][] = [
    ['above the folder', '../outside.json', /only files below/],
    ['above the folder to what is not there, which is not told', '../none.json', /only files below/],
    ['above the folder, encoded', '%2e%2e/outside.json', /only files below/],
    ['by an absolute path', '/etc/hostname', /only files below/],
    ['by a file URL', 'file:///etc/hostname', /only files below/],
    ['with a host', 'file://host/etc/hostname', /only files below/],
    ['with an encoded slash', 'folder%2Fa', /only files below/],
    ['with a stray percent sign', 'a%zz.json', /no such file|only files below/],
    ['on the web', 'https://example.org/a.json', /only files below/],
    ['through a symbolic link', 'link.json', /only files below/],
    ['that is not there', 'none.json', /no such file/],
    ['that is a folder', 'folder', /this is no file/],
    ['that points to nothing', 'good.json#/none', /it points to nothing/],
    ['without a JSON pointer', 'good.json#none', /no JSON pointer/],
    ['that is none', 'http://[', /this is no reference/],
    ['in a ring', 'ring.json', /a chain of more than 10/],
    ['to what is no UTF-8', 'latin.json', /it is no UTF-8/],
  ]
  for (const [name, reference, wanted] of refused)
    test(`a reference ${name} is refused`, async t => {
      const folder = folderWith(t, {
        'outside.json': JSON.stringify(item),
        'api/good.json': '{}',
        'api/ring.json': '{ "$ref": "ring.json" }',
        'api/folder/a': '',
        'api/api.json': documentOf({ '/a': { $ref: reference } }),
      })
      symlinkSync(join(folder, 'outside.json'), join(folder, 'api/link.json'))
      writeFileSync(join(folder, 'api/latin.json'), Buffer.from('"\u00e9"', 'latin1'))
      await rejects(loadOpenApi('api/api.json', { folder }), wanted)
    })

  test('what cannot be parsed is told with its line', async t => {
    await rejects(load(t, { 'api/api.json': '{\n"a": 1,\n"a": 2}' }), /line 3, column \d: duplicated mapping key/)
    await rejects(load(t, { 'api/api.json': '' }), /the input is empty/)
    await rejects(load(t, { 'api/api.json': '['.repeat(300) }), /api\.json/)
    await rejects(load(t, {}, 'none.yaml'), /`none\.yaml` has a problem\n {2}there is no such file/)
  })

  test('what is no document is read, and found to be none', async t => {
    for (const text of ['[]', 'null', '7']) {
      const { reading } = await load(t, { 'api/api.json': text })
      assert.match(reading.problems[0]?.message ?? '', /this is no OpenAPI document/)
    }
    const { reading } = await load(t, { 'api/api.json': '{ "openapi": "3.1.0", "paths": null, "components": 1 }' })
    assert.match(reading.problems[0]?.message ?? '', /an object is wanted/)
  })

  test('a file of more than 10 MB is not read', async t => {
    await rejects(load(t, { 'api/api.json': ' '.repeat(10_000_001) }), /larger than 10000000 bytes/)
  })

  test('errors in what it says are thrown with their places', async t => {
    const loaded = await load(t, { 'api/api.json': documentOf({ '/a': { get: { securty: [] } }, b: {} }) })
    assert.throws(() => checkSound(loaded), /2 problems\n {2}\/paths\/~1a\/get\/securty: unknown member/)
  })
})

describe('a document from the web', () => {
  type Answers = Readonly<Record<string, string | Response>>
  const base = 'https://api.example/docs/'

  function loadFrom(answers: Answers, given = `${base}api.json`) {
    const asked: string[] = []
    const fetch: FetchDocument = async (url, init) => {
      asked.push(url)
      assert.equal(init.redirect, 'error')
      assert.ok(init.signal)
      const answer = answers[url]
      if (answer === undefined)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })
      return typeof answer === 'string' ? new Response(answer) : answer
    }
    return { asked, loading: loadOpenApi(given, { folder: '/', fetch }) }
  }

  test('with references to its own origin, each fetched once; its servers begin where it is', async () => {
    const paths = { '/a': { $ref: 'item.json' }, '/b': { $ref: '/docs/item.json' } }
    const root = {
      openapi: '3.1.0',
      paths,
      servers: [{ url: '../v1' }],
      components: { securitySchemes: { oauth: scheme } },
    }
    const { asked, loading } = loadFrom({
      [`${base}api.json`]: JSON.stringify(root),
      [`${base}item.json`]: JSON.stringify(item),
    })
    const loaded = await loading
    assert.deepEqual(kindsOf(loaded), ['list: needs', 'list: needs'])
    assert.deepEqual(loaded.reading.operations[0]?.basePaths, ['/v1'])
    assert.deepEqual(asked, [`${base}api.json`, `${base}item.json`])
  })

  test('from this machine by http', async () => {
    await loadFrom({ 'http://127.0.0.1:8080/a': documentOf({}) }, 'http://127.0.0.1:8080/a').loading
  })

  for (const given of [
    'http://api.example/a',
    'https://user:secret@api.example/a',
    'http://169.254.169.254/a',
    'https://[',
  ])
    test(`${given} is not asked`, async () => {
      const { asked, loading } = loadFrom({}, given)
      await rejects(loading, /is wanted|without credentials/)
      assert.deepEqual(asked, [])
    })

  for (const reference of [
    'https://other.example/item.json',
    'http://api.example/item.json',
    '//127.0.0.1/item.json',
    'file:///etc/hostname',
  ])
    test(`a reference to ${reference} is not followed`, async () => {
      const { asked, loading } = loadFrom({ [`${base}api.json`]: documentOf({ '/a': { $ref: reference } }) })
      await rejects(loading, /only documents of `https:\/\/api\.example` are read/)
      assert.equal(asked.length, 1)
    })

  const answers: readonly [string, string | Response | undefined, RegExp][] = [
    ['another status', new Response('', { status: 404 }), /the answer's status is 404/],
    ['too much', ' '.repeat(10_000_001), /larger than/],
    ['what is no UTF-8', new Response(Uint8Array.of(0xff)), /has a problem\n {2}it is no UTF-8/],
    ['nothing', undefined, /cannot be fetched: fetch failed, ECONNREFUSED/],
  ]
  for (const [name, answer, wanted] of answers)
    test(`${name} is refused`, () =>
      rejects(loadFrom(answer === undefined ? {} : { [`${base}api.json`]: answer }).loading, wanted))

  test('more than 200 documents are refused', async () => {
    const names = Array.from({ length: 201 }, (_, index) => `${index}.json`)
    const paths = Object.fromEntries(names.map(name => [`/${name}`, { $ref: name }]))
    const items = Object.fromEntries(names.map(name => [`${base}${name}`, '{}']))
    await rejects(loadFrom({ [`${base}api.json`]: documentOf(paths), ...items }).loading, /more than 200 documents/)
  })
})
