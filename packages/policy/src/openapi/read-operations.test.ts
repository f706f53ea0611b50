import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OpenApiOperation, OpenApiReading } from './operation.ts'
import { readOperations } from './read-operations.ts'

type Changes = Readonly<Record<string, unknown>>

const schemes = {
  oauth: { type: 'oauth2', flows: { authorizationCode: { scopes: { read: 'Read', write: 'Write' } } } },
  oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://as.example/.well-known/openid-configuration' },
  jwt: { type: 'http', scheme: 'Bearer' },
  key: { type: 'apiKey', in: 'header', name: 'x-key' },
  password: { type: 'http', scheme: 'basic' },
}

function documentWith(get: Changes, more: Changes = {}): Changes {
  return {
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: { '/things': { get } },
    components: { securitySchemes: schemes },
    ...more,
  }
}

function read(get: Changes, more: Changes = {}): OpenApiReading {
  return readOperations(documentWith(get, more))
}

function only({ operations }: OpenApiReading): OpenApiOperation {
  assert.equal(operations.length, 1)
  const [operation] = operations
  assert.ok(operation)
  return operation
}

function requirementOf(security: unknown, more: Changes = {}) {
  return only(read({ security }, more)).requirement
}

const token = (scopes: readonly string[], ...names: readonly string[]) => ({ scopes, schemes: names, alsoNeeds: [] })
const also = (scheme: string, kind: string) => ({ scheme, kind, roles: [] })

function errorsOf(reading: OpenApiReading): readonly string[] {
  return reading.problems.filter(each => each.severity === 'error').map(each => `${each.pointer}: ${each.message}`)
}

function warningsOf(reading: OpenApiReading): readonly string[] {
  return reading.problems.filter(each => each.severity === 'warning').map(each => `${each.pointer}: ${each.message}`)
}

describe('what `security` asks', () => {
  const cases: readonly [string, unknown, object][] = [
    [
      'scopes of one scheme are all wanted',
      [{ oauth: ['read', 'write'] }],
      { kind: 'needs', anyOf: [token(['read', 'write'], 'oauth')] },
    ],
    [
      'several objects are alternatives',
      [{ oauth: ['read'] }, { oidc: ['all'] }],
      { kind: 'needs', anyOf: [token(['read'], 'oauth'), token(['all'], 'oidc')] },
    ],
    [
      'several schemes in one object are all wanted',
      [{ oauth: ['read'], oidc: ['profile', 'read'] }],
      { kind: 'needs', anyOf: [token(['read', 'profile'], 'oauth', 'oidc')] },
    ],
    ['no scope asks for a good token', [{ oauth: [] }], { kind: 'needs', anyOf: [token([], 'oauth')] }],
    [
      'a bearer scheme is a token, and its roles are scopes',
      [{ jwt: ['admin'] }],
      { kind: 'needs', anyOf: [token(['admin'], 'jwt')] },
    ],
    ['an empty list asks nothing', [], { kind: 'public' }],
    ['an empty object alone asks nothing', [{}], { kind: 'public' }],
    [
      'an empty object beside another makes it optional',
      [{}, { oauth: ['read'] }],
      { kind: 'optional', anyOf: [token(['read'], 'oauth')] },
    ],
    [
      'an API key beside a token is kept',
      [{ oauth: ['read'], key: [] }, { oauth: ['write'] }],
      {
        kind: 'needs',
        anyOf: [
          { scopes: ['read'], schemes: ['oauth'], alsoNeeds: [also('key', 'apiKey')] },
          token(['write'], 'oauth'),
        ],
      },
    ],
    [
      'an API key as an alternative is kept',
      [{ key: [] }, { oauth: ['read'] }],
      {
        kind: 'needs',
        anyOf: [{ scopes: [], schemes: [], alsoNeeds: [also('key', 'apiKey')] }, token(['read'], 'oauth')],
      },
    ],
    [
      'a password alone cannot be enforced',
      [{ password: [] }],
      {
        kind: 'unenforceable',
        anyOf: [{ scopes: [], schemes: [], alsoNeeds: [also('password', 'http basic')] }],
        reason: 'it needs `password`, which no access token shows',
      },
    ],
  ]
  for (const [name, security, wanted] of cases) test(name, () => assert.deepEqual(requirementOf(security), wanted))

  test("an operation's own list goes before that of the document", () => {
    const root = { security: [{ oauth: ['write'] }] }
    assert.deepEqual(only(read({}, root)).requirement, { kind: 'needs', anyOf: [token(['write'], 'oauth')] })
    assert.equal(only(read({}, root)).requirementPointer, '/security')
    assert.deepEqual(only(read({ security: [] }, root)).requirement, { kind: 'public' })
    assert.deepEqual(
      only(read({ security: [{ oauth: ['read'] }] }, root)).requirementPointer,
      '/paths/~1things/get/security',
    )
  })

  test('without any list the operation is public, and nothing says so', () => {
    assert.deepEqual(only(read({})).requirement, { kind: 'public' })
    assert.equal(only(read({})).requirementPointer, undefined)
  })
})

