import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { buildCall } from '../../call/build-call.ts'
import { guessesOf } from '../../call/operation-values.ts'
import { resolveSchema } from '../../call/resolve-schema.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import { type ApiReading, readApi } from './read-api.ts'
import type { ReadApiOptions } from './read-api-options.ts'

const oauth = { type: 'oauth2', flows: { clientCredentials: { scopes: { read: 'Read', write: 'Write' } } } }
const securitySchemes = { oauth }
const servers = [{ url: 'https://api.example/v1' }]
const secured = { security: [{ oauth: ['read'] }] }

function documentOf(paths: object, more: object = {}): object {
  return { openapi: '3.1.0', info: { title: 'Things' }, servers, paths, components: { securitySchemes }, ...more }
}

function read(paths: object, options: ReadApiOptions = {}, more: object = {}): ApiReading {
  return readApi(documentOf(paths, more), options)
}

function only({ api }: ApiReading): ApiOperation {
  const [operation] = api.operations
  assert.ok(operation !== undefined && api.operations.length === 1)
  return operation
}

function targetOf(reading: ApiReading): string | undefined {
  return buildCall(only(reading), reading.api)?.target
}

function told({ problems }: ApiReading): readonly string[] {
  return problems.map(({ pointer, message }) => `${pointer}: ${message}`)
}

describe('an API', () => {
  test('has the title, the origin, the scopes and what is sent with each call', () => {
    const { api, problems, notes } = read(
      { '/a': { get: secured } },
      {
        headers: [['x-tenant', 'blue']],
        resources: [{ path: '/', resource: 'https://api.example' }],
        revocationWindow: 5,
      },
    )
    assert.equal(api.title, 'Things')
    assert.equal(api.origin, 'https://api.example')
    assert.deepEqual(
      [...api.declaredScopes],
      [
        ['read', 'Read'],
        ['write', 'Write'],
      ],
    )
    assert.deepEqual([...api.catalogue.names].sort(), ['read', 'write'])
    assert.deepEqual(api.headers, [['x-tenant', 'blue']])
    assert.equal(api.revocationWindow, 5)
    assert.deepEqual(notes, ['calls go to `https://api.example/v1`'])
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['no operation needs the scope `write` of `oauth`'],
    )
  })

  test('keeps the catalogue that is given', () => {
    const catalogue = defineScopes({ scopes: { write: { implies: ['read'] }, read: {} } })
    assert.equal(read({}, { catalogue }).api.catalogue, catalogue)
  })

  test('whose scopes no catalogue can hold has none, and that is told', () => {
    const odd = { oauth: { type: 'oauth2', flows: { clientCredentials: { scopes: { 'a b': '' } } } } }
    const reading = readApi(documentOf({}, { components: { securitySchemes: odd } }))
    assert.deepEqual(reading.api.catalogue.names, [])
    assert.ok(told(reading).some(each => each.startsWith('scope ')))
  })
})

