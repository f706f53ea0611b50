import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ApiBody, ApiOperation, ApiParameter } from '../target/api-operation.ts'
import type { SentRequest } from '../wire/exchange.ts'
import { buildCall, whyNoCall } from './build-call.ts'
import { guessesOf } from './operation-values.ts'

const api = { origin: 'https://api.example', headers: [] }

function operation(parts: Partial<ApiOperation> = {}): ApiOperation {
  const { method = 'GET', path = '/things' } = parts
  return {
    key: `${method} ${path}`,
    method,
    path,
    tags: [],
    requirement: { kind: 'public' },
    enforcement: { kind: 'public' },
    schemes: [],
    parameters: [],
    responses: {},
    isWrite: false,
    ...parts,
  }
}

function parameter(parts: Partial<ApiParameter> & Pick<ApiParameter, 'name' | 'in'>): ApiParameter {
  return { isRequired: true, schema: { type: 'string' }, ...parts }
}

function withParameter(parts: Partial<ApiParameter> & Pick<ApiParameter, 'name' | 'in'>): ApiOperation {
  return operation({
    path: parts.in === 'path' ? `/things/{${parts.name}}` : '/things',
    parameters: [parameter(parts)],
  })
}

function withBody(body: Partial<ApiBody>, method = 'POST'): ApiOperation {
  return operation({ method, body: { mediaType: 'application/json', isRequired: true, schema: {}, ...body } })
}

function called(of: ApiOperation, change = {}): SentRequest {
  const request = buildCall(of, api, change)
  assert.ok(request !== undefined, whyNoCall(of))
  return request
}

function fieldsOf({ headers }: SentRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(headers)
}

describe('the positive call', () => {
  test('has no credential, and nothing that was not asked for', () => {
    assert.deepEqual(called(operation({ parameters: [parameter({ name: 'q', in: 'query', isRequired: false })] })), {
      method: 'GET',
      origin: 'https://api.example',
      target: '/things',
      headers: [['accept', 'application/json, */*;q=0.5']],
    })
  })

  test('takes the given example before the stated one, and the stated one before what can be made', () => {
    const schema = { type: 'string', default: 'stated' }
    assert.equal(called(withParameter({ name: 'q', in: 'query', schema, example: 'given' })).target, '/things?q=given')
    assert.equal(called(withParameter({ name: 'q', in: 'query', schema })).target, '/things?q=stated')
    assert.equal(called(withParameter({ name: 'q', in: 'query' })).target, '/things?q=sample')
  })

  test('sends an optional parameter that has an example', () => {
    const given = parameter({ name: 'q', in: 'query', isRequired: false, example: 'here' })
    assert.equal(called(operation({ parameters: [given] })).target, '/things?q=here')
  })

  test('RFC 3986 §2.1: what would mean something in a path or query is encoded', () => {
    const strange = "a/b?c#d e%2F&=+é!'()*"
    const encoded = 'a%2Fb%3Fc%23d%20e%252F%26%3D%2B%C3%A9%21%27%28%29%2A'
    assert.equal(called(withParameter({ name: 'id', in: 'path', example: strange })).target, `/things/${encoded}`)
    assert.equal(called(withParameter({ name: 'q', in: 'query', example: strange })).target, `/things?q=${encoded}`)
    assert.equal(called(withParameter({ name: 'a[b]', in: 'query', example: 1 })).target, '/things?a%5Bb%5D=1')
    assert.equal(called(operation({ path: '/große dinge' })).target, '/gro%C3%9Fe%20dinge')
  })

  test('a lone surrogate is replaced and breaks nothing', () => {
    assert.equal(called(withParameter({ name: 'q', in: 'query', example: '\ud800' })).target, '/things?q=%EF%BF%BD')
  })

  test('header fields and cookies', () => {
    const sent = called(
      operation({
        parameters: [
          parameter({ name: 'X-Tenant', in: 'header', example: 'blue' }),
          parameter({ name: 'a', in: 'cookie', example: 'x y' }),
          parameter({ name: 'b', in: 'cookie', example: 2 }),
        ],
      }),
    )
    assert.deepEqual(fieldsOf(sent), {
      accept: 'application/json, */*;q=0.5',
      'X-Tenant': 'blue',
      cookie: 'a=x%20y; b=2',
    })
  })

  test('the header fields of the API stand instead of parameters of the same name', () => {
    const asks = withParameter({ name: 'X-Key', in: 'header', schema: false })
    const request = buildCall(asks, { ...api, headers: [['x-key', 'mine']] })
    assert.equal(request === undefined ? '' : fieldsOf(request)['x-key'], 'mine')
    assert.equal(request?.headers.length, 2)
  })

  test('RFC 9110 §5.5: a value that would end a header field is not sent', () => {
    const asks = withParameter({ name: 'X-Tenant', in: 'header', example: 'a\r\nb: c' })
    assert.equal(buildCall(asks, api), undefined)
    assert.match(whyNoCall(asks) ?? '', /`X-Tenant`: its value cannot stand in a header field; give an example/)
    const strange = withParameter({ name: 'X: y', in: 'header', example: 'a' })
    assert.match(whyNoCall(strange) ?? '', /no name of a header field/)
  })

  test('a template that no parameter describes is not called', () => {
    assert.match(whyNoCall(operation({ path: '/a/{id}' })) ?? '', /^`id`: no parameter describes it/)
    assert.equal(called(operation({ path: '/a/{id}' }), { path: { id: '7' } }).target, '/a/7')
  })

  test('the same operation gives the same bytes', () => {
    const schema = { type: 'object', properties: { id: { format: 'uuid' }, at: { format: 'date-time' } } }
    const asks = withBody({ schema, mediaType: 'multipart/form-data' })
    assert.deepEqual(called(asks), called(asks))
  })
})

