import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hiddenFields, pageOf } from '../../testing/browser.ts'
import { testClient } from '../../testing/clients.ts'
import { detailTypes, payment, shownDetails } from '../../testing/details.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { deviceGrantType } from '../device-flow/settings.ts'
import { openDevices } from '../device-flow/testing/device.ts'
import { authorizationDetails } from './authorization-details.ts'

const terminal = testClient({
  name: 'terminal',
  redirectUris: [],
  responseTypes: [],
  grantTypes: [deviceGrantType, 'refresh_token'],
  metadata: { authorization_details_types: ['payment'] },
})

function open() {
  return openDevices({ clients: [terminal], features: [authorizationDetails({ types: detailTypes })] })
}

test('RFC 9396 §3: a device asks for details alone, and its user sees and allows them', async () => {
  const world = await open()
  const asked = { scope: undefined, authorization_details: JSON.stringify([payment]) }
  const { device_code, user_code } = await world.begin(asked, 'terminal')
  const page = await world.reachConsent(user_code)
  assert.equal(shownDetails(page)[0]?.fields[0]?.value, '123.50 EUR')
  await world.browser.post('/consent', { ...hiddenFields(pageOf(page)), detail: '0', decision: 'allow' })
  const tokens = bodyOf(await world.poll(device_code, {}, 'terminal'))
  assert.deepEqual(tokens['authorization_details'], [payment])
  assert.equal('scope' in tokens, false)
})

test('RFC 9396 §5: a device is refused details that nobody declared, before it shows a code', async () => {
  const world = await open()
  const asked = { scope: undefined, authorization_details: '[{"type":"gift"}]' }
  assert.equal(outcomeOf(await world.ask(asked, 'terminal')), '400 invalid_authorization_details')
})
