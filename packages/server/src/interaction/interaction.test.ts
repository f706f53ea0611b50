import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '@ambit/protocol'
import { openWorld } from '../testing/authorize.ts'
import { hiddenFields, pageOf } from '../testing/browser.ts'
import { request } from '../testing/requests.ts'
import { findInteraction } from './interaction.ts'

async function waiting() {
  const { authorize, browser, world, server } = await openWorld()
  const { interaction: id = '' } = hiddenFields(pageOf(await authorize()))
  const cookie = `__Host-ambit_browser=${browser.cookies.get('__Host-ambit_browser')}`
  const find = () => findInteraction(server.context, world.exchange(request({ headers: { cookie } })), id)
  const found = await find()
  assert.ok(!isRefusal(found))
  return { context: server.context, find, found }
}

test('an interaction that has ended does not come back with a late answer', async () => {
  const { context, find, found } = await waiting()
  await context.store.endInteraction(found.record.ref)
  await context.store.saveInteraction({ ...found.record, consented: 'read_pets' })
  assert.ok(isRefusal(await find()))
})

test('an interaction whose client is gone, or no longer has the redirect URI, is refused', async () => {
  const { context, find, found } = await waiting()
  await context.store.saveClient({ ...found.from.client, redirectUris: [] })
  assert.ok(isRefusal(await find()))
})

test('an interaction of a feature that is no longer there is refused', async () => {
  const { context, find, found } = await waiting()
  await context.store.saveInteraction({ ...found.record, purpose: { kind: 'device', ticket: found.record.ref } })
  const gone = await find()
  assert.ok(isRefusal(gone))
  assert.equal(gone.reason, 'no feature knows this kind of interaction')
})
