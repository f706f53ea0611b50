import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readOperations } from './read-operations.ts'
import { readRequestPath } from './request-path.ts'
import { createRouteTable, type RouteOptions } from './route-table.ts'

function tableOf(templates: Readonly<Record<string, readonly string[]>>, options: RouteOptions = {}, servers = ['/']) {
  const paths = Object.fromEntries(
    Object.entries(templates).map(([path, methods]) => [path, Object.fromEntries(methods.map(each => [each, {}]))]),
  )
  const reading = readOperations({ openapi: '3.0.4', servers: servers.map(url => ({ url })), paths })
  assert.deepEqual(
    reading.problems.filter(each => each.severity === 'error'),
    [],
  )
  return createRouteTable(reading.operations, options)
}

const pets = tableOf({
  '/': ['get'],
  '/pets': ['get', 'post'],
  '/pets/': ['get'],
  '/pets/{petId}': ['get', 'put'],
  '/pets/mine': ['get'],
  '/pets/mine/toys': ['get'],
  '/pets/{petId}/photos': ['get'],
  '/pets/{petId}.json': ['get'],
  '/range/{from}-{to}': ['get'],
  '/files/v{number}': ['get'],
  '/caf\u00e9': ['get'],
  '/debug': ['trace', 'head'],
})

function found(method: string, path: string): string {
  const match = pets.find(method, path)
  return match.kind === 'operation' ? `${match.operation.method} ${match.operation.path}` : match.kind
}

describe('OpenAPI 3.2 §4.8: a request finds its operation', () => {
  const cases: readonly [string, string, string][] = [
    ['GET', '/', 'GET /'],
    ['GET', '/pets', 'GET /pets'],
    ['GET', '/pets/', 'GET /pets/'],
    ['POST', '/pets', 'POST /pets'],
    ['GET', '/pets/7', 'GET /pets/{petId}'],
    ['GET', '/pets/a%20b', 'GET /pets/{petId}'],
    ['GET', '/pets/100%25', 'GET /pets/{petId}'],
    ['GET', '/pets/mine', 'GET /pets/mine'],
    ['PUT', '/pets/mine', 'unknown_method'],
    ['GET', '/pets/mine/photos', 'GET /pets/{petId}/photos'],
    ['GET', '/pets/7.json', 'GET /pets/{petId}.json'],
    ['GET', '/pets/.json', 'GET /pets/{petId}'],
    ['GET', '/range/1-2', 'GET /range/{from}-{to}'],
    ['GET', '/range/1-2-3', 'GET /range/{from}-{to}'],
    ['GET', '/range/-2', 'unknown_path'],
    ['GET', '/range/1-', 'unknown_path'],
    ['GET', '/files/v7', 'GET /files/v{number}'],
    ['GET', '/files/w7', 'unknown_path'],
    ['GET', '/caf%C3%A9', 'GET /caf\u00e9'],
    ['GET', '/pets/7/photos/', 'unknown_path'],
    ['GET', '/pets/7/', 'unknown_path'],
    ['GET', '/none', 'unknown_path'],
  ]
  for (const [method, path, wanted] of cases)
    test(`${method} ${path}: ${wanted}`, () => assert.equal(found(method, path), wanted))
})

describe('RFC 9110 §9.1: methods', () => {
  test('are compared with their case', () => assert.equal(found('get', '/pets'), 'unknown_method'))
  test('RFC 9110 §9.3.2: HEAD is judged as GET where nothing else is stated', () => {
    assert.equal(found('HEAD', '/pets'), 'GET /pets')
    assert.equal(found('HEAD', '/debug'), 'HEAD /debug')
  })
  test('RFC 9110 §9.3.8: RS-ROU-03: TRACE is never followed, not even where the document has it', () => {
    assert.deepEqual(pets.find('TRACE', '/debug'), { kind: 'unknown_method', methods: ['HEAD'] })
  })
  test('an unknown method is told which there are', () => {
    assert.deepEqual(pets.find('DELETE', '/pets'), { kind: 'unknown_method', methods: ['GET', 'POST'] })
  })
})