describe('an operation', () => {
  test('has its names, its requirement and what it may change', () => {
    const reading = read(
      {
        '/a/{id}': {
          summary: 'of the path',
          get: { operationId: 'see', tags: ['t'], security: [{ oauth: ['read'] }, { oauth: ['write'] }] },
          delete: { summary: 'remove', 'x-ambit-action': 'a.remove', security: [] },
          query: {},
        },
      },
      {
        resources: [
          { path: '/v1', resource: 'one' },
          { path: '/v1/a', resource: 'two' },
          { path: '/v', resource: 'no' },
        ],
      },
      { openapi: '3.2.0' },
    )
    const [see, remove, query] = reading.api.operations
    assert.ok(see !== undefined && remove !== undefined && query !== undefined)
    assert.deepEqual([see.key, see.path, see.operationId], ['GET /v1/a/{id}', '/v1/a/{id}', 'see'])
    assert.deepEqual([see.summary, see.tags, see.schemes, see.resource], ['of the path', ['t'], ['oauth'], 'two'])
    assert.deepEqual(alternativesOf(see), [['read'], ['write']])
    assert.deepEqual([see.isWrite, remove.isWrite, query.isWrite], [false, true, false])
    assert.deepEqual([remove.summary, remove.action, remove.enforcement.kind], ['remove', 'a.remove', 'public'])
  })

  test('is described further by the configuration, by its key, its place in the document or its name', () => {
    const options: ReadApiOptions = {
      publicOperations: ['GET /v1/a'],
      actions: { make: 'a.make' },
      inputs: { 'POST /a': { item: 'body/id' } },
      writes: { make: false },
      examples: { '*': { parameters: { limit: 3 } }, make: { body: { id: 7 } } },
    }
    const parameters = [{ name: 'limit', in: 'query', schema: { type: 'integer' } }]
    const requestBody = { content: { 'application/json': { example: { id: 1 } } } }
    const reading = read({ '/a': { parameters, get: {}, post: { operationId: 'make', requestBody } } }, options)
    const [list, make] = reading.api.operations
    assert.ok(list !== undefined && make !== undefined)
    assert.deepEqual([...reading.api.publicOperations], ['GET /v1/a'])
    assert.deepEqual([make.action, make.inputs, make.isWrite], ['a.make', { item: 'body/id' }, false])
    assert.equal(buildCall(list, reading.api)?.target, '/v1/a?limit=3')
    assert.equal(buildCall(make, reading.api)?.body, '{"id":7}')
  })

  test('that the configuration names and the document does not have is a problem', () => {
    const reading = read({ '/a': { get: {} } }, { publicOperations: ['GET /b'], examples: { '*': {}, none: {} } })
    const errors = reading.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    assert.deepEqual(errors, ['no operation is called `GET /b`', 'no operation is called `none`'])
  })

  test('OpenAPI 3.2 §4.30: an API key that is sent anyway is no hindrance, another one is', () => {
    const schemes = {
      oauth,
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      other: { type: 'apiKey', in: 'query', name: 'k' },
    }
    const more = { components: { securitySchemes: schemes } }
    const both = { '/a': { get: { security: [{ oauth: ['read'], key: [] }] } } }
    assert.equal(only(read(both, {}, more)).enforcement.kind, 'refused')
    assert.deepEqual(alternativesOf(only(read(both, { headers: [['x-key', '1']] }, more))), [['read']])
    const either = { '/a': { get: { security: [{ oauth: ['read'] }, { key: [] }] } } }
    assert.equal(only(read(either, { headers: [['x-key', '1']] }, more)).enforcement.kind, 'optional')
    const inQuery = { '/a': { get: { security: [{ oauth: ['read'], other: [] }] } } }
    assert.equal(only(read(inQuery, { headers: [['k', '1']] }, more)).enforcement.kind, 'refused')
    assert.equal(only(read(inQuery, { checkedByApi: ['other'] }, more)).enforcement.kind, 'token')
  })

  test('has the schema of each answer', () => {
    const responses = {
      200: {
        content: {
          'text/html': { schema: { type: 'string' } },
          'application/json': { schema: { $ref: '#/components/schemas/T' } },
        },
      },
      404: { $ref: '#/components/responses/Missing' },
      default: { description: 'none' },
      'x-note': {},
    }
    const components = {
      securitySchemes,
      schemas: { T: { type: 'object', properties: { next: { $ref: '#/components/schemas/T' } } } },
      responses: { Missing: { content: { 'application/json': { schema: true } } } },
    }
    const operation = only(read({ '/a': { get: { responses } } }, {}, { components }))
    assert.deepEqual(Object.keys(operation.responses), ['200', '404', 'default'])
    assert.equal(resolveSchema(operation.responses['200'] ?? false), components.schemas.T)
    assert.equal(operation.responses['404'], true)
    assert.equal(operation.responses['default'], undefined)
    assert.ok(JSON.stringify(operation).includes('"$ref":"#/components/schemas/T"'), 'a ring stays a reference')
  })

  test('has its place and that of its requirement', () => {
    const paths = { '/a': { get: secured, put: {}, post: {} } }
    const locate = (pointer: string) => ({ file: 'api.yaml', line: pointer.length })
    const [get, put] = read(paths, { locate }, { security: [{ oauth: [] }] }).api.operations
    assert.deepEqual(
      [get?.place?.line, get?.requirementPlace?.line],
      ['/paths/~1a/get'.length, '/paths/~1a/get/security'.length],
    )
    assert.equal(put?.requirementPlace?.line, '/security'.length)
    const withFile = read({ '/a': { get: secured } }, { file: 'api.yaml' })
    assert.deepEqual(only(withFile).place, { file: 'api.yaml', pointer: '/paths/~1a/get' })
    assert.equal(only(read({ '/a': { get: {} } }, { file: 'a' })).requirementPlace, undefined)
    assert.equal(only(read({ '/a': { get: {} } })).place, undefined)
  })
})

