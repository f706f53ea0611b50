import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fetchMetadata, metadataUrls } from './metadata.ts'
import { isSecureUrl } from './secure-url.ts'
import { answered, scriptedSend } from './testing/scripted-server.ts'

const issuer = 'https://as.example'
const inserted = '/.well-known/oauth-authorization-server'
const appended = '/.well-known/openid-configuration'
const document = { issuer, token_endpoint: `${issuer}/token` }

async function reasonOf(named: string, script: Parameters<typeof scriptedSend>[0]): Promise<string> {
  const outcome = await fetchMetadata(named, scriptedSend(script))
  assert.ok(outcome.kind === 'unavailable')
  return outcome.reason
}

describe('fetchMetadata', () => {
  test('RFC 8414 §3.1: the well-known part is inserted between host and path', () => {
    assert.deepEqual(metadataUrls('https://as.example/tenant/'), [
      'https://as.example/.well-known/oauth-authorization-server/tenant',
      'https://as.example/tenant/.well-known/openid-configuration',
      'https://as.example/tenant/.well-known/oauth-authorization-server',
    ])
  })

  test('OpenID Connect Discovery §4.1: both documents are read and put together', async () => {
    const outcome = await fetchMetadata(
      issuer,
      scriptedSend({
        [inserted]: () => ({ body: { ...document, scopes_supported: ['a'] } }),
        [appended]: () => ({ body: { ...document, scopes_supported: ['b'], jwks_uri: `${issuer}/jwks` } }),
      }),
    )
    assert.ok(outcome.kind === 'metadata')
    assert.deepEqual(outcome.metadata, { ...document, scopes_supported: ['a'], jwks_uri: `${issuer}/jwks` })
    assert.deepEqual(outcome.notes, ['the two metadata documents differ in `scopes_supported`'])
  })

  test('a document that is deeper than anybody prints is read all the same', async () => {
    const deep = `{"issuer":"${issuer}","a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const outcome = await fetchMetadata(
      issuer,
      scriptedSend({ [inserted]: () => ({ body: deep }), [appended]: () => ({ body: deep }) }),
    )
    assert.equal(outcome.kind, 'metadata')
  })

  test('a server with a path may append what should be inserted', async () => {
    const named = `${issuer}/oauth2/default`
    const body = { ...document, issuer: named }
    const outcome = await fetchMetadata(
      named,
      scriptedSend({ '/oauth2/default/.well-known/oauth-authorization-server': () => ({ body }) }),
    )
    assert.equal(outcome.kind, 'metadata')
  })

  test('RFC 8414 §3.3: a document that names another issuer does not count', async () => {
    const reason = await reasonOf(issuer, {
      [inserted]: () => ({ body: { ...document, issuer: `${issuer}/` } }),
      [appended]: () => ({ body: { ...document, issuer: 'https://evil.example' } }),
    })
    assert.match(reason, /names the issuer `https:\/\/as\.example\/`.*names the issuer `https:\/\/evil\.example`/)
  })

  test('a document for many tenants counts for each of them', async () => {
    const named = 'https://login.microsoftonline.com/8c1d/v2.0'
    const body = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }
    const script = { '/8c1d/v2.0/.well-known/openid-configuration': () => ({ body }) }
    assert.equal((await fetchMetadata(named, scriptedSend(script))).kind, 'metadata')
    const other = { issuer: 'https://login.example/{tenantid}/v2.0' }
    const planted = { '/8c1d/v2.0/.well-known/openid-configuration': () => ({ body: other }) }
    assert.match(await reasonOf(named, planted), /names the issuer/)
    const strangers = [
      'https://login.microsoftonline.org/{tenantid}/v2.0',
      'https://login.microsoftonline.com/{tenantid}/v3.0',
      'https://login.microsoftonline.com/{tenantid}/v2.0{tenantid}',
    ]
    for (const stranger of strangers) {
      const script = { '/8c1d/v2.0/.well-known/openid-configuration': () => ({ body: { issuer: stranger } }) }
      assert.match(await reasonOf(named, script), /names the issuer/, stranger)
    }
  })

  test('RFC 8414 §2: an issuer must be https, without query and fragment', async () => {
    assert.match(await reasonOf('http://as.example', {}), /must be https/)
    assert.match(await reasonOf('https://as.example/?a', {}), /neither query nor fragment/)
    assert.match(await reasonOf('as.example', {}), /is no URL/)
  })

  test('an endpoint that is not https is left out, and told', async () => {
    const body = { ...document, token_endpoint: 'http://as.example/token', revocation_endpoint: 7 }
    const outcome = await fetchMetadata(issuer, scriptedSend({ [inserted]: () => ({ body }) }))
    assert.ok(outcome.kind === 'metadata')
    assert.deepEqual(outcome.metadata, { issuer })
    assert.equal(outcome.notes.length, 2)
    assert.match(outcome.notes.join(), /`token_endpoint` is not https.*`revocation_endpoint` is no text/)
  })

  test('what is no document is told with its address', async () => {
    const reason = await reasonOf(issuer, { [inserted]: () => ({ body: '<html>' }), [appended]: () => ({ body: {} }) })
    assert.match(reason, /oauth-authorization-server is no JSON object; .*openid-configuration names no issuer/)
    assert.match(await reasonOf(issuer, {}), /answered 404/)
    const silent = await fetchMetadata(issuer, {
      send: async request => ({
        request,
        sentAt: 0,
        duration: 0,
        kind: 'failed',
        failure: 'timeout',
        detail: 'nothing came',
      }),
    })
    assert.match(silent.kind === 'unavailable' ? silent.reason : '', /gave no answer \(timeout\)/)
    const cut = await fetchMetadata(issuer, {
      send: async request => {
        const exchange = answered(request, { body: document })
        return exchange.kind === 'answered'
          ? { ...exchange, response: { ...exchange.response, isCut: true } }
          : exchange
      },
    })
    assert.match(cut.kind === 'unavailable' ? cut.reason : '', /is too long/)
  })
})

describe('isSecureUrl', () => {
  test('RFC 8252 §8.3: https, or http to this machine', () => {
    for (const url of ['https://a.example', 'http://127.0.0.1:8080', 'http://localhost/x', 'http://[::1]:1'])
      assert.equal(isSecureUrl(url), true, url)
    for (const url of [
      'http://a.example',
      'http://127.0.0.1.a.example',
      'http://localhost.a.example',
      'ftp://localhost',
      'x',
    ])
      assert.equal(isSecureUrl(url), false, url)
  })
})
