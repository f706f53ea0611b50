// OAuth Client ID Metadata Document
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { SignJWT } from 'jose'
import { ServerOptionsError } from '../../options-error.ts'
import { createServer } from '../../server.ts'
import { authorizationQuery, consent, logIn, sentParameters, verifier } from '../../testing/authorize.ts'
import { pageOf } from '../../testing/browser.ts'
import { isActive } from '../../testing/client-requests.ts'
import { testClient } from '../../testing/clients.ts'
import {
  type DocumentsWorld,
  documentRedirectUri,
  documentsWorld,
  documentUrl,
  hostAnswer,
  testDocument,
} from '../../testing/documents.ts'
import { registrationWorld, sendMetadata } from '../../testing/registration.ts'
import { bodyOf, outcomeOf, request } from '../../testing/requests.ts'
import { tokensOf } from '../../testing/token-requests.ts'
import { testWorld } from '../../testing/world.ts'
import { clientDocuments } from './client-documents.ts'
import { parseClientIdUrl } from './client-id-url.ts'

const find = ({ context }: DocumentsWorld, clientId = documentUrl) => context.store.findClient(clientId)

const query = (changes: Readonly<Record<string, string>> = {}) =>
  `/authorize?${authorizationQuery({
    client_id: documentUrl,
    redirect_uri: documentRedirectUri,
    scope: 'openid read_pets offline_access',
    ...changes,
  })}`

/** Alice logs in at the client and allows what it asks; answers the code. */
async function authorize({ browser }: DocumentsWorld, changes: Readonly<Record<string, string>> = {}) {
  const arrived = await browser.open(query(changes))
  const asked =
    arrived.location === undefined && pageOf(arrived).page === 'login' ? await logIn(browser, arrived) : arrived
  const left =
    asked.location === undefined ? await consent(browser, asked, ['openid', 'read_pets', 'offline_access']) : asked
  return sentParameters(left).get('code') ?? ''
}

const redeem = async ({ handle }: DocumentsWorld, code: string, more: Readonly<Record<string, string>> = {}) =>
  handle(
    request({
      path: '/token',
      form: {
        grant_type: 'authorization_code',
        client_id: documentUrl,
        code,
        redirect_uri: documentRedirectUri,
        code_verifier: verifier,
        ...more,
      },
    }),
  )

const refresh = ({ handle }: DocumentsWorld, token: string, more: Readonly<Record<string, string>> = {}) =>
  handle(
    request({
      path: '/token',
      form: { grant_type: 'refresh_token', client_id: documentUrl, refresh_token: token, ...more },
    }),
  )

