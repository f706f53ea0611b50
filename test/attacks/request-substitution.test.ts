// RFC 9126 §7, RFC 9101 §10, JARM §5
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtResponses, pushedRequests, requestObjects } from '@ambit/server'
import {
  type ClaimChanges,
  objectClaims,
  type Signing,
  signer,
  signObject,
} from '../../packages/server/src/testing/request-object.ts'
import {
  type Answer,
  type Caller,
  clientSecret,
  consent,
  type Form,
  issuer,
  logIn,
  pair,
  pkce,
  redemption,
  redirectUri,
  startTarget,
  type Target,
  tokensOf,
} from './target.ts'

const attackers = pair('the-verifier-of-the-attacker-is-long-enough-as-well')

function start(): Promise<Target> {
  return startTarget({ features: [pushedRequests(), requestObjects(), jwtResponses()], clients: [signer] })
}

/** Pushes the right request of a client, with changes. */
function push(target: Target, changes: Form, client: Caller): Promise<Answer> {
  return target.post(
    '/par',
    {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'read_pets',
      state: 'state-1',
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
      ...changes,
    },
    client,
  )
}

function referring(clientId: string, uri: unknown): string {
  return `${issuer}/authorize?${new URLSearchParams({ client_id: clientId, request_uri: String(uri) }).toString()}`
}

/** Sends a victim to an address; they log in and allow what is asked. */
async function lure(target: Target, url: string): Promise<URL | undefined> {
  const browser = target.openBrowser()
  let landing = await browser.open(url)
  if (landing.left === undefined && landing.url.pathname === '/login') landing = await logIn(browser, landing)
  if (landing.left === undefined && landing.url.pathname === '/consent') landing = await consent(browser, landing)
  return landing.left
}

function object({ world }: Target, changes: ClaimChanges = {}, signing: Signing = {}): Promise<string> {
  return signObject(objectClaims(world.clock.now(), changes), signing)
}

function bringing(request: string, clientId = 'signer'): string {
  return `${issuer}/authorize?${new URLSearchParams({ client_id: clientId, request }).toString()}`
}

test('RFC 9126 §7.5: a code of a reference that was swapped in fits no verifier of the honest client', async () => {
  const target = await start()
  const spa = { publicClient: 'spa' }
  const swapped = await push(target, { code_challenge: attackers.challenge }, spa)
  const left = await lure(target, referring('spa', swapped.body['request_uri']))
  const code = left?.searchParams.get('code') ?? ''
  assert.notEqual(code, '')
  const { body } = await target.post('/token', redemption(code), spa)
  assert.equal(body['error'], 'invalid_grant')
})

test('RFC 9126 §7.5: a reference of the attacker’s client is none of the honest client', async () => {
  const target = await start()
  const own = await push(target, {}, { publicClient: 'spa' })
  assert.equal(own.status, 201)
  assert.equal(await lure(target, referring('web', own.body['request_uri'])), undefined)
})

test('RFC 9126 §7.2: the attacker’s redirect URI is neither pushed nor added', async () => {
  const target = await start()
  const evil = { redirect_uri: 'https://evil.example/callback' }
  assert.equal((await push(target, evil, { publicClient: 'spa' })).body['error'], 'invalid_request')
  const honest = await push(target, {}, { publicClient: 'spa' })
  const added = `${referring('spa', honest.body['request_uri'])}&redirect_uri=https%3A%2F%2Fevil.example%2Fcallback`
  assert.equal((await lure(target, added))?.origin, new URL(redirectUri).origin)
})

test('RFC 9126 §7.3: a reference that leaked after its user came is worth nothing', async () => {
  const target = await start()
  const pushed = await push(target, {}, { publicClient: 'spa' })
  const url = referring('spa', pushed.body['request_uri'])
  assert.ok(await lure(target, url))
  assert.equal(await lure(target, url), undefined)
})

test('RFC 9126 §7.1: references are as hard to guess as codes', async () => {
  const target = await start()
  const uris = new Set<unknown>()
  for (let count = 0; count < 20; count++)
    uris.add((await push(target, {}, { publicClient: 'spa' })).body['request_uri'])
  assert.equal(uris.size, 20)
  for (const uri of uris) assert.ok(String(uri).length - 'urn:ietf:params:oauth:request_uri:pr_'.length >= 43)
})

