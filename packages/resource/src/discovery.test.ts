import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DiscoveryOptions, discoverIssuer } from './discovery.ts'
import { accessTokenClaims, issuer, resource, testClock, testKey } from './testing/issuer.ts'
import { settled, testTimers } from './testing/timers.ts'
import { verifierOf } from './trusted-issuers.ts'

const key = await testKey('key-1')
const token = await key.sign()
const metadata = { issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: `${issuer}/introspect` }
const notFound = () => new Response('', { status: 404 })
const client = { clientId: 'api', clientSecret: 'secret' }

type Site = Readonly<Record<string, () => Response | Promise<Response>>>

const site: Site = {
  'https://as.example/.well-known/oauth-authorization-server': () => Response.json(metadata),
  'https://as.example/jwks': () => Response.json(key.jwks),
  'https://as.example/introspect': () => Response.json({ active: true, ...accessTokenClaims() }),
}

function world(options: Partial<DiscoveryOptions> = {}, pages: Site = {}, name = issuer) {
  const clock = testClock()
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return ({ ...site, ...pages }[url] ?? notFound)()
  }
  const ask = verifierOf([discoverIssuer(name, { clock, fetch, ...options })], resource, { rememberedTokens: 0 })
  return { clock, asked, ask }
}

async function reasonOf(asking: ReturnType<ReturnType<typeof verifierOf>>): Promise<string> {
  const found = await asking
  return found.kind === 'verified' ? 'verified' : `${found.kind}: ${found.reason}`
}

test('RFC 8414 §3, RFC 9068 §4: metadata and keys are read when a token comes, and once', async () => {
  const { ask, asked } = world()
  assert.deepEqual(asked, [])
  assert.equal(await reasonOf(ask(token)), 'verified')
  assert.equal(await reasonOf(ask(token)), 'verified')
  assert.deepEqual(asked, ['https://as.example/.well-known/oauth-authorization-server', 'https://as.example/jwks'])
})

for (const [name, place] of [
  ['https://as.example/tenant', 'https://as.example/.well-known/oauth-authorization-server/tenant'],
  ['https://as.example/', 'https://as.example/.well-known/oauth-authorization-server'],
  ['https://as.example/a/', 'https://as.example/.well-known/oauth-authorization-server/a'],
] as const)
  test(`RFC 8414 §3.1: the place stands between host and path: ${name}`, async () => {
    const { ask, asked } = world({}, { [place]: () => Response.json({ ...metadata, issuer: name }) }, name)
    assert.equal(await reasonOf(ask(await key.sign({ iss: name }))), 'verified')
    assert.equal(asked[0], place)
  })

test('OpenID Connect Discovery §4.1: where there is nothing, the other place is behind the path', async () => {
  const name = 'https://as.example/tenant'
  const place = 'https://as.example/tenant/.well-known/openid-configuration'
  const { ask, asked } = world({}, { [place]: () => Response.json({ ...metadata, issuer: name }) }, name)
  assert.equal(await reasonOf(ask(await key.sign({ iss: name }))), 'verified')
  assert.deepEqual(asked.slice(0, 2), ['https://as.example/.well-known/oauth-authorization-server/tenant', place])
})

const place = 'https://as.example/.well-known/oauth-authorization-server'
for (const [section, name, answer, reason] of [
  ['§3.3', 'another issuer', () => Response.json({ ...metadata, issuer: `${issuer}/` }), /names another issuer/],
  ['§3.3', 'no issuer', () => Response.json({ jwks_uri: metadata.jwks_uri }), /names another issuer/],
  ['§3.2', 'no JSON', () => new Response('<html>'), /is of type `text\/plain`/],
  ['§3.2', 'a list', () => Response.json([]), /is no JSON object/],
  ['§3.2', 'an error', () => new Response('', { status: 503 }), /answered with status 503/],
  ['§3.2', 'nothing in either place', notFound, /answered with status 404/],
  ['§3.2', 'too much', () => Response.json({ ...metadata, x: 'x'.repeat(262_145) }), /larger than 262144 bytes/],
  [
    '§2',
    'keys without TLS',
    () => Response.json({ ...metadata, jwks_uri: 'http://as.example/jwks' }),
    /`jwks_uri` is no https/,
  ],
  [
    '§2',
    'keys on the own machine',
    () => Response.json({ ...metadata, jwks_uri: 'http://127.0.0.1/' }),
    /`jwks_uri` is no https/,
  ],
  ['§2', 'keys at no address', () => Response.json({ ...metadata, jwks_uri: 7 }), /`jwks_uri` is no https/],
  ['§2', 'no keys', () => Response.json({ issuer }), /has no `jwks_uri`/],
] as const)
  test(`RFC 8414 ${section}: nothing is let through by metadata that cannot be used: ${name}`, async () => {
    assert.match(
      await reasonOf(world({}, { [place]: answer }).ask(token)),
      new RegExp(`^unavailable: .*${reason.source}`),
    )
  })

