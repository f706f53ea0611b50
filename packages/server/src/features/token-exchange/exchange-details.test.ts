// RFC 8693 §2.1, RFC 9396 §10
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorize } from '../../testing/authorization.ts'
import { pets } from '../../testing/catalogue.ts'
import { testClient } from '../../testing/clients.ts'
import { detailTypes, stamp, visit } from '../../testing/details.ts'
import { bodyOf, outcomeOf } from '../../testing/requests.ts'
import { codeForm, postToken, redeem, tokensOf } from '../../testing/token-requests.ts'
import { authorizationDetails } from '../authorization-details/authorization-details.ts'
import { exchange, exchangeClients, exchangeWorld, policy } from './testing/exchange-world.ts'

const details = [visit, stamp]
const features = [authorizationDetails({ types: detailTypes })]
const mayHave = (...types: readonly string[]) => ({ metadata: { authorization_details_types: types } })
const shop = testClient({ name: 'shop', ...mayHave('visit', 'stamp') })
const policies = [policy(), policy({ audience: pets })]

test('RFC 9396 §10: of what the subject token carries beside scope passes what the client is registered for', async () => {
  for (const [types, passed] of [
    [[], []],
    [['visit'], [visit]],
    [
      ['visit', 'stamp'],
      [visit, stamp],
    ],
  ] as const) {
    const petsApi = { ...exchangeClients.petsApi, ...mayHave(...types) }
    const world = await exchangeWorld({ features, policies, clients: [shop, petsApi] })
    const { access_token } = await redeem(world, { client: shop, scope: 'adopt', details })
    assert.deepEqual(bodyOf(await exchange(world, access_token))['authorization_details'], passed)
  }
})

test('RFC 9396 §10: a client that is no longer registered for a type gets none of it by a code or by refreshing', async () => {
  const world = await exchangeWorld({ features, clients: [shop] })
  const form = async () =>
    codeForm(await authorize(world, { client: shop, scope: 'read_pets offline_access', details }))
  const first = tokensOf(await postToken(world, await form(), 'shop'))
  const late = await form()
  await world.context.store.saveClient({ ...shop, ...mayHave('visit') })
  assert.deepEqual(bodyOf(await postToken(world, late, 'shop'))['authorization_details'], [visit])
  const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
  assert.deepEqual(bodyOf(await postToken(world, refresh, 'shop'))['authorization_details'], [visit])
  const asked = { ...refresh, authorization_details: JSON.stringify([stamp]) }
  assert.equal(outcomeOf(await postToken(world, asked, 'shop')), '400 invalid_authorization_details')
})

test('RFC 9396 §10: what a client has without a user passes to another one that may have it so, and to nobody else', async () => {
  const clerk = { ...exchangeClients.agent, ...mayHave('stamp') }
  const petsApi = { ...exchangeClients.petsApi, ...mayHave('stamp') }
  const form = { grant_type: 'client_credentials', scope: 'adopt', authorization_details: JSON.stringify([stamp]) }
  for (const [may, outcome] of [
    [[clerk], '400 invalid_authorization_details'],
    [[clerk, petsApi], '200'],
  ] as const) {
    const types = { stamp: { ...detailTypes.stamp, clientCredentials: may.map(each => each.clientId) } }
    const mounted = [authorizationDetails({ types })]
    const world = await exchangeWorld({ features: mounted, clients: [clerk, petsApi] })
    const { access_token } = tokensOf(await postToken(world, form, 'agent'))
    assert.equal(outcomeOf(await exchange(world, access_token)), outcome)
  }
})
