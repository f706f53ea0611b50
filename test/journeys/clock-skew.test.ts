import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { formWith } from './browser-like.ts'
import { pets } from './running-server.ts'
import {
  balancedBrowser,
  codeForm,
  issuer,
  nodeConfig,
  obtainCode,
  outcomeOf,
  prepareNodes,
  type TestNode,
  tokensOf,
} from './two-nodes.ts'

const proofKeys = await generateKeyPair('ES256')
const proofJwk = await exportJWK(proofKeys.publicKey)

function proof(at: number): Promise<string> {
  return new SignJWT({ htm: 'POST', htu: `${issuer}/token`, jti: crypto.randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: proofJwk })
    .setIssuedAt(at)
    .sign(proofKeys.privateKey)
}

async function startSkewed(t: TestContext, by: number) {
  const nodes = await prepareNodes(t, 'sqlite')
  const [behind, ahead] = [await nodes.start(), await nodes.start(by)]
  return { ...nodes, behind, ahead }
}

for (const by of [5, 30])
  describe(`nodes whose clocks are ${by} seconds apart`, () => {
    test('RFC 6749 §4.1: a user logs in, and a client has its tokens, across both', async t => {
      const { behind, ahead } = await startSkewed(t, by)
      for (const order of [
        [behind, ahead],
        [ahead, behind],
      ] as const) {
        const browser = balancedBrowser(order)
        const [first, second] = order
        const tokens = await tokensOf(await second.post('/token', codeForm(await obtainCode(browser))))
        const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
        const { access_token } = await tokensOf(await first.post('/token', form))
        for (const node of order) {
          const answer = await node.post('/introspect', { token: access_token })
          assert.equal(((await answer.json()) as { active: boolean }).active, true)
        }
        const page = await browser.open(`${issuer}/logout`)
        await browser.submit(page, { decision: 'logout' }, formWith(page, 'decision'))
        assert.equal((await browser.open(`${issuer}/`)).forms.length, 1, 'the login page')
      }
    })

    test('RFC 8628 §3.5: a device polls both in turn without being told to slow down', async t => {
      const { behind, ahead, advance } = await startSkewed(t, Math.min(by, 5))
      const begun = await ahead.post('/device_authorization', { client_id: 'tv', scope: 'openid read_pets' })
      const { device_code } = (await begun.json()) as { device_code: string }
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'tv', device_code }
      for (const node of [ahead, behind, ahead, behind, behind, ahead]) {
        assert.equal(await outcomeOf(await node.post('/token', form)), '400 authorization_pending')
        advance(5)
      }
    })

    test('Token Status List §13.7: a revocation at one is in the list of the other after half the window', async t => {
      const { behind, ahead, advance } = await startSkewed(t, by)
      for (const [here, there] of [
        [behind, ahead],
        [ahead, behind],
      ] as const) {
        const browser = balancedBrowser([here])
        const { access_token } = await tokensOf(await here.post('/token', codeForm(await obtainCode(browser))))
        const { idx, path } = placeOf(access_token)
        assert.equal(await isListed(there, path, idx), false)
        assert.equal((await here.post('/revoke', { token: access_token })).status, 200)
        advance(30)
        assert.equal(await isListed(there, path, idx), true)
      }
    })
  })

test('RFC 9449 §11.1: by a clock that is up to 15 seconds behind a proof is not from the future; by one that is 30 behind it is', async t => {
  const { start, now } = await prepareNodes(t, 'sqlite')
  for (const [behind, outcome] of [
    [-5, '200'],
    [-15, '200'],
    [-30, '400 invalid_dpop_proof'],
  ] as const) {
    const node = await start(behind)
    const code = await obtainCode(balancedBrowser([node]), { client_id: 'spa' })
    const form = codeForm(code, { client_id: 'spa' })
    assert.equal(await outcomeOf(await node.post('/token', form, { dpop: await proof(now()) })), outcome, `${behind}`)
  }
})

test('RFC 6749 §6: the answer of one node that was lost is repeated by the other, where its clock is less than the grace ahead', async t => {
  const { behind, ahead } = await startSkewed(t, 5)
  const { refresh_token } = await tokensOf(
    await ahead.post('/token', codeForm(await obtainCode(balancedBrowser([ahead])))),
  )
  const form = { grant_type: 'refresh_token', refresh_token }
  const lost = await tokensOf(await behind.post('/token', form))
  const repeated = await tokensOf(await ahead.post('/token', form))
  assert.equal(repeated.refresh_token, lost.refresh_token)
})

test('RFC 7519 §4.1.6: an API that forgives five seconds takes the token of a node that is five ahead, and refuses one of a node that is 30 ahead', async t => {
  const { start, now } = await prepareNodes(t, 'sqlite')
  const verifyAs = async (node: TestNode) => {
    const { access_token } = await tokensOf(
      await node.post('/token', codeForm(await obtainCode(balancedBrowser([node])))),
    )
    const keys = (await (await fetch(`${node.origin}/jwks`)).json()) as JSONWebKeySet
    const { payload } = await jwtVerify(access_token, createLocalJWKSet(keys), { issuer, audience: pets })
    return Number(payload.iat) - now()
  }
  assert.ok((await verifyAs(await start(5))) <= 5)
  assert.ok((await verifyAs(await start(30))) >= 29)
})

function placeOf(token: string): { readonly idx: number; readonly path: string } {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    status: { status_list: { idx: number; uri: string } }
  }
  const { idx, uri } = claims.status.status_list
  return { idx, path: new URL(uri).pathname }
}

async function isListed(node: TestNode, path: string, index: number): Promise<boolean> {
  const jws = await (await fetch(node.origin + path)).text()
  const { status_list } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
    status_list: { lst: string }
  }
  const packed = new Blob([Buffer.from(status_list.lst, 'base64url')]).stream()
  const bytes = new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream('deflate'))).arrayBuffer())
  return ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
}

test('a clock that is 20 seconds off is found by the clock of the database, told and measured, and the node stays ready', {
  skip: noDatabase,
}, async t => {
  const { start } = await prepareNodes(t, 'postgres')
  const [right, wrong] = [await start(), await start(20)]
  const told = wrong.events.filter(({ kind }) => kind === 'clock.skewed')
  assert.equal(told.length, 1)
  assert.ok(told[0]?.kind === 'clock.skewed' && told[0].isSevere && Math.abs(told[0].aheadSeconds - 20) < 5)
  assert.ok(!right.events.some(({ kind }) => kind === 'clock.skewed'))
  const ready = await fetch(`${wrong.origin}/readyz`)
  assert.equal(ready.status, 200)
  assert.match(await ready.text(), /\d\.\d seconds ahead of that of the database/)
})

test('a node whose clock is minutes off, and whose file declares less, takes nothing away from one that lives', {
  skip: noDatabase,
}, async t => {
  const { start } = await prepareNodes(t, 'postgres')
  const right = await start()
  const clients = nodeConfig.clients?.filter(({ clientId }) => clientId !== 'spa')
  for (const ahead of [300, -300]) {
    const wrong = await start(ahead, { clients })
    await wrong.timers.fire()
    assert.ok(await right.store.findClient('spa'), `${ahead} seconds ahead`)
    await wrong.close()
  }
})