describe('parameters', () => {
  test('OpenAPI 3.2 §4.12: those of the operation stand in the place of those of the path', () => {
    const reading = read({
      '/a/{id}': {
        parameters: [
          { name: 'id', in: 'path', required: true, example: 'path' },
          { name: 'X-One', in: 'header', required: true, example: 1 },
        ],
        get: {
          parameters: [
            { name: 'id', in: 'path', required: true, example: 'own' },
            { name: 'x-one', in: 'header', required: true, example: 2 },
            { name: 'id', in: 'query', required: true, example: 'q' },
          ],
        },
      },
    })
    const request = buildCall(only(reading), reading.api)
    assert.equal(request?.target, '/v1/a/own?id=q')
    assert.deepEqual(request?.headers.slice(1), [['x-one', '2']])
  })

  test('from references, examples by name, contents and schemas', () => {
    const components = {
      securitySchemes,
      parameters: {
        P: { name: 'p', in: 'query', required: true, examples: { one: { $ref: '#/components/examples/E' } } },
      },
      examples: { E: { value: 'e' } },
      schemas: { S: { type: 'string', examples: ['s'] } },
    }
    const parameters = [
      { $ref: '#/components/parameters/P' },
      { name: 'j', in: 'query', required: true, content: { 'application/json': { schema: { const: { a: 1 } } } } },
      { name: 's', in: 'query', required: true, schema: { $ref: '#/components/schemas/S' } },
      { name: 'd', in: 'query', required: true, style: 'deepObject', example: { x: 1 } },
      { name: 'l', in: 'query', required: true, explode: false, example: [1, 2] },
      { name: 'skipped', in: 'query', example: 'optional' },
      { name: 'Authorization', in: 'header', required: true },
    ]
    const reading = read({ '/a': { get: { parameters } } }, {}, { components })
    assert.equal(targetOf(reading), '/v1/a?p=e&j=%7B%22a%22%3A1%7D&s=s&d%5Bx%5D=1&l=1,2')
    assert.deepEqual(buildCall(only(reading), reading.api)?.headers.length, 1)
  })

  test('OpenAPI 3.2 §4.12: a query that is described as a form has a parameter for each member', () => {
    const form = {
      schema: { type: 'object', required: ['q'], properties: { q: { type: 'string' }, page: { type: 'integer' } } },
      example: { q: 'shown' },
    }
    const content = { 'application/x-www-form-urlencoded': form }
    const parameters = [{ name: 'all', in: 'querystring', required: true, content }]
    assert.equal(targetOf(read({ '/a': { get: { parameters } } }, {}, { openapi: '3.2.0' })), '/v1/a?q=shown')
    const given = { examples: { '*': { parameters: { page: 2 } } } }
    assert.equal(targetOf(read({ '/a': { get: { parameters } } }, given, { openapi: '3.2.0' })), '/v1/a?q=shown&page=2')
    const json = [{ name: 'all', in: 'querystring', content: { 'application/json': {} } }]
    const reading = read({ '/a': { get: { parameters: json } } }, {}, { openapi: '3.2.0' })
    assert.match(told(reading).join(), /only a query that is described as a form/)
  })

  test('may be called as what every object has, and are nevertheless given by nobody', () => {
    const parameter = (name: string, more = {}) => ({ name, in: 'query', schema: { type: 'string' }, ...more })
    const names = ['toString', 'constructor', '__proto__']
    const reading = read({ '/a': { get: { parameters: names.map(name => parameter(name)) } } })
    assert.equal(targetOf(reading), '/v1/a')
    const swagger = {
      swagger: '2.0',
      info: {},
      host: 'h',
      paths: { '/a': { get: { parameters: [parameter('valueOf')] } } },
    }
    assert.equal(targetOf(readApi(swagger)), '/a')
    const form = { type: 'object', properties: { valueOf: { type: 'string' } } }
    const content = { 'application/x-www-form-urlencoded': { schema: form } }
    const whole = { '/a': { get: { parameters: [{ name: 'q', in: 'querystring', content }] } } }
    assert.equal(targetOf(readApi({ ...documentOf(whole), openapi: '3.2.0' })), '/v1/a')
  })

  test('of the template that nobody described are made up, and that is told', () => {
    const reading = read({ '/a/{id}': { get: {} } })
    assert.equal(targetOf(reading), '/v1/a/sample')
    assert.deepEqual(guessesOf(only(reading)), ['id'])
    assert.ok(told(reading).includes('/paths/~1a~1{id}/get: no parameter describes `id` of the path'))
  })
})