describe('a change of the call', () => {
  const asks = operation({
    method: 'PUT',
    path: '/things/{id}',
    parameters: [
      parameter({ name: 'id', in: 'path', schema: false }),
      parameter({ name: 'q', in: 'query', isRequired: false }),
    ],
    body: { mediaType: 'application/json', isRequired: true, schema: false },
  })

  test('stands instead of values that nobody knows', () => {
    assert.match(whyNoCall(asks) ?? '', /^`id`: its schema allows nothing/)
    const sent = called(asks, { path: { id: '../a' }, query: { q: 'x&y', more: '1' }, body: { a: 1 } })
    assert.equal(sent.target, '/things/..%2Fa?q=x%26y&more=1')
    assert.equal(sent.body, '{"a":1}')
    assert.equal(fieldsOf(sent)['content-type'], 'application/json')
  })

  test('replaces header fields, and may send one twice', () => {
    const sent = called(operation(), {
      headers: [
        ['Accept', 'a/b'],
        ['x', '1'],
        ['x', '2'],
      ],
    })
    assert.deepEqual(sent.headers, [
      ['Accept', 'a/b'],
      ['x', '1'],
      ['x', '2'],
    ])
  })

  test('gives a body to an operation that has none', () => {
    assert.equal(called(operation({ method: 'DELETE' }), { body: [1] }).body, '[1]')
  })
})

