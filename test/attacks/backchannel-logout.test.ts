// OpenID Connect Back-Channel Logout §2.5
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findMetadataProblems } from '../../packages/server/src/client/metadata-field.ts'
import { logoutFields } from '../../packages/server/src/features/backchannel-logout/client-fields.ts'
import { logoutWorld } from '../../packages/server/src/features/backchannel-logout/testing/logout-world.ts'
import { testClient } from '../../packages/server/src/testing/clients.ts'
import { type HostileAddresses, startHostileAddresses } from './hostile-addresses.ts'

describe('the address of a client’s logout', () => {
  let hostile: HostileAddresses
  before(async () => {
    hostile = await startHostileAddresses({ body: '' }, '/logout')
  })
  after(() => hostile.close())

  /** How often the operator was warned after a user of a client with this address has logged out. */
  async function logOutOf(uri: string): Promise<number> {
    const client = testClient({ name: 'named', metadata: { backchannel_logout_uri: uri } })
    const { enter, leave, world } = await logoutWorld(
      { retryAfter: [] },
      {
        clients: [client],
        outbound: hostile.outbound,
      },
    )
    await enter('named')
    assert.equal((await leave()).response.status, 200)
    const store = world.options.store
    while ((await store.listTickets({ kind: 'logout_delivery' }, 1)).length > 0) await new Promise(setImmediate)
    return world.events.filter(({ kind }) => kind === 'warning').length
  }

  test('an honest address is told, and no other is reached, and the user’s logout does not wait', async () => {
    assert.equal(await logOutOf(hostile.honestUrl), 0)
    for (const { name, url } of hostile.hostile) {
      const isRegistrable = findMetadataProblems({ backchannel_logout_uri: url }, logoutFields).length === 0
      assert.equal(await logOutOf(url), isRegistrable ? 1 : 0, name)
    }
    assert.equal(hostile.reached(), 0)
  })
})