describe('broken documents are read as far as they go', () => {
  const none = /no OpenAPI document/
  for (const document of [undefined, null, 7, [], {}, { openapi: '4.0.0' }])
    test(`${JSON.stringify(document)} is none`, () => {
      const reading = readApi(document)
      assert.deepEqual(reading.api.operations, [])
      assert.match(told(reading).join(), none)
    })

  const broken: readonly [what: string, operation: object, told: RegExp][] = [
    ['parameters', { parameters: {} }, /\/get\/parameters: a list of parameters is wanted/],
    ['a parameter', { parameters: [7] }, /\/parameters\/0: an object is wanted/],
    ['its name', { parameters: [{ in: 'query' }] }, /\/parameters\/0: a parameter with `name` and `in`/],
    ['its place', { parameters: [{ name: 'a', in: 'body' }] }, /\/parameters\/0\/in: `body` is no place/],
    ['its style', { parameters: [{ name: 'a', in: 'query', style: 'odd' }] }, /\/style: this is no style/],
    ['a reference to nothing', { parameters: [{ $ref: '#/none' }] }, /\/0\/\$ref: `#\/none` points to nothing/],
    ['a reference elsewhere', { requestBody: { $ref: 'a.yaml' } }, /\/requestBody\/\$ref: `a.yaml` was not resolved/],
    ['a reference by name', { responses: { 200: { $ref: '#name' } } }, /`#name` holds no JSON pointer/],
    ['a ring', { requestBody: { $ref: '#/paths/~1a/get/requestBody' } }, /a chain of more than 10/],
    ['a server', { servers: [{ url: 'ftp://a' }] }, /`ftp:\/\/a` is no server that HTTP reaches/],
  ]
  for (const [what, operation, wanted] of broken)
    test(what, () => assert.match(told(read({ '/a': { get: operation } })).join('\n'), wanted))

  test('strange values in every place', () => {
    for (const odd of [null, 7, 'text', [], {}, true]) {
      const names = ['parameters', 'requestBody', 'responses', 'servers', 'security', 'tags', 'operationId', 'summary']
      for (const name of names) readApi(documentOf({ '/a': { get: { [name]: odd }, [name]: odd } }))
      for (const name of ['paths', 'components', 'servers', 'info', 'security'])
        readApi({ ...documentOf({}), [name]: odd })
      const content = { 'application/json': odd }
      readApi(documentOf({ '/a': { post: { requestBody: { content }, responses: { 200: { content } } } } }))
      readApi(
        documentOf({
          '/a': { post: { requestBody: { content: { 'application/json': { examples: odd, schema: odd } } } } },
        }),
      )
      readApi({
        swagger: '2.0',
        paths: { '/a': { get: { parameters: [{ name: 'a', in: 'body', schema: odd }], consumes: odd } } },
        host: odd,
        schemes: odd,
      })
    }
  })

  test('rings of schemas', () => {
    const schemas = {
      Node: {
        type: 'object',
        required: ['id', 'next'],
        properties: { id: { const: 1 }, next: { $ref: '#/components/schemas/Node' } },
      },
      Tree: {
        type: 'object',
        properties: { id: { const: 1 }, leaves: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
      },
      Self: { $ref: '#/components/schemas/Self' },
      Parts: { allOf: [{ $ref: '#/components/schemas/Parts' }, { const: 2 }] },
    }
    const bodyOf = (name: string) => {
      const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
      const operation = { requestBody: { required: true, content } }
      const reading = read({ '/a': { post: operation } }, {}, { components: { securitySchemes, schemas } })
      return buildCall(only(reading), reading.api)?.body
    }
    assert.equal(bodyOf('Node'), undefined)
    assert.equal(bodyOf('Tree'), '{"id":1,"leaves":[]}')
    assert.equal(bodyOf('Self'), '"sample"')
    assert.equal(bodyOf('Parts'), '2')
  })

  test('a text that stands for more than any memory holds', () => {
    let bomb: unknown = 'lol'
    for (let level = 0; level < 40; level++) bomb = [bomb, bomb, bomb, bomb]
    const requestBody = {
      required: true,
      content: { 'application/json': { example: bomb, schema: { default: bomb } } },
    }
    const reading = read({ '/a': { post: { requestBody, 'x-bomb': bomb } } })
    assert.equal(buildCall(only(reading), reading.api)?.body, '"sample"')
  })
})

describe('Swagger 2.0', () => {
  function swagger(paths: object, more: object = {}): object {
    const flow = { type: 'oauth2', flow: 'application', tokenUrl: 'https://as.example/token', scopes: { read: 'Read' } }
    return {
      swagger: '2.0',
      info: { title: 'Old' },
      host: 'old.example',
      basePath: '/v1/',
      schemes: ['http', 'https'],
      securityDefinitions: { oauth: flow },
      definitions: {
        Pet: { type: 'object', required: ['name'], properties: { name: { type: 'string', example: 'Rex' } } },
      },
      paths,
      ...more,
    }
  }

  test('has parameters whose schema stands in themselves', () => {
    const parameters = [
      { name: 'id', in: 'path', required: true, type: 'integer', minimum: 5 },
      { name: 'tags', in: 'query', required: true, type: 'array', items: { type: 'string', enum: ['a'] }, minItems: 1 },
      {
        name: 'multi',
        in: 'query',
        required: true,
        type: 'array',
        items: { type: 'string' },
        collectionFormat: 'multi',
        'x-example': ['x', 'y'],
      },
      { name: 'X-Key', in: 'header', required: true, type: 'string', default: 'k' },
      { name: 'unused', in: 'query', type: 'string' },
    ]
    const reading = readApi(swagger({ '/pets/{id}': { get: { ...secured, parameters } } }))
    assert.equal(reading.api.origin, 'https://old.example')
    assert.equal(only(reading).key, 'GET /v1/pets/{id}')
    assert.equal(targetOf(reading), '/v1/pets/5?tags=a&multi=x&multi=y')
    assert.deepEqual(buildCall(only(reading), reading.api)?.headers.slice(1), [['X-Key', 'k']])
  })

  test('has a body as a parameter, in the media type that it consumes', () => {
    const parameters = [{ name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } }]
    const responses = { 200: { schema: { $ref: '#/definitions/Pet' } } }
    const reading = readApi(
      swagger({ '/pets': { post: { parameters, responses } } }, { consumes: ['application/xml', 'application/json'] }),
    )
    const request = buildCall(only(reading), reading.api)
    assert.equal(request?.body, '{"name":"Rex"}')
    assert.deepEqual(request?.headers.at(-1), ['content-type', 'application/json'])
    assert.ok(only(reading).responses['200'] !== undefined)
  })

  test('has forms', () => {
    const field = { name: 'a', in: 'formData', required: true, type: 'string' }
    const form = readApi(swagger({ '/f': { post: { parameters: [field] } } }), {
      examples: { '*': { parameters: { a: 'b c' } } },
    })
    assert.equal(buildCall(only(form), form.api)?.body, 'a=b+c')
    const file = readApi(swagger({ '/f': { post: { parameters: [{ ...field, type: 'file' }] } } }))
    assert.match(buildCall(only(file), file.api)?.body ?? '', /name="a"\r\n\r\nsample\r\n/)
  })
})