describe('what cannot be read is never public', () => {
  const cases: readonly [string, unknown, RegExp][] = [
    ['no list', { oauth: ['read'] }, /^\/paths\/~1things\/get\/security: a list of security requirements/],
    ['null', null, /a list of security requirements/],
    ['an alternative that is no object', ['oauth'], /security\/0: an object of security schemes/],
    ['scopes that are no list', [{ oauth: 'read' }], /security\/0\/oauth: a list of scopes/],
    ['a scope that is no text', [{ oauth: [1] }], /a list of scopes/],
    ['a scheme that nobody declares', [{ oauht: ['read'] }], /no security scheme `oauht`/],
    ['a scheme by the name of an inherited member', [{ constructor: [] }], /no security scheme `constructor`/],
  ]
  for (const [name, security, wanted] of cases)
    test(name, () => {
      const reading = read({ security })
      assert.equal(only(reading).requirement.kind, 'unenforceable')
      assert.match(errorsOf(reading).join('\n'), wanted)
    })

  test('RFC 6749 §3.3: a scope that is no scope-token is an error', () => {
    assert.match(errorsOf(read({ security: [{ oauth: ['read write'] }] })).join(), /`read write` is no scope-token/)
  })
})

describe('what is misspelt is an error', () => {
  test('in an operation', () => {
    assert.deepEqual(errorsOf(read({ securty: [{ oauth: [] }] })), [
      '/paths/~1things/get/securty: unknown member `securty`; OpenAPI 3.1 has none',
    ])
  })
  test('in a path item', () => {
    const reading = readOperations(documentWith({}, { paths: { '/things': { gett: {} } } }))
    assert.match(errorsOf(reading).join(), /~1things\/gett: unknown member/)
  })
  test('in the document', () =>
    assert.match(errorsOf(read({}, { Security: [] })).join(), /^\/Security: unknown member/))
  test('`query` before 3.2', () => {
    assert.match(errorsOf(read({}, { paths: { '/things': { query: {} } } })).join(), /unknown member `query`/)
  })
  test('extensions are not, nor among paths', () => {
    assert.deepEqual(read({}, { paths: { 'x-notes': 'none' } }).problems.length, 2)
  })
  test('extensions are not, in an operation', () => assert.deepEqual(errorsOf(read({ 'x-anything': 1 })), []))
})

describe('warnings', () => {
  test('a scope that no flow declares, and one that no operation needs', () => {
    assert.deepEqual(warningsOf(read({ security: [{ oauth: ['read', 'delete'] }] })), [
      '/paths/~1things/get/security/0/oauth: no flow of `oauth` declares the scope `delete`',
      '/components/securitySchemes/oauth: no operation needs the scope `write` of `oauth`',
    ])
  })
  test('openIdConnect lists no scopes, so none is missing', () => {
    assert.ok(!warningsOf(read({ security: [{ oidc: ['anything'] }] })).some(each => each.includes('anything')))
  })
  test('scopes of a bearer scheme in 3.0 are wanted all the same', () => {
    const reading = read({ security: [{ jwt: ['admin'] }] }, { openapi: '3.0.4' })
    assert.deepEqual(only(reading).requirement, { kind: 'needs', anyOf: [token(['admin'], 'jwt')] })
    assert.match(warningsOf(reading).join(), /OpenAPI 3\.0 has no scopes for `http bearer`/)
  })
  test('one operationId for two operations', () => {
    const paths = { '/a': { get: { operationId: 'x' } }, '/b': { get: { operationId: 'x' } } }
    assert.match(warningsOf(read({}, { paths })).join(), /`x` also names \/paths\/~1a\/get/)
  })
  test('two operations without a name are no such thing', () => {
    const paths = { '/a': { get: {} }, '/b': { get: {} } }
    assert.ok(!warningsOf(read({}, { paths })).some(each => each.includes('also names')))
  })
  test('RFC 9110 §9.3.8: TRACE', () => {
    assert.match(warningsOf(read({}, { paths: { '/a': { trace: {} } } })).join(), /TRACE/)
  })
})

