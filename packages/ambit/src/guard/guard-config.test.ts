import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineScopes } from '@ambit/scope'
import { ConfigError } from '../config/config-error.ts'
import { checkGuardConfig, defineGuard } from './guard-config.ts'

const small = defineGuard({ openapi: 'api.yaml', resource: 'https://api.example', issuers: ['https://as.example'] })

function problemsOf(changes: object): string {
  try {
    checkGuardConfig({ ...small, ...changes })
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems.map(({ path, message }) => `${path}: ${message}`).join('\n')
  }
  return ''
}

test('what is left out is filled in', () => {
  const { catalogue, ...config } = checkGuardConfig(small)
  assert.equal(catalogue, undefined)
  assert.deepEqual(config, {
    openapi: 'api.yaml',
    resource: 'https://api.example',
    issuers: [{ issuer: 'https://as.example' }],
    host: '127.0.0.1',
    port: 9000,
    upstream: undefined,
    proxy: 'nginx',
    trust: ['127.0.0.0/8', '::1'],
    basePath: undefined,
    checkedByApi: new Set(),
    preflight: 'pass',
    keepAuthorization: false,
    dpop: undefined,
    certificateField: undefined,
    maxBodyLength: 10_485_760,
    timeout: 30,
    log: { level: 'info', format: 'auto' },
  })
})

test('where there is an upstream nobody in front is trusted', () => {
  assert.deepEqual(checkGuardConfig({ ...small, upstream: 'http://127.0.0.1:3000' }).trust, [])
})

test('addresses to listen on', () => {
  const placeOf = (listen: string) => {
    const { host, port } = checkGuardConfig({ ...small, listen })
    return [host, port]
  }
  assert.deepEqual(placeOf('0.0.0.0:80'), ['0.0.0.0', 80])
  assert.deepEqual(placeOf('[::1]:8080'), ['::1', 8080])
  assert.deepEqual(placeOf('8080'), ['127.0.0.1', 8080])
})

test('a catalogue may be given, declared or defined', () => {
  const declared = { scopes: { read: {} } }
  assert.deepEqual(checkGuardConfig({ ...small, catalogue: declared }).catalogue?.names, ['read'])
  const defined = defineScopes(declared)
  assert.equal(checkGuardConfig({ ...small, catalogue: defined }).catalogue, defined)
})

describe('what is wrong is told all at once, with its place', () => {
  test('several problems', () => {
    assert.equal(problemsOf({ openapi: '', timeout: 0 }).split('\n').length, 2)
  })
  const cases: readonly [object, RegExp][] = [
    [{ openapi: undefined }, /^openapi: is missing/],
    [{ resource: 'api' }, /^resource: an absolute URI/],
    [{ issuers: [] }, /^issuers: at least one issuer/],
    [{ issuers: 'https://as.example' }, /^issuers: a list/],
    [{ issuers: ['http://as.example'] }, /^issuers\[0\]: /],
    [{ issuers: [{ issuer: 'https://as.example', jwt: 'some' }] }, /^issuers\[0\]\.jwt: `none` is wanted/],
    [
      { issuers: [{ issuer: 'https://as.example', introspection: { clientId: 'a', clientSecret: '' } }] },
      /clientSecret: a text that is not empty/,
    ],
    [
      { issuers: [{ issuer: 'https://as.example', reportUsage: true }] },
      /^issuers\[0\]\.reportUsage: .*`introspection`/,
    ],
    [{ listen: '127.0.0.1' }, /^listen: an address and port/],
    [{ listen: '127.0.0.1:65536' }, /^listen: /],
    [{ upstream: 'http://127.0.0.1:3000/api' }, /^upstream: .*without path/],
    [{ upstream: 'http://127.0.0.1:3000?a' }, /^upstream: /],
    [{ upstream: 'http://user:secret@127.0.0.1' }, /^upstream: /],
    [{ upstream: 'ftp://127.0.0.1' }, /^upstream: /],
    [{ upstream: '127.0.0.1:3000' }, /^upstream: /],
    [{ proxy: 'ngnix' }, /did you mean `nginx`/],
    [{ trust: ['10.0.0.0/33'] }, /^trust\[0\]: /],
    [{ basePath: 'api' }, /^basePath: /],
    [{ basePath: '/api/' }, /^basePath: /],
    [{ basePath: '/api/../b' }, /^basePath: /],
    [{ catalogue: { scopes: { a: { implies: ['b'] } } } }, /^catalogue\.scopes\.a\.implies/],
    [{ catalogue: 'read' }, /^catalogue: a catalogue of scopes/],
    [{ preflight: true }, /^preflight: /],
    [{ dpop: true }, /^dpop: /],
    [{ certificateField: 'a b' }, /^certificateField: /],
    [{ maxBodyLength: -1 }, /^maxBodyLength: /],
    [{ upsteam: 'http://127.0.0.1' }, /^upsteam: unknown key; did you mean `upstream`/],
  ]
  for (const [changes, wanted] of cases) test(JSON.stringify(changes), () => assert.match(problemsOf(changes), wanted))

  test('a secret is not shown', () => {
    const issuer = { issuer: 'https://as.example', introspection: { clientId: 'a', clientSecret: ['hush'] } }
    assert.ok(!problemsOf({ issuers: [issuer] }).includes('hush'))
  })
})
