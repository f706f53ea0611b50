import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { epochSeconds, seconds } from '@ambit/protocol'
import { createKeyRing, type KeyRing, nodeKeyTools, type Store } from '@ambit/server'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { openStore } from '../../packages/ambit/src/serve/open-store.ts'
import { emptyDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { pets } from './running-server.ts'
import {
  balancedBrowser,
  codeForm,
  issuer,
  obtainCode,
  prepareNodes,
  sharedStores,
  type TestNode,
  tokensOf,
} from './two-nodes.ts'

const day = 86_400
const schedule = { rotateEvery: seconds(90 * day), announceFor: seconds(day), overlapFor: seconds(14 * day) }

async function issue(node: TestNode): Promise<string> {
  return (await tokensOf(await node.post('/token', codeForm(await obtainCode(balancedBrowser([node])))))).access_token
}

/** Whether a token is good by the keys that a node serves. */
async function verifyAt(node: TestNode, token: string): Promise<string | undefined> {
  const keys = (await (await fetch(`${node.origin}/jwks`)).json()) as JSONWebKeySet
  await jwtVerify(token, createLocalJWKSet(keys), { issuer, audience: pets, currentDate: new Date() })
  return decodeProtectedHeader(token).kid
}

function ringOn(store: Store, ahead = 0): Promise<KeyRing> {
  const millis = () => Date.now() + ahead * 1_000
  const clock = { now: () => epochSeconds(millis() / 1_000), millis }
  return createKeyRing({ store, clock, tools: nodeKeyTools(), algorithms: ['ES256'], schedule })
}

for (const { kind, skip } of sharedStores)
  describe(`keys of two nodes with one store: ${kind}`, { skip }, () => {
    test('RFC 7517 §5: what a node signs with a key that was made a moment ago is good by the key set of the other', async t => {
      const { start } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const operator = await ringOn(here.store)
      const kid = await operator.rotateNow('ES256', 'compromise')
      await here.timers.fire()
      await untilSigns(here, kid)
      assert.equal(await verifyAt(there, await issue(here)), kid)
    })

    test('a node that was paused for 20 seconds does not sign with a key that was removed meanwhile', async t => {
      const { start, advance } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const kid = await (await ringOn(here.store)).rotateNow('ES256', 'compromise')
      advance(20)
      const token = await issue(here)
      assert.equal(decodeProtectedHeader(token).kid, kid)
      assert.equal(await verifyAt(there, token), kid)
    })
  })

for (const { kind, skip } of sharedStores)
  test(`RFC 7517 §5: through a rotation, whatever one of three processes signs is good by the key set of each, with clocks up to 30 seconds apart: ${kind}`, {
    skip,
  }, async t => {
    const store = await openStore({
      store: kind === 'postgres' ? { url: await emptyDatabase(), migrate: 'start' } : 'memory',
    })
    t.after(() => store.close())
    let moved = 0
    const rings: KeyRing[] = []
    for (const ahead of [0, 5, 30]) {
      const millis = () => 1_800_000_000_000 + (moved + ahead) * 1_000
      const clock = { now: () => epochSeconds(millis() / 1_000), millis }
      rings.push(await createKeyRing({ store, clock, tools: nodeKeyTools(), algorithms: ['ES256'], schedule }))
    }
    const kids = new Set<string | undefined>()
    for (const at of [89 * day - 31, 89 * day - 30, 89 * day, 90 * day - 31, 90 * day - 30, 90 * day, 104 * day + 1]) {
      moved = at
      for (const ring of rings) {
        await ring.tick()
        const token = ring.sign({ sub: 'x' }, { typ: 'JWT', algorithm: 'ES256' })
        kids.add(decodeProtectedHeader(token).kid)
        for (const other of rings) {
          await other.reread(0)
          await jwtVerify(token, createLocalJWKSet(other.jwks() as JSONWebKeySet))
        }
      }
    }
    assert.equal(kids.size, 2)
  })

/** Reads until a node has read the keys again. */
async function untilSigns(node: TestNode, kid: string): Promise<void> {
  for (const until = performance.now() + 10_000; performance.now() < until; )
    if (decodeProtectedHeader(await issue(node)).kid === kid) return
  assert.fail('the node still signs with the old key')
}