describe('operations', () => {
  test('carry what the document says of them', () => {
    assert.deepEqual(only(read({ operationId: 'list', tags: ['a', 1], 'x-ambit-action': 'thing.list' })), {
      operationId: 'list',
      method: 'GET',
      path: '/things',
      basePaths: [''],
      tags: ['a'],
      action: 'thing.list',
      requirement: { kind: 'public' },
      pointer: '/paths/~1things/get',
    })
  })

  test('OpenAPI 3.2: `query` and additional operations, whose names are methods as they are sent', () => {
    const item = { query: { security: [{ oauth: ['read'] }] }, additionalOperations: { LINK: {}, purge: {} } }
    const reading = readOperations(documentWith({}, { openapi: '3.2.0', paths: { '/a': item } }))
    assert.deepEqual(errorsOf(reading), [])
    assert.deepEqual(
      reading.operations.map(each => each.method),
      ['QUERY', 'LINK', 'purge'],
    )
    assert.equal(reading.operations[1]?.pointer, '/paths/~1a/additionalOperations/LINK')
  })

  test('an additional operation for a method that has a member of its own is an error', () => {
    const paths = { '/a': { additionalOperations: { POST: {}, 'NO METHOD': {} } } }
    const errors = errorsOf(readOperations(documentWith({}, { openapi: '3.2.0', paths }))).join()
    assert.match(errors, /`POST` has a member of its own/)
    assert.match(errors, /`NO METHOD` is no method/)
  })

  test('before 3.2 the registered extension counts', () => {
    const paths = { '/a': { 'x-oai-additionalOperations': { QUERY: { security: [{ oauth: ['read'] }] } } } }
    assert.equal(only(read({}, { paths })).requirement.kind, 'needs')
  })

  test('two templates that the same requests fit are an error', () => {
    const paths = { '/a/{x}': { get: {} }, '/a/{y}': { get: {}, put: {} } }
    assert.deepEqual(errorsOf(read({}, { paths })), ['/paths/~1a~1{y}/get: the same requests fit /paths/~1a~1{x}/get'])
  })

  test('a path that cannot be read is an error', () => {
    for (const path of ['things', '/a{b', '/a/{x}{y}', '/a/../b', '/a//b', '/a?b', '/a%zz'])
      assert.equal(errorsOf(read({}, { paths: { [path]: { get: {} } } })).length, 1, path)
  })

  test('values of the wrong shape are errors', () => {
    assert.match(errorsOf(read({}, { paths: [] })).join(), /^\/paths: an object/)
    assert.match(errorsOf(read({}, { paths: { '/a': null } })).join(), /~1a: an object/)
    assert.match(errorsOf(read({}, { paths: { '/a': { get: true } } })).join(), /get: an operation/)
    assert.match(errorsOf(read({}, { paths: { '/a': { 'x-oai-additionalOperations': 1 } } })).join(), /an object/)
    assert.match(errorsOf(read({}, { components: { securitySchemes: [] } })).join(), /securitySchemes: an object/)
    assert.match(
      errorsOf(read({}, { components: { securitySchemes: { a: 1 } } })).join(),
      /securitySchemes\/a: an object/,
    )
    assert.match(
      errorsOf(read({}, { components: { securitySchemes: { a: { type: 'x' } } } })).join(),
      /unknown type `x`/,
    )
    assert.match(
      errorsOf(
        read({}, { components: { securitySchemes: { a: { type: 'oauth2', flows: { implicit: { scopes: 1 } } } } } }),
      ).join(),
      /scopes: an object of descriptions/,
    )
  })
})

describe('references', () => {
  test('within the document are followed, for path items and for security schemes', () => {
    const reading = readOperations({
      openapi: '3.1.0',
      paths: { '/a~b': { $ref: '#/components/pathItems/a~1b' } },
      components: {
        pathItems: { 'a/b': { get: { security: [{ second: ['read'] }] } } },
        securitySchemes: { first: schemes.oauth, second: { $ref: '#/components/securitySchemes/first' } },
      },
    })
    assert.deepEqual(errorsOf(reading), [])
    assert.deepEqual(only(reading).requirement, { kind: 'needs', anyOf: [token(['read'], 'second')] })
    assert.equal(only(reading).pointer, '/components/pathItems/a~1b/get')
  })

  const broken: readonly [string, unknown, RegExp][] = [
    ['elsewhere', { $ref: 'other.yaml' }, /`other\.yaml` was not resolved/],
    ['to nothing', { $ref: '#/components/pathItems/none' }, /points to nothing/],
    ['that is no pointer', { $ref: '#none' }, /holds no JSON pointer/],
    ['in a ring', { $ref: '#/paths/~1a' }, /a chain of more than 10/],
    ['beside operations', { $ref: '#/components/pathItems/b', get: {} }, /operations beside a `\$ref`/],
  ]
  for (const [name, item, wanted] of broken)
    test(`${name} is an error`, () => {
      const components = { pathItems: { b: { post: {} } }, securitySchemes: schemes }
      assert.match(errorsOf(readOperations(documentWith({}, { paths: { '/a': item }, components }))).join(), wanted)
    })

  test('OpenAPI 3.2: a requirement may name a scheme by its place', () => {
    const security = [{ '#/components/securitySchemes/oauth': ['read'] }]
    assert.equal(requirementOf(security, { openapi: '3.2.0' }).kind, 'needs')
    assert.equal(requirementOf(security).kind, 'unenforceable')
  })
})

