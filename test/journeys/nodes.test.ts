import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { formWith } from './browser-like.ts'
import { approve, redirectUri, secret, signingKey } from './running-server.ts'
import {
  authorizationUrl,
  balancedBrowser,
  codeForm,
  issuer,
  nodeConfig,
  obtainCode,
  outcomeOf,
  prepareNodes,
  sharedStores,
  type TestNode,
  tokensOf,
} from './two-nodes.ts'

const proofKeys = await generateKeyPair('ES256')
const proofJwk = await exportJWK(proofKeys.publicKey)

function proof(at: number, jti: string = crypto.randomUUID()): Promise<string> {
  return new SignJWT({ htm: 'POST', htu: `${issuer}/token`, jti })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: proofJwk })
    .setIssuedAt(at)
    .sign(proofKeys.privateKey)
}

function assertion(at: number): Promise<string> {
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: signingKey.kid })
    .setIssuer('signed')
    .setSubject('signed')
    .setAudience(issuer)
    .setIssuedAt(at)
    .setExpirationTime(at + 60)
    .sign(signingKey.key)
}

for (const { kind, skip } of sharedStores)
  describe(`two nodes with one store: ${kind}`, { skip }, () => {
    async function startTwo(t: TestContext) {
      const nodes = await prepareNodes(t, kind)
      const [here, there] = [await nodes.start(), await nodes.start()]
      return { ...nodes, here, there }
    }

    test('RFC 6749 §4.1: login, consent, code and tokens, each request at the other node', async t => {
      const { here, there } = await startTwo(t)
      const browser = balancedBrowser([here, there])
      const first = await tokensOf(await there.post('/token', codeForm(await obtainCode(browser))))
      const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
      const { access_token } = await tokensOf(await here.post('/token', form))
      const active = async (node: TestNode) =>
        ((await (await node.post('/introspect', { token: access_token })).json()) as { active: boolean }).active
      assert.deepEqual([await active(here), await active(there)], [true, true])
      assert.equal((await here.post('/revoke', { token: access_token })).status, 200)
      assert.deepEqual([await active(there), await active(here)], [false, false])
    })

    test('RFC 6749 §4.1.2: of redemptions of one code at both nodes one succeeds, and its tokens are then revoked', async t => {
      const { here, there } = await startTwo(t)
      const code = await obtainCode(balancedBrowser([here, there]))
      const sent = [here, there, here, there].map(node => node.post('/token', codeForm(code)))
      const answers = await Promise.all(sent)
      const [winner] = answers.filter(({ status }) => status === 200)
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.ok(winner)
      const { refresh_token } = await tokensOf(winner)
      const form = { grant_type: 'refresh_token', refresh_token }
      assert.equal(await outcomeOf(await there.post('/token', form)), '400 invalid_grant')
    })

    test('RFC 9449 §11.1, RFC 7523 §3: a proof and an assertion that one node has seen are replays at the other', async t => {
      const { here, there, now } = await startTwo(t)
      const dpop = await proof(now())
      const tokenForm = codeForm(await obtainCode(balancedBrowser([here, there]), { client_id: 'spa' }), {
        client_id: 'spa',
      })
      assert.equal(await outcomeOf(await here.post('/token', tokenForm, { dpop })), '200')
      const again = codeForm('anything', { client_id: 'spa' })
      assert.equal(await outcomeOf(await there.post('/token', again, { dpop })), '400 invalid_dpop_proof')
      const form = {
        grant_type: 'client_credentials',
        client_id: 'signed',
        scope: 'read_pets',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(now()),
      }
      assert.equal(await outcomeOf(await here.post('/token', form)), '200')
      assert.equal(await outcomeOf(await there.post('/token', form)), '401 invalid_client')
    })

    test('RFC 9126 §2.2: a request that was pushed to one node is used at the other', async t => {
      const { here, there } = await startTwo(t)
      const request = {
        client_id: 'web',
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid read_pets',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      }
      const pushed = await here.post('/par', request, { authorization: basicHeader('web', secret) })
      assert.equal(pushed.status, 201)
      const { request_uri } = (await pushed.json()) as { request_uri: string }
      const url = new URL(`${issuer}/authorize?client_id=web&request_uri=${encodeURIComponent(request_uri)}`)
      const left = await approve(balancedBrowser([there, here]), url)
      assert.ok(left.searchParams.get('code'))
    })

    test('RFC 8628 §3.4: a device that asked one node, and was approved at another, gets its tokens from any', async t => {
      const { here, there, advance } = await startTwo(t)
      const begun = await here.post('/device_authorization', { client_id: 'tv', scope: 'openid read_pets' })
      const { device_code, user_code } = (await begun.json()) as { device_code: string; user_code: string }
      const browser = balancedBrowser([there, here])
      const confirm = await browser.open(`${issuer}/device?user_code=${user_code}`)
      const asked = await browser.submit(confirm, {}, confirm.forms[0])
      const known = asked.url.pathname.endsWith('/device/confirm')
        ? await browser.submit(asked, { decision: 'yes' }, formWith(asked, 'decision'))
        : asked
      const consent = await browser.submit(
        known,
        { username: 'ada', password: 'a password of some length' },
        formWith(known, 'username'),
      )
      await browser.submit(consent, { decision: 'allow' }, formWith(consent, 'decision'))
      advance(6)
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'tv', device_code }
      assert.equal(await outcomeOf(await there.post('/token', form)), '200')
      assert.equal(await outcomeOf(await here.post('/token', form)), '400 invalid_grant')
    })

    test('wrong passwords at both nodes are counted together', async t => {
      const { here, there } = await startTwo(t)
      // a form is answered by a redirect, so that every second request is a form
      const browser = balancedBrowser([here, there, there, here])
      let landing = await browser.open(authorizationUrl())
      for (let tries = 0; tries < 20 && !landing.html.includes('too many'); tries++)
        landing = await browser.submit(landing, { username: 'ada', password: 'wrong' }, formWith(landing, 'username'))
      assert.match(landing.html, /too many/)
      const failed = (node: TestNode) => node.events.filter(({ kind: each }) => each === 'login.failed').length
      assert.ok(failed(here) > 1 && failed(there) > 1)
      assert.ok(failed(here) + failed(there) <= 12)
    })

    test('a logout at one node is one at the other, and ends what was granted for the session', async t => {
      const { here, there } = await startTwo(t)
      const browser = balancedBrowser([here, there])
      const form = codeForm(await obtainCode(browser, { scope: 'openid read_orders' }))
      const { access_token } = await tokensOf(await here.post('/token', form))
      const page = await browser.open(`${issuer}/logout`)
      await browser.submit(page, { decision: 'logout' }, formWith(page, 'decision'))
      for (const node of [here, there]) {
        const answer = await node.post('/introspect', { token: access_token })
        assert.deepEqual(await answer.json(), { active: false })
      }
    })

    test('Token Status List §13.7: a revocation at one node is in the list of the other after half the window', async t => {
      const { here, there, advance } = await startTwo(t)
      const { access_token } = await tokensOf(
        await here.post('/token', codeForm(await obtainCode(balancedBrowser([here, there])))),
      )
      const [, claims = ''] = access_token.split('.')
      const { status } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
        status: { status_list: { idx: number; uri: string } }
      }
      const { idx, uri } = status.status_list
      const isRevoked = async (node: TestNode) => {
        const jws = await (await fetch(node.origin + new URL(uri).pathname)).text()
        const { status_list } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
          status_list: { lst: string }
        }
        const inflated = new Blob([Buffer.from(status_list.lst, 'base64url')])
          .stream()
          .pipeThrough(new DecompressionStream('deflate'))
        const bytes = new Uint8Array(await new Response(inflated).arrayBuffer())
        return ((bytes[idx >> 3] ?? 0) & (1 << (idx & 7))) !== 0
      }
      assert.equal(await isRevoked(there), false)
      await here.post('/revoke', { token: access_token })
      advance(30)
      assert.equal(await isRevoked(there), true)
    })

    test('a client that is changed in the store is another one at every node at once', async t => {
      const { here, there } = await startTwo(t)
      const client = await here.store.findClient('web')
      assert.ok(client)
      const form = { grant_type: 'refresh_token', refresh_token: 'rt_x' }
      assert.equal(await outcomeOf(await there.post('/token', form)), '400 invalid_grant')
      await here.store.saveClient({ ...client, grantTypes: ['authorization_code'] })
      assert.equal(await outcomeOf(await there.post('/token', form)), '400 unauthorized_client')
    })

    test('what a node declares is not taken away by one that starts with another configuration, until that one is alone', async t => {
      const { start } = await prepareNodes(t, kind)
      const there = await start()
      const clients = nodeConfig.clients?.filter(({ clientId }) => clientId !== 'tv')
      const here = await start(0, { clients })
      assert.ok(await here.store.findClient('tv'), 'the other node still serves it')
      const ready = (await (await fetch(`${here.origin}/readyz`)).json()) as { status: string; notes: string[] }
      assert.equal(ready.status, 'ready')
      assert.match(ready.notes[0] ?? '', /nodes with another configuration: 1/)
      await there.close()
      await here.timers.fire()
      await untilGone(async () => (await here.store.findClient('tv')) === undefined)
    })

    test('ten nodes that start at once on an empty store make one key set, and declare one user', async t => {
      const { start } = await prepareNodes(t, kind)
      const nodes = await Promise.all(Array.from({ length: 10 }, () => start()))
      const [first] = nodes
      assert.ok(first)
      assert.equal((await first.store.listKeys()).length, 1)
      assert.equal((await first.store.listUsers()).length, 1)
      const sets = await Promise.all(nodes.map(async ({ origin }) => (await fetch(`${origin}/jwks`)).text()))
      assert.equal(new Set(sets).size, 1)
      const { nodes: known } = await first.store.announceNode(
        { ...unheard, startedAt: now(), seenAt: now(), expiresAt: now() },
        now(),
      )
      assert.equal(known.length, 10)
    })
  })

const unheard = { nodeId: 'a test', host: '', pid: 0, version: '', schema: 0, configHash: '' }

function now() {
  return Math.floor(Date.now() / 1000) as Parameters<TestNode['store']['announceNode']>[1]
}

/** Looks until it is so; each look lets the event loop turn. */
async function untilGone(isGone: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + 10_000; performance.now() < until; ) if (await isGone()) return
  assert.fail('it is still there')
}
