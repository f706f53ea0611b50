import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Access } from '@ambit/resource'
import { defineScopes } from '@ambit/scope'
import { type Onward, requestFields, responseFields } from './forwarded-fields.ts'
import { identityOf, isIdentityField } from './identity-fields.ts'

const plain: Onward = {
  host: 'api:3000',
  forwardedFor: '192.0.2.1',
  forwardedHost: 'api.example',
  forwardedProto: 'http',
  identity: {},
  keepsAuthorization: false,
}

function sentOn(
  fields: readonly (readonly [string, string])[],
  changes: Partial<Onward> = {},
): Readonly<Record<string, string[]>> {
  const raw = requestFields(fields.flat(), { ...plain, ...changes })
  const found: Record<string, string[]> = {}
  for (let at = 0; at < raw.length; at += 2) (found[String(raw[at])] ??= []).push(String(raw[at + 1]))
  return found
}

const own = {
  host: ['api:3000'],
  'x-forwarded-for': ['192.0.2.1'],
  'x-forwarded-proto': ['http'],
  'x-forwarded-host': ['api.example'],
}

describe('the fields of a request that goes on', () => {
  test('RFC 9110 §5.3: fields keep their names, their order and their number', () => {
    assert.deepEqual(
      sentOn([
        ['X-A', '1'],
        ['X-B', '2'],
        ['X-A', '3'],
      ]),
      { 'X-A': ['1', '3'], 'X-B': ['2'], ...own },
    )
  })
  test('RFC 9110 §7.6.1: fields of one connection stay there, also those that `Connection` names', () => {
    const fields = [
      'Keep-Alive',
      'Proxy-Authorization',
      'Proxy-Connection',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'HTTP2-Settings',
    ]
    const more: [string, string][] = [
      ['Connection', 'close, X-Mine'],
      ['connection', 'X-Other'],
      ['x-mine', '1'],
      ['X-Other', '2'],
      ['Host', 'evil'],
      ['Expect', '100-continue'],
    ]
    assert.deepEqual(sentOn([...fields.map((name): [string, string] => [name, 'a']), ...more]), own)
  })
  test('RFC 9112 §6: `Connection` cannot take away what frames the message', () => {
    assert.deepEqual(
      sentOn([
        ['Connection', 'Content-Length'],
        ['Content-Length', '3'],
      ]),
      { 'Content-Length': ['3'], ...own },
    )
  })
  test('RS-ROU-04: what only a proxy may say is not the client\u2019s to say', () => {
    const names = [
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
      'X-Forwarded-Uri',
      'X-Forwarded-Method',
      'X-Forwarded-Prefix',
      'Forwarded',
      'X-Real-IP',
      'X-Original-URL',
      'X-Original-URI',
      'X-Rewrite-URL',
      'X_Forwarded_For',
    ]
    assert.deepEqual(sentOn(names.map(name => [name, 'evil'])), own)
  })
  test('RS-ROU-03: a method that a field names is not passed on', () => {
    assert.deepEqual(
      sentOn(
        ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', 'X_HTTP_Method_Override'].map(name => [
          name,
          'DELETE',
        ]),
      ),
      own,
    )
  })
  test('who calls is told by the guard alone', () => {
    const forged: [string, string][] = [
      ['X-Auth-Subject', 'eve'],
      ['x-auth-scope', 'all'],
      ['X_Auth_Client', 'eve'],
      ['X-AUTH_Issuer', 'eve'],
    ]
    assert.deepEqual(sentOn(forged), own)
    assert.deepEqual(sentOn(forged, { identity: { 'x-auth-subject': 'ada' } }), { ...own, 'x-auth-subject': ['ada'] })
    assert.deepEqual(sentOn([['Connection', 'x-auth-subject']], { identity: { 'x-auth-subject': 'ada' } }), {
      ...own,
      'x-auth-subject': ['ada'],
    })
  })
  test('the token stays with the guard, unless it is to go on', () => {
    const fields: [string, string][] = [
      ['Authorization', 'Bearer t'],
      ['DPoP', 'p'],
    ]
    assert.deepEqual(sentOn(fields), own)
    assert.deepEqual(sentOn(fields, { keepsAuthorization: true }), { Authorization: ['Bearer t'], DPoP: ['p'], ...own })
  })
  test('without a host nothing is made up', () =>
    assert.equal(sentOn([], { forwardedHost: undefined })['x-forwarded-host'], undefined))
})

describe('the fields of an answer that goes back', () => {
  test('RFC 9110 §7.6.1: fields of one connection stay there', () => {
    assert.deepEqual(
      responseFields(
        [
          'Connection',
          'X-Mine',
          'X-Mine',
          '1',
          'Transfer-Encoding',
          'chunked',
          'X-A',
          '2',
          'Set-Cookie',
          'a',
          'Set-Cookie',
          'b',
        ],
        {},
      ),
      ['X-A', '2', 'Set-Cookie', 'a', 'Set-Cookie', 'b'],
    )
  })
  test('what the guard says goes before', () => {
    assert.deepEqual(responseFields(['DPoP-Nonce', 'a', 'X-A', '1'], { 'dpop-nonce': 'b' }), [
      'X-A',
      '1',
      'dpop-nonce',
      'b',
    ])
  })
})

describe('who calls', () => {
  const catalogue = defineScopes({ scopes: { read: {}, write: {} } })
  const access = {
    issuer: 'https://as.example',
    actor: 'user',
    scope: catalogue.set('read', 'write'),
  } as unknown as Access

  test('a user and a client', () => {
    assert.deepEqual(identityOf({ ...access, subject: 'ada', clientId: 'shop' }), {
      'x-auth-subject': 'ada',
      'x-auth-client': 'shop',
      'x-auth-scope': 'read write',
      'x-auth-issuer': 'https://as.example',
    })
  })
  test('a client alone is no user', () =>
    assert.equal(identityOf({ ...access, clientId: 'job' })['x-auth-subject'], undefined))
  test('RFC 9110 §5.5: no value ends a field, begins another, or is read in two ways', () => {
    const subject = 'a\r\nX-Auth-Scope: all \u00e9%\ud800,\u007f'
    assert.equal(
      identityOf({ ...access, subject })['x-auth-subject'],
      'a%0D%0AX-Auth-Scope:%20all%20%C3%A9%25%EF%BF%BD,%7F',
    )
  })
  test('names that gateways take for the same are the same', () => {
    for (const name of ['x-auth-subject', 'X_AUTH_SUBJECT', 'X-Auth_Client']) assert.ok(isIdentityField(name))
    for (const name of ['x-auth-token', 'authorization', 'x-auth']) assert.ok(!isIdentityField(name))
  })
})