describe('a client that nobody registered', () => {
  test('OAuth Client ID Metadata Document §5: logs a user in, by what its document says', async () => {
    const world = await documentsWorld()
    const tokens = tokensOf(await redeem(world, await authorize(world)))
    assert.equal(tokens.scope, 'openid read_pets offline_access')
    const refreshed = tokensOf(await refresh(world, tokens.refresh_token))
    assert.ok(refreshed.access_token)
    assert.equal(world.asked.length, 1)
    assert.deepEqual(world.asked[0], {
      url: documentUrl,
      headers: { accept: 'application/json' },
      maxBytes: 5120,
      timeoutMillis: 5000,
    })
  })

  test('OAuth Client ID Metadata Document §8.5: is shown with the host of its identifier', async () => {
    const { browser } = await documentsWorld()
    const { client } = pageOf(await logIn(browser, await browser.open(query()))) as unknown as {
      client: Readonly<Record<string, unknown>>
    }
    assert.equal(client['name'], 'Shop')
    assert.equal(client['idHost'], 'shop.example')
    assert.equal('isOnDevice' in client, false)
  })

  test('OAuth Client ID Metadata Document §8.5: is shown as an app on this device where its answer stays here', async () => {
    const world = await documentsWorld()
    const redirect_uri = 'http://127.0.0.1:9999/cb'
    world.hosts.set(documentUrl, testDocument({ redirect_uris: [documentRedirectUri, 'http://127.0.0.1/cb'] }))
    const arrived = await logIn(world.browser, await world.browser.open(query({ redirect_uri })))
    const { client } = pageOf(arrived) as unknown as { client: Readonly<Record<string, unknown>> }
    assert.equal(client['isOnDevice'], true)
    const again = async () => {
      await consent(world.browser, await world.browser.open(query({ redirect_uri })), ['openid', 'read_pets'])
      return pageOf(await world.browser.open(query({ redirect_uri })))
    }
    assert.equal((await again()).page, 'consent', 'whoever is on the device could pretend to be it')
  })

  test('OAuth Client ID Metadata Document §4.2: has the redirect URIs of its document, and no others', async () => {
    const { browser } = await documentsWorld()
    for (const redirect_uri of [
      'https://shop.example/other',
      'https://shop.example/callback/',
      'https://evil.example/',
    ]) {
      const arrived = await browser.open(query({ redirect_uri }))
      assert.equal(arrived.location, undefined)
      assert.equal(arrived.response.status, 400)
    }
  })

  test('OAuth Client ID Metadata Document §5.1: is unknown where its document is not there', async () => {
    const world = await documentsWorld()
    const arrived = await world.browser.open(query({ client_id: 'https://other.example/client.json' }))
    assert.equal(arrived.location, undefined)
    assert.equal(pageOf(arrived)['error'], 'invalid_client')
  })

  test('OAuth Client ID Metadata Document §8.2: proves itself by its keys, where it says so', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const world = await documentsWorld()
    world.hosts.set(
      documentUrl,
      testDocument({
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] },
      }),
    )
    const assertion = async (key = privateKey) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({
        iss: documentUrl,
        sub: documentUrl,
        aud: 'https://as.example',
        jti: crypto.randomUUID(),
        exp: world.clock.now() + 60,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .sign(key),
    })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    assert.equal(outcomeOf(await redeem(world, await authorize(world))), '401 invalid_client')
    assert.equal(outcomeOf(await redeem(world, await authorize(world), await assertion(other))), '401 invalid_client')
    assert.equal((await redeem(world, await authorize(world), await assertion())).status, 200)
  })

  test('OAuth Client ID Metadata Document §7.2: one that is registered here is what is registered', async () => {
    const registered = testClient({ name: 'https://known.example/client', authenticationMethod: 'none' })
    const world = await documentsWorld({}, { clients: [registered] })
    assert.deepEqual(await find(world, registered.clientId), registered)
    assert.equal(world.asked.length, 0)
  })

  test('OAuth Client ID Metadata Document §7.1: identifiers that the server makes are no addresses', async () => {
    const world = await registrationWorld()
    const response = await sendMetadata(world, { redirect_uris: ['https://shop.example/cb'] })
    assert.doesNotMatch(String(bodyOf(response)['client_id']), /^https:/)
  })
})