describe('RFC 3986 §6.2.2: RS-ROU-01, RS-ROU-02: a path that servers read in different ways is not followed', () => {
  const strange = [
    '//pets',
    '/pets//7',
    '/./pets',
    '/pets/.',
    '/pets/..',
    '/x/../pets',
    '/x/..;/pets',
    '/pets;jsessionid=1',
    '/pets/7;v=1',
    '/%2e/pets',
    '/x/%2e%2e/pets',
    '/x/%2E./pets',
    '/pets%2f7',
    '/pets%2F7',
    '/pets/a%5cb',
    '/pets/a\\b',
    '/pets/%2e%2e',
    '/%70ets',
    '/pets/%61',
    '/pets/%7E',
    '/pets/%2D',
    '/pets/%5F',
    '/pets/a%3bb',
    '/pets/a%3Fb',
    '/pets/a%23b',
    '/pets/a?b',
    '/pets/a#b',
    '/pets/%252e%252e',
    '/pets/a%2541',
    '/pets/%00',
    '/pets/%0a',
    '/pets/%7f',
    '/pets/%',
    '/pets/%zz',
    '/pets/%ff',
    '/pets/%c0%af',
    '/pets/a b',
    '/pets/\u00e9',
    '/pets/a"b',
    '/pets/<a>',
    '/pets/{petId}',
    'pets',
    '',
    '*',
    'http://api.example/pets',
    '/pets/\u0000',
  ]
  for (const path of strange)
    test(JSON.stringify(path), () => {
      assert.equal(readRequestPath(path).kind, 'strange')
      assert.equal(found('GET', path), 'unknown_path')
    })

  test('a path of another case, or with another ending, is another path', () => {
    for (const path of ['/PETS', '/Pets', '/pets.json', '/pets.']) assert.equal(found('GET', path), 'unknown_path')
  })

  test('a path of more than 8192 characters', () => {
    assert.equal(readRequestPath(`/${'a'.repeat(8191)}`).kind, 'path')
    assert.equal(readRequestPath(`/${'a'.repeat(8192)}`).kind, 'strange')
  })

  test('whatever is followed means the same after another normalisation', () => {
    const piece = fc.constantFrom(
      '/',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      ';',
      'a',
      'pets',
      '%20',
      '%25',
      '\\',
      '%',
      '//',
      'A',
      '%41',
      '%c3%a9',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const path = `/${pieces.join('')}`
        if (readRequestPath(path).kind === 'strange') return
        const normal = new URL(`http://a${path}`).pathname
        assert.equal(normal, path)
        assert.ok(!/\/\/|[\\;]/.test(decodeURIComponent(path)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('base paths', () => {
  const pathOf = (table: ReturnType<typeof tableOf>, path: string) => table.find('GET', path).kind
  test('each of the servers', () => {
    const table = tableOf({ '/pets': ['get'] }, {}, ['https://a.example/v1', '/v2/'])
    assert.deepEqual(
      ['/v1/pets', '/v2/pets', '/pets', '/v3/pets'].map(path => pathOf(table, path)),
      ['operation', 'operation', 'unknown_path', 'unknown_path'],
    )
  })
  test('one that is given goes before all of them', () => {
    const table = tableOf({ '/pets': ['get'] }, { basePath: '/api' }, ['/v1'])
    assert.equal(pathOf(table, '/api/pets'), 'operation')
    assert.equal(pathOf(table, '/v1/pets'), 'unknown_path')
    assert.equal(pathOf(tableOf({ '/pets': ['get'] }, { basePath: '' }, ['/v1']), '/pets'), 'operation')
  })
})

test('a template that cannot be read is a bug of the caller', () => {
  const { operations } = readOperations({ openapi: '3.0.0', paths: { '/a{b': { get: {} } } })
  assert.throws(() => createRouteTable(operations), RangeError)
})