test('RFC 9126 §2.1: credentials that are pushed are in no page, no redirect, no event and no refusal that is kept', async () => {
  const target = await start()
  const wrong = 'a wrong secret that must not be seen'
  const refused = await push(target, { client_id: 'post', client_secret: wrong }, { headers: {} })
  const taken = await push(target, { client_id: 'post', client_secret: clientSecret }, { headers: {} })
  const left = await lure(target, referring('post', taken.body['request_uri']))
  const seen = [refused.text, taken.text, left?.href, JSON.stringify(target.world.events)].join('\n')
  for (const secret of [wrong, clientSecret, String(taken.body['request_uri'])])
    assert.ok(!seen.replace(taken.text, '').includes(secret))
})

test('RFC 9101 §10.2: a request that was changed on the way is refused', async () => {
  const target = await start()
  const [header = '', payload = '', signature = ''] = (await object(target)).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>
  const changed = Buffer.from(JSON.stringify({ ...claims, scope: 'openid admin' })).toString('base64url')
  assert.equal(await lure(target, bringing(`${header}.${changed}.${signature}`)), undefined)
})

test('RFC 9101 §10.7: a request signed for one client cannot be brought in the name of another', async () => {
  const target = await start()
  assert.equal(await lure(target, bringing(await object(target), 'signed')), undefined)
})

test('RFC 9101 §4: a request signed for another server leads nowhere here', async () => {
  const target = await start()
  assert.equal(await lure(target, bringing(await object(target, { aud: 'https://evil.example' }))), undefined)
})

test('RFC 9101 §10.8: a client assertion is no request object, even with the parameters of one', async () => {
  const target = await start()
  for (const typ of [undefined, 'JWT', 'client-authentication+jwt']) {
    const assertion = await object(target, { sub: 'signer' }, { header: { typ } })
    assert.equal(await lure(target, bringing(assertion)), undefined)
  }
})

test('RFC 9101 §10.8: a request object is no client assertion', async () => {
  const target = await start()
  for (const [typ, sub] of [
    ['oauth-authz-req+jwt', 'signed'],
    ['JWT', undefined],
  ] as const) {
    const request = await object(target, { iss: 'signed', client_id: 'signed', sub }, { header: { typ } })
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: request,
    }
    assert.equal((await target.post('/token', form, { headers: {} })).body['error'], 'invalid_client')
  }
})

test('RFC 9101 §10.8: no JWT that the server itself has signed is a request object', async () => {
  const target = await start()
  const { context } = target.server
  const claims = objectClaims(target.world.clock.now())
  for (const typ of ['JWT', 'at+jwt', 'oauth-authz-req+jwt'])
    assert.equal(await lure(target, bringing(context.signer.sign(claims, { typ, algorithm: 'ES256' }))), undefined)
})

test('RFC 9101 §10.5: a request whose object was taken out is refused where the client must sign', async () => {
  const metadata = { require_signed_request_object: true }
  const target = await startTarget({ features: [requestObjects()], clients: [{ ...signer, metadata }] })
  const plain = objectClaims(target.world.clock.now())
  const kept = ['response_type', 'redirect_uri', 'scope', 'state', 'code_challenge', 'code_challenge_method']
  const query = new URLSearchParams(kept.map(name => [name, String(plain[name])]))
  const left = await lure(target, `${issuer}/authorize?client_id=signer&${query.toString()}`)
  assert.equal(left?.searchParams.get('error'), 'invalid_request')
})

test('JARM §2.1: a signed response names who made it and for whom, so that no other client or server can be meant', async () => {
  const target = await start()
  const pushed = await push(target, { response_mode: 'jwt' }, { publicClient: 'spa' })
  const left = await lure(target, referring('spa', pushed.body['request_uri']))
  const response = left?.searchParams.get('response') ?? ''
  const claims = await target.server.context.signer.verifyOwn(response, 'JWT')
  assert.deepEqual([claims?.['iss'], claims?.['aud']], [issuer, 'spa'])
  assert.equal(left?.searchParams.get('code'), null)
  const tokens = tokensOf(await target.post('/token', redemption(String(claims?.['code'])), { publicClient: 'spa' }))
  assert.equal(tokens['scope'], 'read_pets')
})

test('JARM §2.1: a signed response is no ID token, no access token and no request object', async () => {
  const target = await start()
  const silent = new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
  })
  const left = await lure(target, `${issuer}/authorize?${silent.toString()}&prompt=none&response_mode=jwt`)
  const response = left?.searchParams.get('response') ?? ''
  const hinted = await lure(target, `${issuer}/authorize?${silent.toString()}&prompt=none&id_token_hint=${response}`)
  assert.equal(hinted?.searchParams.get('error'), 'invalid_request')
  assert.equal(await lure(target, bringing(response, 'web')), undefined)
  const asked = await target.send(
    new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${response}` } }),
  )
  assert.equal(asked.status, 401)
})