describe('the address', () => {
  const good = [
    'https://shop.example/client',
    'https://shop.example/',
    'https://shop.example:8443/a/b.json',
    'https://shop.example:443/client',
    'https://xn--bcher-kva.example/client',
    'https://shop.example/~user/%7Eclient',
  ]
  const bad: readonly (readonly [name: string, url: string])[] = [
    ['plain http', 'http://shop.example/client'],
    ['another case of the scheme', 'HTTPS://shop.example/client'],
    ['no path', 'https://shop.example'],
    ['no host', 'https:///client'],
    ['a fragment', 'https://shop.example/client#x'],
    ['an empty fragment', 'https://shop.example/client#'],
    ['a query', 'https://shop.example/client?x=1'],
    ['an empty query', 'https://shop.example/client?'],
    ['a user', 'https://user@shop.example/client'],
    ['a password', 'https://user:password@shop.example/client'],
    ['a host as user', 'https://shop.example@evil.example/client'],
    ['a single dot', 'https://shop.example/./client'],
    ['two dots', 'https://shop.example/a/../client'],
    ['two dots at the end', 'https://shop.example/..'],
    ['two dots in percent', 'https://shop.example/%2e%2e/client'],
    ['a dot in percent', 'https://shop.example/a/%2E/client'],
    ['a backslash before a host', 'https://shop.example\\@evil.example/client'],
    ['a backslash', 'https://shop.example/\\client'],
    ['a space', 'https://shop.example/cli ent'],
    ['a new line', 'https://shop.example/client\n'],
    ['a host outside of ASCII', 'https://bücher.example/client'],
    ['a port that is none', 'https://shop.example:99999/client'],
    ['an address of IPv6', 'https://[::1]/client'],
    ['a host that ends in a dot', 'https://shop.example./client'],
    ['more than anybody needs', `https://shop.example/${'x'.repeat(512)}`],
  ]
  for (const url of good)
    test(`OAuth Client ID Metadata Document §3: ${url} is one`, () => assert.ok(parseClientIdUrl(url)))
  for (const [name, url] of bad)
    test(`OAuth Client ID Metadata Document §3: one with ${name} is none`, async () => {
      assert.equal(parseClientIdUrl(url), undefined)
      const world = await documentsWorld()
      world.hosts.set(url, testDocument({ client_id: url }))
      assert.equal(await find(world, url), undefined)
      assert.equal(world.asked.length, 0)
    })

  test('OAuth Client ID Metadata Document §3: is compared character by character', async () => {
    const world = await documentsWorld()
    const withPort = 'https://shop.example:443/oauth/client.json'
    world.hosts.set(withPort, testDocument())
    assert.equal(await find(world, withPort), undefined)
  })

  test('OAuth Client ID Metadata Document §8.6: is none of the server itself', async () => {
    const world = await documentsWorld()
    assert.equal(await find(world, 'https://as.example/client'), undefined)
    assert.equal(world.asked.length, 0)
  })

  test('OAuth Client ID Metadata Document §8.9: is at a host that the operator named, where they named any', async () => {
    const world = await documentsWorld({ hosts: ['trusted.example', '*.partner.example'] })
    for (const host of [
      'trusted.example',
      'a.partner.example',
      'shop.example',
      'partner.example',
      'eviltrusted.example',
    ])
      world.hosts.set(
        `https://${host}/c`,
        testDocument({ client_id: `https://${host}/c`, redirect_uris: [`https://${host}/cb`] }),
      )
    assert.ok(await find(world, 'https://trusted.example/c'))
    assert.ok(await find(world, 'https://a.partner.example/c'))
    for (const host of ['shop.example', 'partner.example', 'eviltrusted.example'])
      assert.equal(await find(world, `https://${host}/c`), undefined, host)
    assert.equal(world.asked.length, 2)
  })
})

const rejected: readonly (readonly [name: string, document: unknown, answer?: Parameters<typeof hostAnswer>[1]])[] = [
  ['§4: without `client_id`', testDocument({ client_id: undefined })],
  ['§4: of another client', testDocument({ client_id: 'https://shop.example/other.json' })],
  ['§4: that is no object', [testDocument()]],
  ['§4: that is no JSON', undefined, { body: '{' }],
  ['§4: of another type', testDocument(), { headers: { 'content-type': 'text/html' } }],
  ['§4: without a type', testDocument(), { headers: {} }],
  ['§5: that is answered with 201', testDocument(), { status: 201 }],
  ['§5: that redirects', testDocument(), { status: 302 }],
  ['§5: that is forbidden', testDocument(), { status: 403 }],
  ['§4.1: with a secret', testDocument({ client_secret: 'x' })],
  ['§4.1: with the end of a secret', testDocument({ client_secret_expires_at: 0 })],
  ['§4.1: with an empty secret', testDocument({ client_secret: null })],
  ['§4.1: that wants a secret in the header', testDocument({ token_endpoint_auth_method: 'client_secret_basic' })],
  ['§4.1: that wants a secret in the body', testDocument({ token_endpoint_auth_method: 'client_secret_post' })],
  ['§4.1: that wants a secret to sign with', testDocument({ token_endpoint_auth_method: 'client_secret_jwt' })],
  ['§4.1: with a private key', testDocument({ jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } })],
  ['§4.1: with a symmetric key', testDocument({ jwks: { keys: [{ kty: 'oct', k: 'x' }] } })],
  ['§8.2: that wants keys and has none', testDocument({ token_endpoint_auth_method: 'private_key_jwt' })],
  ['§4.2: without redirect URIs', testDocument({ redirect_uris: undefined })],
  ['§8.1: whose answers go elsewhere', testDocument({ redirect_uris: ['https://evil.example/'] })],
  ['§8.6: whose answers run code', testDocument({ redirect_uris: ['javascript:alert(1)'] })],
  ['§8.6: whose link runs code', testDocument({ client_uri: 'javascript:alert(1)' })],
  ['§4: with a name of several lines', testDocument({ client_name: 'Shop\nBank' })],
]