describe('base paths', () => {
  const server = (url: string, variables?: object) => ({ servers: [{ url, ...(variables && { variables }) }] })
  const cases: readonly [string, Changes, readonly string[]][] = [
    ['of an absolute URL', server('https://api.example/v1/'), ['/v1']],
    ['of a relative one, from where the document is', server('../v2'), ['/docs/v2']],
    ['of none', {}, ['']],
    ['of an empty list', { servers: [] }, ['']],
    [
      'of several',
      { servers: [{ url: '/a' }, { url: 'https://b.example/b' }, { url: 'http://c.example/a' }] },
      ['/a', '/b'],
    ],
    [
      'of a variable: each value',
      server('https://api.example/{v}', { v: { default: 'v1', enum: ['v1', 'v2'] } }),
      ['/v1', '/v2'],
    ],
    [
      'of a variable without values: its default',
      server('https://{host}/{v}', { host: { default: 'a' }, v: { default: 'v1' } }),
      ['/v1'],
    ],
  ]
  for (const [name, more, wanted] of cases)
    test(name, () => {
      const reading = readOperations(documentWith({}, more), {
        documentUrl: 'https://api.example/docs/api/openapi.yaml',
      })
      assert.deepEqual(only(reading).basePaths, wanted)
    })

  test('the servers of a path item or an operation go before', () => {
    const paths = { '/a': { ...server('/item'), get: {}, put: server('/operation') } }
    assert.deepEqual(
      read({}, { paths, ...server('/root') }).operations.map(each => each.basePaths),
      [['/item'], ['/operation']],
    )
  })

  test('what is no list of servers is an error', () => {
    assert.match(errorsOf(read({}, { servers: '/v1' })).join(), /^\/servers: a list of servers/)
    assert.match(errorsOf(read({}, { servers: ['/v1'] })).join(), /^\/servers\/0: a server with a `url`/)
    assert.match(errorsOf(read({}, server('https://['))).join(), /is no URL/)
  })
})

describe('Swagger 2.0', () => {
  const swagger = (changes: Changes) => ({
    swagger: '2.0',
    basePath: '/v2',
    paths: { '/things': { get: { security: [{ oauth: ['read'] }] } } },
    securityDefinitions: {
      oauth: { type: 'oauth2', flow: 'implicit', scopes: { read: 'Read' } },
      key: { type: 'apiKey' },
      password: { type: 'basic' },
    },
    ...changes,
  })
  test('scopes, base path and definitions are read', () => {
    const reading = readOperations(swagger({}))
    assert.deepEqual(reading.problems, [])
    assert.equal(reading.version, '2.0')
    assert.deepEqual(only(reading).basePaths, ['/v2'])
    assert.deepEqual(only(reading).requirement, { kind: 'needs', anyOf: [token(['read'], 'oauth')] })
    assert.deepEqual(reading.schemes.get('oauth')?.scopes, new Map([['read', 'Read']]))
  })
  test('a version without quotation marks is a number', () =>
    assert.equal(readOperations(swagger({ swagger: 2 })).version, '2.0'))
  test('a password cannot be enforced', () => {
    assert.equal(
      only(readOperations(swagger({ paths: { '/a': { get: { security: [{ password: [] }] } } } }))).requirement.kind,
      'unenforceable',
    )
  })
})

describe('what is no document of a known version', () => {
  for (const document of [
    undefined,
    null,
    'openapi: 3.1.0',
    [],
    {},
    { openapi: '4.0.0' },
    { swagger: '1.2' },
    { openapi: 3.1 },
  ])
    test(JSON.stringify(document) ?? 'undefined', () => {
      const reading = readOperations(document)
      assert.match(errorsOf(reading).join(), /this is no OpenAPI document/)
      assert.deepEqual(reading.operations, [])
    })
})
