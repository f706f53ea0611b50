import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { users } from '../testing/clients.ts'
import { testWorld } from '../testing/world.ts'
import { findDevice, makeDevice } from './device.ts'

test('a device is known to the user who logged in from it, and to no other', async () => {
  const { context } = await testWorld()
  const device = await makeDevice(context, users.alice)
  assert.equal(await findDevice(context, users.alice, device), device.split('.')[0])
  assert.equal(await findDevice(context, users.bob, device), undefined)
})

test('a device is forgotten when the password changes', async () => {
  const { context } = await testWorld()
  const device = await makeDevice(context, users.alice)
  const changed = { ...users.alice, passwordChangedAt: epochSeconds(1_800_000_000) }
  assert.equal(await findDevice(context, changed, device), undefined)
})

test('what is not a device is none', async () => {
  const { context } = await testWorld()
  const [id = '', proof = ''] = (await makeDevice(context, users.alice)).split('.')
  for (const text of [
    undefined,
    '',
    id,
    `${id}.`,
    `${id}.x`,
    `${id}.${proof}.x`,
    `x.${proof}`,
    `A${id.slice(1)}x.${proof}`,
  ])
    assert.equal(await findDevice(context, users.alice, text), undefined)
})