for (const [name, document, answer] of rejected)
  test(`OAuth Client ID Metadata Document ${name} is taken from nobody, and asked for again`, async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, async () => hostAnswer(document, answer))
    assert.equal(await find(world), undefined)
    assert.equal(world.events.at(-1)?.kind, 'warning')
    world.hosts.set(documentUrl, testDocument())
    assert.ok(await find(world), 'errors are not cached')
  })

test('OAuth Client ID Metadata Document §4: a document of a JSON type of its own is taken', async () => {
  const world = await documentsWorld()
  for (const type of ['application/json; charset=utf-8', 'application/cimd+json', 'Application/JSON']) {
    world.hosts.set(documentUrl, async () => hostAnswer(testDocument(), { headers: { 'content-type': type } }))
    assert.ok(await find(await withHosts(world)), type)
  }
})

/** The same hosts, for a server that remembers nothing yet. */
async function withHosts({ hosts }: DocumentsWorld): Promise<DocumentsWorld> {
  const fresh = await documentsWorld()
  for (const [url, answer] of hosts) fresh.hosts.set(url, answer)
  return fresh
}

describe('the policy', () => {
  test('OAuth Client ID Metadata Document §8.9: scope goes no further than the policy', async () => {
    const world = await documentsWorld({ policy: { scope: ['openid', 'read_pets'] } })
    assert.equal((await find(world))?.scope, 'openid read_pets')
  })

  test('OAuth Client ID Metadata Document §8.9: without a policy no dangerous scope can be had', async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, testDocument({ scope: undefined }))
    const scope = (await find(world))?.scope.split(' ') ?? []
    assert.ok(scope.includes('write_pets'))
    assert.ok(!scope.includes('admin') && !scope.includes('inventory:price:write'))
  })

  test('OAuth Client ID Metadata Document §4: what is meant for other servers is left out', async () => {
    const world = await documentsWorld({ policy: { redirectHosts: ['login.shop.example'] } })
    world.hosts.set(
      documentUrl,
      testDocument({
        redirect_uris: ['https://shop.example/callback', 'https://login.shop.example/cb', 'https://dev.example/cb'],
        grant_types: ['authorization_code', 'urn:example:other'],
        response_types: ['code', 'token'],
        scope: 'openid of_another_server',
        post_logout_redirect_uris: ['https://dev.example/'],
        example: true,
      }),
    )
    const client = await find(world)
    assert.deepEqual(client?.redirectUris, ['https://shop.example/callback', 'https://login.shop.example/cb'])
    assert.deepEqual(client?.postLogoutRedirectUris, [])
    assert.deepEqual(client?.grantTypes, ['authorization_code'])
    assert.deepEqual(client?.responseTypes, ['code'])
    assert.equal(client?.scope, 'openid')
  })

  test('OAuth Client ID Metadata Document §4: a client that can do nothing here gets nothing', async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, testDocument({ grant_types: ['urn:example:other'] }))
    assert.deepEqual((await find(world))?.grantTypes, [])
    const stayed = pageOf(await world.browser.open(query()))
    assert.deepEqual([stayed.page, stayed['error']], ['error', 'unauthorized_client'])
  })

  test('RFC 9700 §4.11.2: an error leads nobody to an address that any stranger can describe', async () => {
    const world = await documentsWorld()
    assert.equal((await find(world))?.isStranger, true)
    for (const [name, value] of [
      ['scope', 'unknown'],
      ['prompt', 'none'],
    ] as const) {
      const arrival = await world.browser.open(query({ [name]: value }))
      assert.equal(arrival.location, undefined)
      assert.equal(pageOf(arrival).page, 'error')
    }
  })

  test('OAuth Client ID Metadata Document §8.1: an app may answer to a scheme that bears its host’s name', async () => {
    const world = await documentsWorld()
    const redirect_uris = ['example.shop:/cb', 'example.bank:/cb', 'http://localhost:8080/cb']
    world.hosts.set(documentUrl, testDocument({ redirect_uris }))
    const client = await find(world)
    assert.deepEqual(client?.redirectUris, ['example.shop:/cb', 'http://localhost:8080/cb'])
    assert.equal(client?.applicationType, 'native')
  })

  test('OAuth Client ID Metadata Document §8.5: links lead to where the document or its answers are', async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, testDocument({ client_uri: 'https://bank.example/' }))
    assert.equal((await find(world))?.uri, undefined)
    world.hosts.set(documentUrl, testDocument({ client_uri: 'https://shop.example/about' }))
    assert.equal((await find(await withHosts(world)))?.uri, 'https://shop.example/about')
  })

  test('OAuth Client ID Metadata Document §4.3: a software statement that somebody shows is not believed', async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, testDocument({ software_statement: 'a.b.c', client_name: 'Shop' }))
    assert.equal(JSON.stringify(await find(world)).includes('a.b.c'), false)
  })

  test('OAuth Client ID Metadata Document §4: nothing internal can be said', async () => {
    const world = await documentsWorld()
    const sly = {
      dangerouslyAllowImplicit: true,
      isDeclared: true,
      introspects: ['x'],
      client_id_metadata_document: {},
    }
    world.hosts.set(documentUrl, testDocument(sly))
    const client = await find(world)
    assert.ok(client)
    assert.equal(client.isDeclared, undefined)
    assert.equal(client.dangerouslyAllowImplicit, undefined)
    assert.deepEqual(client.introspects, [])
  })

  test('OpenID Connect Dynamic Client Registration §5: a sector is verified for documents, too', async () => {
    const world = await documentsWorld()
    const sector = 'https://sector.example/uris'
    world.hosts.set(documentUrl, testDocument({ subject_type: 'pairwise', sector_identifier_uri: sector }))
    assert.equal(await find(world), undefined)
    world.hosts.set(sector, async () => hostAnswer([documentRedirectUri]))
    assert.equal((await find(world))?.sectorIdentifier, 'sector.example')
  })
})

