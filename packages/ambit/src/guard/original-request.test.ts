import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HttpHeaders, HttpRequest } from '@ambit/protocol'
import { originalRequest, type ProxyKind } from './original-request.ts'

function asked(kind: ProxyKind, headers: HttpHeaders, path = '/check', method = 'GET') {
  const request: HttpRequest = { method, path, query: 'a=1', headers, body: 'b', remoteAddress: '127.0.0.1' }
  const original = originalRequest(kind, request)
  return original && `${original.method} ${original.path} ? ${original.query}`
}

const nginx = { 'x-original-method': 'PUT', 'x-original-uri': '/v1/things?b=2?c' }
const traefik = { 'x-forwarded-method': 'DELETE', 'x-forwarded-uri': '/v1/other' }

describe('each kind of proxy says in its own way which request it asks about', () => {
  test('nginx', () => assert.equal(asked('nginx', nginx), 'PUT /v1/things ? b=2?c'))
  test('Traefik', () => assert.equal(asked('traefik', traefik), 'DELETE /v1/other ? '))
  test('Caddy', () => assert.equal(asked('caddy', traefik), 'DELETE /v1/other ? '))
  test('Envoy', () => assert.equal(asked('envoy', {}, '/check/v1/things', 'POST'), 'POST /v1/things ? a=1'))
})

describe('RS-ROU-04: nothing else is read', () => {
  test('fields of another kind of proxy', () => {
    assert.equal(asked('nginx', { ...nginx, ...traefik }), 'PUT /v1/things ? b=2?c')
    assert.equal(asked('traefik', { ...nginx, ...traefik }), 'DELETE /v1/other ? ')
    assert.equal(asked('envoy', { ...nginx, ...traefik }, '/check/a'), 'GET /a ? a=1')
    assert.equal(asked('nginx', traefik), undefined)
    assert.equal(asked('caddy', nginx), undefined)
  })
  test('a field that came twice', () => {
    assert.equal(asked('nginx', { ...nginx, 'x-original-uri': ['/a', '/b'] }), undefined)
    assert.equal(asked('nginx', { ...nginx, 'x-original-method': ['GET', 'PUT'] }), undefined)
  })
  test('half of what is wanted', () => {
    assert.equal(asked('nginx', { 'x-original-uri': '/a' }), undefined)
    assert.equal(asked('nginx', { 'x-original-method': 'GET' }), undefined)
    assert.equal(asked('nginx', { ...nginx, 'x-original-method': '' }), undefined)
  })
  test('a target that is no path', () => {
    for (const uri of ['', 'a', '*', 'http://api.example/a'])
      assert.equal(asked('nginx', { ...nginx, 'x-original-uri': uri }), undefined)
  })
  test('another path than that for questions', () => {
    for (const path of ['/', '/check/', '/Check', '/checks']) assert.equal(asked('nginx', nginx, path), undefined)
    for (const path of ['/check', '/', '/checks/a', '/v1/things']) assert.equal(asked('envoy', {}, path), undefined)
  })
  test('the body, which is not that of the request', () => {
    const request: HttpRequest = {
      method: 'GET',
      path: '/check',
      query: '',
      headers: nginx,
      body: 'access_token=a',
      remoteAddress: '',
    }
    assert.equal(originalRequest('nginx', request)?.body, undefined)
    assert.equal(originalRequest('envoy', { ...request, path: '/check/a' })?.body, undefined)
  })
})