describe('bodies', () => {
  const schema = {
    type: 'object',
    required: ['name', 'tags'],
    properties: { name: { enum: ['a b&c'] }, tags: { type: 'array', items: { const: 'x' } }, note: {} },
  }
  const bodies: readonly [mediaType: string, contentType: string, text: string][] = [
    ['application/json', 'application/json', '{"name":"a b&c","tags":["x"]}'],
    ['application/vnd.a+json; v=1', 'application/vnd.a+json; v=1', '{"name":"a b&c","tags":["x"]}'],
    ['*/*', 'application/json', '{"name":"a b&c","tags":["x"]}'],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded', 'name=a+b%26c&tags=x'],
    ['text/plain', 'text/plain', '{"name":"a b&c","tags":["x"]}'],
  ]
  for (const [mediaType, contentType, text] of bodies)
    test(`as ${mediaType}`, () => {
      const sent = called(withBody({ mediaType, schema }))
      assert.equal(sent.body, text)
      assert.equal(fieldsOf(sent)['content-type'], contentType)
    })

  test('RFC 7578 §4.2: as multipart/form-data, a list as several parts of one name', () => {
    const sent = called(
      withBody({ mediaType: 'multipart/form-data', example: { 'a"': 1, l: ['x', 'y'], o: { p: 1 } } }),
    )
    const [, boundary = ''] = /boundary=(.*)$/.exec(fieldsOf(sent)['content-type'] ?? '') ?? []
    const lines = (sent.body ?? '').split('\r\n')
    assert.deepEqual(lines, [
      `--${boundary}`,
      'Content-Disposition: form-data; name="a%22"',
      '',
      '1',
      `--${boundary}`,
      'Content-Disposition: form-data; name="l"',
      '',
      'x',
      `--${boundary}`,
      'Content-Disposition: form-data; name="l"',
      '',
      'y',
      `--${boundary}`,
      'Content-Disposition: form-data; name="o"',
      'Content-Type: application/json',
      '',
      '{"p":1}',
      `--${boundary}--`,
      '',
    ])
  })

  test('a text is sent as it is', () => {
    assert.equal(called(withBody({ mediaType: 'text/csv', example: 'a,b' })).body, 'a,b')
  })

  for (const [mediaType, schemaOfBody] of [
    ['application/xml', {}],
    ['application/octet-stream', {}],
    ['application/x-www-form-urlencoded', { type: 'array', items: {} }],
    ['multipart/form-data', { type: 'string' }],
  ] as const)
    test(`${JSON.stringify(schemaOfBody)} as ${mediaType} cannot be made, and that is said`, () => {
      const asks = withBody({ mediaType, schema: schemaOfBody })
      assert.equal(buildCall(asks, api), undefined)
      assert.match(whyNoCall(asks) ?? '', /^the body: (a body of `[^`]+` cannot be made|a form wants an object)/)
    })

  test('an optional body is sent where the method is about it', () => {
    const optional = { isRequired: false, schema: { type: 'object' } }
    assert.equal(called(withBody(optional)).body, '{}')
    assert.equal(called(withBody(optional, 'DELETE')).body, undefined)
    assert.equal(called(withBody({ ...optional, example: 1 }, 'DELETE')).body, '1')
  })
})

describe('a call that a document of a stranger describes', () => {
  const smuggled = '\r\nContent-Length: 0\r\n\r\nDELETE /things/1 HTTP/1.1\r\nX: '
  const traps: readonly (readonly [name: string, of: ApiOperation, reason: RegExp])[] = [
    ['RFC 9110 §5.5: media type', withBody({ mediaType: `application/json;${smuggled}` }, 'GET'), /`content-type`/],
    ['RFC 9110 §9.1: method', operation({ method: `GET / HTTP/1.1${smuggled}` }), /its method is no token/],
    ['RFC 9110 §9.1: empty method', operation({ method: '' }), /its method is no token/],
    ['RFC 9110 §5.1: field name', withParameter({ name: `a${smuggled}`, in: 'header' }), /no name of a header field/],
    ['RFC 9110 §5.5: field value', withParameter({ name: 'a', in: 'header', example: smuggled }), /header field/],
  ]
  for (const [name, of, reason] of traps)
    test(`${name} that would be a second request is not sent`, () => {
      assert.equal(buildCall(of, api), undefined)
      assert.match(whyNoCall(of) ?? '', reason)
    })

  test('RFC 9112 §3: neither path, query nor cookie can break the line that they stand in', () => {
    const parameters = [
      parameter({ name: smuggled, in: 'query', example: smuggled }),
      parameter({ name: smuggled, in: 'cookie', example: smuggled }),
      parameter({ name: 'id', in: 'path', example: smuggled }),
    ]
    const { target, headers } = called(operation({ path: `/things/ ${smuggled}/{id}`, parameters }))
    assert.match(target, /^[\x21-\x7e]+$/)
    for (const [, value] of headers) assert.doesNotMatch(value, /[\r\n]/)
  })
})

describe('what was made up', () => {
  test('is named, values that the document states or whose form is enough are not', () => {
    const asks = operation({
      method: 'POST',
      path: '/{petId}/{day}/{kind}/{known}',
      parameters: [
        parameter({ name: 'petId', in: 'path', schema: { type: 'string', format: 'uuid' } }),
        parameter({ name: 'day', in: 'path', schema: { type: 'string', format: 'date' } }),
        parameter({ name: 'kind', in: 'path', schema: { enum: ['a'] } }),
        parameter({ name: 'known', in: 'path', example: 7 }),
        parameter({ name: 'page', in: 'query', schema: { type: 'integer' } }),
        parameter({ name: 'unused', in: 'query', isRequired: false }),
      ],
      body: {
        mediaType: 'application/json',
        isRequired: true,
        schema: {
          required: ['name', 'isNew', 'owner'],
          properties: {
            isNew: { type: 'boolean' },
            owner: { type: 'object', properties: { mails: { type: 'array', items: { type: 'number' } } } },
          },
        },
      },
    })
    assert.deepEqual(guessesOf(asks), ['petId', 'page', 'body.name', 'body.owner.mails[0]'])
  })

  test('of what is not sent nothing is said', () => {
    const optional = withBody({ isRequired: false, mediaType: 'image/png', schema: { type: 'string' } })
    assert.equal(called(optional).body, undefined)
    assert.deepEqual(guessesOf(optional), [])
    assert.deepEqual(guessesOf(withBody({ isRequired: false, schema: { type: 'string' } }, 'GET')), [])
    assert.deepEqual(guessesOf(withParameter({ name: 'a', in: 'query', schema: false })), [])
  })
})