describe('caching', () => {
  const served = (headers: Readonly<Record<string, string>>) => async () =>
    hostAnswer(testDocument(), { headers: { 'content-type': 'application/json', ...headers } })
  const freshFor = async (headers: Readonly<Record<string, string>>) => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, served(headers))
    const client = await find(world)
    const times = client?.metadata?.['client_id_metadata_document'] as Record<'fetched_at' | 'fresh_until', number>
    return times.fresh_until - times.fetched_at
  }

  const lifetimes: readonly (readonly [name: string, headers: Readonly<Record<string, string>>, ttl: number])[] = [
    ['by `max-age`', { 'cache-control': 'public, max-age=600' }, 600],
    ['less its age', { 'cache-control': 'max-age=600', age: '100' }, 500],
    ['by `Expires`', { date: 'Sun, 22 Nov 2026 12:00:00 GMT', expires: 'Sun, 22 Nov 2026 12:10:00 GMT' }, 600],
    ['an hour where nothing is said', {}, 3600],
    ['a minute at the least', { 'cache-control': 'max-age=1' }, 60],
    ['a minute for `no-store`', { 'cache-control': 'no-store' }, 60],
    ['a minute for `no-cache`', { 'cache-control': 'no-cache, max-age=600' }, 60],
    ['a day at the most', { 'cache-control': 'max-age=31536000' }, 86_400],
    ['an hour where it makes no sense', { 'cache-control': 'max-age=soon', expires: '0' }, 3600],
  ]
  for (const [name, headers, ttl] of lifetimes)
    test(`OAuth Client ID Metadata Document §5.2: a document is fresh ${name}`, async () =>
      assert.equal(await freshFor(headers), ttl))

  test('OAuth Client ID Metadata Document §5.2: a fresh document is not asked for again, and then it is', async () => {
    const world = await documentsWorld()
    await Promise.all([find(world), find(world), find(world)])
    assert.equal(world.asked.length, 1, 'who asks at once waits for the same answer')
    world.clock.advance(3599)
    await find(world)
    assert.equal(world.asked.length, 1)
    world.clock.advance(1)
    await find(world)
    assert.equal(world.asked.length, 2)
  })

  test('OAuth Client ID Metadata Document §5.2: nothing is stored for a client that nobody has allowed anything', async () => {
    const world = await documentsWorld()
    await world.browser.open(query())
    assert.equal(await world.options.store.findClient(documentUrl), undefined)
    await authorize(world)
    assert.equal((await world.options.store.findClient(documentUrl))?.name, 'Shop')
  })

  test('OAuth Client ID Metadata Document §5.2: what is stored serves another process, too', async () => {
    const world = await documentsWorld()
    await authorize(world)
    const other = await documentsWorld({}, { store: world.options.store })
    assert.ok(await find(other))
    assert.equal(other.asked.length, 0)
  })

  test('OAuth Client ID Metadata Document §5.2: strangers’ documents are remembered within bounds', async () => {
    const world = await documentsWorld({ limits: { perHost: 5000, overall: 5000 } })
    for (let index = 0; index <= 1001; index++) {
      const url = `https://h${index}.example/c`
      world.hosts.set(url, testDocument({ client_id: url, redirect_uris: [`https://h${index}.example/cb`] }))
      await find(world, url)
    }
    const before = world.asked.length
    await find(world, 'https://h1001.example/c')
    assert.equal(world.asked.length, before)
    await find(world, 'https://h0.example/c')
    assert.equal(world.asked.length, before + 1)
  })

  test('OAuth Client ID Metadata Document §8.6: of hosts that do not answer a few are waited for at once', async () => {
    const world = await documentsWorld()
    await authorize(world)
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof hostAnswer>>()
    const addresses = Array.from({ length: 30 }, (_, index) => `https://slow${index}.example/client`)
    for (const address of addresses) world.hosts.set(address, () => promise)
    const waiting = addresses.map(address => find(world, address))
    await find(world, 'web')
    assert.equal(world.asked.length, 1 + 16)
    world.clock.advance(3600)
    assert.ok(await find(world), 'a client that somebody uses is asked for all the same')
    resolve(hostAnswer({}, { status: 404 }))
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set([undefined]))
  })

  test('OAuth Client ID Metadata Document §8.6: of one host, and of all, only so many are asked for in a minute', async () => {
    const world = await documentsWorld({ limits: { perHost: 2, overall: 3 } })
    for (const url of [
      'https://a.example/1',
      'https://a.example/2',
      'https://a.example/3',
      'https://b.example/1',
      'https://c.example/1',
    ])
      assert.equal(await find(world, url), undefined)
    assert.deepEqual(
      world.asked.map(({ url }) => url),
      ['https://a.example/1', 'https://a.example/2', 'https://b.example/1'],
    )
    const told = world.events.filter(event => event.kind === 'warning' && event.about === 'client documents')
    assert.equal(told.length, 1)
    world.clock.advance(60)
    assert.equal(await find(world, 'https://a.example/3'), undefined)
    assert.equal(world.asked.length, 4)
  })

  test('OAuth Client ID Metadata Document §8.6: a clock that is set back by a day does not make that minute a day', async () => {
    const world = await documentsWorld({ limits: { perHost: 1, overall: 1 } })
    assert.equal(await find(world, 'https://a.example/1'), undefined)
    world.clock.advance(-86_400)
    assert.equal(await find(world, 'https://a.example/2'), undefined)
    assert.equal(world.asked.length, 2)
  })
})