test('RFC 8414 §2: on one machine keys may come without TLS, and from nowhere else', async () => {
  const name = 'http://localhost:9000'
  const at = 'http://localhost:9000/.well-known/oauth-authorization-server'
  const document = { issuer: name, jwks_uri: 'http://localhost:9000/jwks' }
  const pages = {
    [at]: () => Response.json(document),
    [document.jwks_uri]: site['https://as.example/jwks'] ?? notFound,
  }
  assert.equal(await reasonOf(world({}, pages, name).ask(await key.sign({ iss: name }))), 'verified')
  const elsewhere = { ...pages, [at]: () => Response.json({ ...document, jwks_uri: 'http://as.example/jwks' }) }
  assert.match(await reasonOf(world({}, elsewhere, name).ask(await key.sign({ iss: name }))), /`jwks_uri` is no https/)
})

test('RFC 8414 §2: keys that move are found at their new place', async () => {
  const moved = { ...metadata, jwks_uri: `${issuer}/keys` }
  let current: object = metadata
  const pages = { [place]: () => Response.json(current), 'https://as.example/keys': () => Response.json(key.jwks) }
  const { ask, asked, clock } = world({}, pages)
  const lasting = await key.sign({ exp: 1_700_010_000 })
  await ask(lasting)
  current = moved
  clock.advance(3_600)
  assert.equal(await reasonOf(ask(lasting)), 'verified')
  assert.equal(asked.at(-1), 'https://as.example/keys')
})

test('RFC 7662 §2: with credentials, what is no JWT is asked about where the metadata says', async () => {
  const { ask, asked } = world({ introspection: client })
  assert.equal(await reasonOf(ask('opaque-token')), 'verified')
  assert.equal(await reasonOf(ask(token)), 'verified')
  assert.deepEqual(asked, [place, 'https://as.example/introspect', 'https://as.example/jwks'])
})

test('RFC 7662 §2: where JWTs are to be asked about too, no key is fetched', async () => {
  const { ask, asked } = world({ jwt: 'none', introspection: client })
  assert.equal(await reasonOf(ask(token)), 'verified')
  assert.deepEqual(asked, [place, 'https://as.example/introspect'])
})

test('RFC 7662 §2: without an endpoint in the metadata nobody can tell', async () => {
  const { ask } = world(
    { introspection: client },
    { [place]: () => Response.json({ issuer, jwks_uri: metadata.jwks_uri }) },
  )
  assert.match(await reasonOf(ask('opaque-token')), /^unavailable: .*has no `introspection_endpoint`/)
})

test('RFC 8414 §3: rules for JWTs and answers are passed on', async () => {
  const { ask } = world({ jwt: { algorithms: ['RS256'] }, introspection: { ...client, cacheTtl: 10 } })
  assert.match(await reasonOf(ask(token)), /one of RS256 is wanted/)
  const found = await ask('opaque-token')
  assert.ok(found.kind === 'verified' && found.stillHolds?.())
})

test('RFC 8414 §3: metadata that hangs after it was read stalls nobody', async () => {
  let answer: () => Response | Promise<Response> = () => Response.json(metadata)
  const { ask, clock } = world({ cacheTtl: 100_000, startTimer: testTimers().startTimer }, { [place]: () => answer() })
  const lasting = await key.sign({ exp: 1_700_100_000 })
  await ask(lasting)
  answer = () => new Promise<never>(() => undefined)
  clock.advance(2_880)
  assert.equal(await reasonOf(ask(lasting)), 'verified')
  await settled()
  answer = () => Response.json(metadata)
})

for (const [name, problem] of [
  ['http://as.example', /an https address is wanted/],
  ['as.example', /an https address is wanted/],
  ['https://as.example#x', /an https address is wanted/],
  ['https://user@as.example', /an https address is wanted/],
  ['https://as.example?x=1', /has a query/],
] as const)
  test(`RFC 8414 §2: an issuer is an https address without query and fragment: not ${name}`, () => {
    assert.throws(() => discoverIssuer(name), problem)
  })

test('RFC 8414 §3: an issuer none of whose tokens could count is an error at the start', () => {
  assert.throws(() => discoverIssuer(issuer, { jwt: 'none' }), /`introspection` is wanted/)
})