describe('servers', () => {
  const two = [
    { url: 'https://{host}.example/v{version}/', variables: { host: { default: 'a' }, version: { enum: ['2'] } } },
    { url: 'https://b.example/x' },
  ]

  test('OpenAPI 3.2 §4.5: without a base URL the first one is called, and that is said', () => {
    const { api, notes } = read({ '/p': { get: {} } }, {}, { servers: two })
    assert.deepEqual([api.origin, api.operations[0]?.key], ['https://a.example', 'GET /v2/p'])
    assert.deepEqual(notes, ['calls go to `https://a.example/v2`, the first of 2 servers'])
  })

  const wishes: readonly [baseUrl: string, key: string, why: string][] = [
    ['https://b.example', 'GET /x/p', 'its origin chooses the server'],
    ['https://b.example/y', 'GET /y/p', 'its path counts'],
    ['http://localhost:8081', 'GET /v2/p', 'without a path that of the first server stays'],
    ['http://localhost:8081/', 'GET /p', 'a slash is a path'],
  ]
  for (const [baseUrl, key, why] of wishes)
    test(`${baseUrl}: ${why}`, () => {
      const { api, notes } = read({ '/p': { get: {} } }, { baseUrl }, { servers: two })
      assert.deepEqual([api.origin, api.operations[0]?.key], [new URL(baseUrl).origin, key])
      assert.match(notes.join(), /^calls go to/)
    })

  for (const baseUrl of ['api.example', 'ftp://a', 'https://a:b@c', 'https://a?b'])
    test(`${baseUrl} is no base URL`, () =>
      assert.match(told(read({}, { baseUrl })).join(), /is no http or https URL with nothing but a path/))

  test('relative ones begin where the document was read; otherwise a base URL is wanted', () => {
    const relative = { servers: [{ url: '../v1' }] }
    const read1 = read({ '/p': { get: {} } }, { documentUrl: 'https://c.example/docs/api.yaml' }, relative)
    assert.deepEqual([read1.api.origin, read1.api.operations[0]?.key], ['https://c.example', 'GET /v1/p'])
    assert.match(told(read({ '/p': { get: {} } }, {}, relative)).join(), /names no server; give a base URL/)
    assert.match(told(readApi({ swagger: '2.0', paths: {} })).join(), /names no server/)
    assert.equal(
      readApi({ swagger: '2.0', paths: {} }, { documentUrl: 'https://c.example/a' }).api.origin,
      'https://c.example',
    )
  })

  test('of an operation count, and one that another server has is left out', () => {
    const paths = {
      '/here': { get: {} },
      '/upload': {
        servers: [{ url: 'https://up.example/u' }],
        post: {},
        put: { servers: [{ url: 'https://api.example/own' }] },
      },
    }
    const keys = (reading: ApiReading) => reading.api.operations.map(({ key }) => key)
    const reading = read(paths)
    assert.deepEqual(keys(reading), ['GET /v1/here', 'PUT /own/upload'])
    assert.ok(reading.notes.includes('POST /upload is left out: another server has it'))
    assert.deepEqual(keys(read(paths, { baseUrl: 'http://localhost:1' })), ['GET /v1/here', 'PUT /own/upload'])
  })
})