describe('a host that cannot be asked', () => {
  const down = async () => Promise.reject(new Error('10.1.2.3 is not called'))

  test('OAuth Client ID Metadata Document §5.2: leaves its clients as they were for a day', async () => {
    const world = await documentsWorld()
    const tokens = tokensOf(await redeem(world, await authorize(world)))
    world.hosts.set(documentUrl, down)
    world.clock.advance(3600)
    const { refresh_token } = tokensOf(await refresh(world, tokens.refresh_token))
    const asked = world.asked.length
    world.clock.advance(59)
    await find(world)
    assert.equal(world.asked.length, asked, 'it is not asked at each request')
    world.clock.advance(82_000)
    assert.equal((await refresh(world, refresh_token)).status, 200)
    world.clock.advance(5_000)
    assert.equal(await find(world), undefined)
  })

  test('OAuth Client ID Metadata Document §5.1: gives nobody a client that is not known yet', async () => {
    const world = await documentsWorld()
    for (const answer of [
      down,
      async () => hostAnswer({}, { status: 503 }),
      async () => hostAnswer({}, { status: 429 }),
    ]) {
      world.hosts.set(documentUrl, answer)
      assert.equal(await find(world), undefined)
    }
    assert.ok(JSON.stringify(world.events).includes('10.1.2.3'), 'the operator is told why')
    const arrived = await world.browser.open(query())
    assert.ok(!arrived.response.body.includes('10.1.2.3'), 'the stranger is not')
  })

  test('OAuth Client ID Metadata Document §8.4: a document that its host takes back ends its client at once', async () => {
    const world = await documentsWorld()
    const tokens = tokensOf(await redeem(world, await authorize(world)))
    world.hosts.delete(documentUrl)
    world.clock.advance(3600)
    assert.equal(outcomeOf(await refresh(world, tokens.refresh_token)), '401 invalid_client')
  })
})

