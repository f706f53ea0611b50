import assert from 'node:assert/strict'
import type { ScopeUse } from '@ambit/server'
import type { Claim } from './claim.ts'
import { at, makeClient, parseClientId } from './records.ts'

const app = makeClient()

/** Three uses of `read` by the app, five seconds in. */
function makeUse(overrides: Partial<ScopeUse> = {}): ScopeUse {
  return { clientId: app.clientId, scope: 'read', count: 3, lastUsedAt: at(5), ...overrides }
}

/** Claims about what clients used of their scope. */
export function scopeUsageContract(test: Claim): void {
  test('uses of a scope are added up, with the first and the last time, in whatever order they come', async store => {
    await store.saveClient(app)
    await store.recordScopeUsage([makeUse(), makeUse({ scope: 'write', count: 1 }), makeUse({ lastUsedAt: at(2) })])
    await store.recordScopeUsage([makeUse({ count: 10, lastUsedAt: at(4) })])
    assert.deepEqual(await store.listScopeUsage(app.clientId), [
      { clientId: app.clientId, scope: 'read', count: 16, firstUsedAt: at(2), lastUsedAt: at(5) },
      { clientId: app.clientId, scope: 'write', count: 1, firstUsedAt: at(5), lastUsedAt: at(5) },
    ])
  })

  test('uses stand with their client, and go with it', async store => {
    const site = makeClient({ clientId: parseClientId('site') })
    await store.saveClient(app)
    await store.saveClient(site)
    await store.recordScopeUsage([makeUse(), makeUse({ clientId: site.clientId, count: 1 })])
    await store.deleteClient(app.clientId, at(9))
    await store.saveClient(app)
    assert.deepEqual(await store.listScopeUsage(app.clientId), [])
    assert.equal((await store.listScopeUsage(site.clientId))[0]?.count, 1)
  })

  test('uses of a client that does not exist are left out, and the others of the batch are not', async store => {
    await store.saveClient(app)
    const ghost = parseClientId('ghost')
    await store.recordScopeUsage([makeUse({ clientId: ghost }), makeUse()])
    assert.deepEqual(await store.listScopeUsage(ghost), [])
    assert.equal((await store.listScopeUsage(app.clientId)).length, 1)
    await store.recordScopeUsage([])
  })

  test('a count does not grow beyond what a number holds', async store => {
    await store.saveClient(app)
    await store.recordScopeUsage([makeUse({ count: Number.MAX_SAFE_INTEGER }), makeUse()])
    assert.equal((await store.listScopeUsage(app.clientId))[0]?.count, Number.MAX_SAFE_INTEGER)
    await store.recordScopeUsage([makeUse()])
    assert.equal((await store.listScopeUsage(app.clientId))[0]?.count, Number.MAX_SAFE_INTEGER)
  })
}
