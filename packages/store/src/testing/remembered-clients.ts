import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '@ambit/server'
import { makeClient, start } from './records.ts'

/** Two stores of one place, as two processes have them; they are asked for when a claim is proved. */
export type TwoStores = () => readonly [store: Store, other: Store]

/** Claims about clients that an adapter remembers: what is answered is never older than what is stored. */
export function rememberedClientContract(stores: TwoStores): void {
  const client = makeClient()

  test('stay the same record while their row stays the same, whatever else is written', async () => {
    const [store, other] = stores()
    await store.saveClient(client)
    const found = await store.findClient(client.clientId)
    await store.ping()
    assert.equal(await store.findClient(client.clientId), found)
    await other.ping()
    assert.equal(await store.findClient(client.clientId), found)
    await other.saveClient(client)
    assert.equal(await store.findClient(client.clientId), found)
  })

  test('are another record as soon as this process or another one has changed them', async () => {
    const [store, other] = stores()
    for (const [by, name] of [
      [store, 'first'],
      [other, 'second'],
      [store, 'third'],
    ] as const) {
      await by.saveClient({ ...client, name })
      assert.equal((await store.findClient(client.clientId))?.name, name)
      assert.equal((await other.findClient(client.clientId))?.name, name)
    }
  })

  test('are gone as soon as this process or another one has removed them', async () => {
    const [store, other] = stores()
    for (const by of [store, other]) {
      await store.saveClient(client)
      assert.ok(await store.findClient(client.clientId))
      assert.equal(await by.deleteClient(client.clientId, start), true)
      assert.equal(await store.findClient(client.clientId), undefined)
    }
  })
}