describe('a document that changes', () => {
  const jwkOf = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const [one, two, three] = [jwkOf(), jwkOf(), jwkOf()]
  const withKeys = (...keys: readonly object[]) =>
    testDocument({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } })

  test('OAuth Client ID Metadata Document §8.6: that was taken back is asked for a few times a minute', async () => {
    const world = await documentsWorld({ limits: { perHost: 1, overall: 1 } })
    await authorize(world)
    world.hosts.delete(documentUrl)
    world.clock.advance(3600)
    for (let count = 0; count < 30; count++) assert.equal(await find(world), undefined)
    assert.equal(world.asked.length, 1 + 10)
    world.clock.advance(60)
    world.hosts.set(documentUrl, testDocument())
    assert.ok(await find(world))
  })

  test('OAuth Client ID Metadata Document §8.4: under a running authorization takes its new redirect URIs alone', async () => {
    const world = await documentsWorld()
    const briefly = { 'content-type': 'application/json', 'cache-control': 'max-age=60' }
    world.hosts.set(documentUrl, async () => hostAnswer(testDocument(), { headers: briefly }))
    const login = await world.browser.open(query())
    const asked = await logIn(world.browser, login)
    world.hosts.set(documentUrl, testDocument({ redirect_uris: ['https://shop.example/moved'] }))
    world.clock.advance(60)
    const left = await consent(world.browser, asked, ['openid', 'read_pets'])
    assert.equal(left.location, undefined)
  })

  const substantial: readonly (readonly [name: string, before: object, after: object])[] = [
    [
      'another host for its answers',
      testDocument(),
      testDocument({ redirect_uris: [documentRedirectUri, 'http://localhost/cb'] }),
    ],
    ['no proof any more', withKeys(one), testDocument()],
    ['other keys throughout', withKeys(one, two), withKeys(three)],
    [
      'keys at another address',
      withKeys(one),
      { ...withKeys(), jwks: undefined, jwks_uri: 'https://shop.example/jwks' },
    ],
    ['other subjects', testDocument(), testDocument({ subject_type: 'pairwise' })],
  ]
  for (const [name, before, now] of substantial)
    test(`OAuth Client ID Metadata Document §8.4: to ${name} ends what was allowed`, async () => {
      const world = await documentsWorld()
      world.hosts.set(documentUrl, before as never)
      await authorize(world)
      const grants = () => world.context.store.listGrants('user-alice' as never)
      assert.equal((await grants()).length, 1)
      world.hosts.set(documentUrl, now as never)
      world.clock.advance(3600)
      assert.ok(await find(world))
      assert.deepEqual(await grants(), [])
      const about = world.events.filter(event => event.kind === 'warning' && event.about === documentUrl)
      assert.equal(about.length, 1)
    })

  test('OAuth Client ID Metadata Document §8.4: tokens of before end with it', async () => {
    const world = await documentsWorld()
    const tokens = tokensOf(await redeem(world, await authorize(world)))
    assert.equal(await isActive(world, tokens.access_token), true)
    world.hosts.set(documentUrl, testDocument({ redirect_uris: ['http://localhost/cb'] }))
    world.clock.advance(3600)
    assert.equal(outcomeOf(await refresh(world, tokens.refresh_token)), '400 invalid_grant')
  })

  const slight: readonly (readonly [name: string, before: object, after: object])[] = [
    ['another name', testDocument(), testDocument({ client_name: 'Store' })],
    ['another path at its host', testDocument(), testDocument({ redirect_uris: ['https://shop.example/moved'] })],
    ['a further key', withKeys(one), withKeys(one, two)],
    ['a rotated key', withKeys(one, two), withKeys(two, three)],
  ]
  for (const [name, before, now] of slight)
    test(`OAuth Client ID Metadata Document §8.4.1: to ${name} ends nothing`, async () => {
      const world = await documentsWorld()
      world.hosts.set(documentUrl, before as never)
      await authorize(world)
      world.hosts.set(documentUrl, now as never)
      world.clock.advance(3600)
      assert.ok(await find(world))
      assert.equal((await world.context.store.listGrants('user-alice' as never)).length, 1)
    })
})

describe('a server', () => {
  test('OAuth Client ID Metadata Document §6: says that it takes documents, where it does', async () => {
    const { metadata } = await documentsWorld()
    assert.equal(metadata.client_id_metadata_document_supported, true)
    const without = createServer((await testWorld()).options)
    assert.equal('client_id_metadata_document_supported' in without.metadata, false)
  })

  test('OAuth Client ID Metadata Document §5: without the feature asks nobody', async () => {
    const asked: string[] = []
    const world = await testWorld({
      outbound: async ({ url }) => {
        asked.push(url)
        return hostAnswer(testDocument())
      },
    })
    const { handle } = createServer(world.options)
    const [path = '', search = ''] = query().split('?')
    assert.equal((await handle(request({ path, query: search }))).status, 400)
    assert.deepEqual(asked, [])
  })

  test('OAuth Client ID Metadata Document §5: finds other clients as before', async () => {
    const world = await documentsWorld()
    assert.equal((await find(world, 'web'))?.name, 'web')
    assert.equal(await find(world, 'nobody'), undefined)
    assert.equal(world.asked.length, 0)
  })

  test('OAuth Client ID Metadata Document §8.6: does not start with options that make no sense', async () => {
    const world = await documentsWorld()
    const problems = (options: Parameters<typeof clientDocuments>[0], more: object = {}) => {
      try {
        createServer({ ...world.options, features: [clientDocuments(options)], ...more })
        return []
      } catch (error) {
        assert.ok(error instanceof ServerOptionsError)
        return error.problems.map(({ path }) => path)
      }
    }
    assert.deepEqual(problems({}), [])
    assert.deepEqual(problems({ policy: { scope: ['unknown'] } }), ['clientDocuments.policy.scope'])
    assert.deepEqual(problems({ policy: { authenticationMethods: ['client_secret_basic'] } }), [
      'clientDocuments.policy.authenticationMethods',
    ])
    const methods = { clientAuthenticationMethods: ['private_key_jwt'] }
    assert.deepEqual(problems({}, methods), [], 'what was left out is what the server has')
    assert.deepEqual(problems({ hosts: ['https://shop.example'] }), ['clientDocuments.hosts'])
    assert.deepEqual(problems({ hosts: ['shop.example', '*.shop.example'] }), [])
    assert.deepEqual(problems({ limits: { overall: 0 } }), ['clientDocuments.limits.overall'])
    assert.deepEqual(problems({}, { outbound: undefined }), ['outbound'])
  })

  test('OAuth Client ID Metadata Document §5.2: takes no refusal for a document', async () => {
    const world = await documentsWorld()
    world.hosts.set(documentUrl, { kind: 'refusal', error: 'x', description: 'x', reason: 'x', client_id: documentUrl })
    assert.equal(isRefusal(await find(world)), false)
  })
})
