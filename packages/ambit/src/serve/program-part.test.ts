import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { ClientId } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { checkConfig } from '../config/check-config.ts'
import type { Role } from './program-part.ts'
import { startConfigured } from './start.ts'
import { handTimer } from './testing/hand-timer.ts'

const client = (clientId: string) => ({ clientId, secret: 'a-secret-of-a-job', scope: ['read_pets'] })

/** What the store knows after a process in this role has run for a while, on a file that now declares `kept` and `added`. */
async function clientsAfter(t: TestContext, role: Role): Promise<readonly ClientId[]> {
  const directory = mkdtempSync(join(tmpdir(), 'ambit-role-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const read = (...clientIds: readonly string[]) => {
    const catalogue = { scopes: { read_pets: {} } }
    const declaration = { port: 0, store: 'ambit.db', catalogue, clients: clientIds.map(client) }
    return checkConfig(declaration, { environment: {}, directory })
  }
  await (await startConfigured(read('kept', 'dropped'))).close()
  const { timer, fire } = handTimer()
  const printMetrics = () => Promise.resolve({ contentType: 'text/plain', body: '' })
  const part = { listeners: { plain: { port: 1, sockets: [] } }, role, printMetrics }
  const server = await startConfigured(read('kept', 'added'), { timer, part })
  await fire()
  await server.close()
  const store = sqliteStore({ path: join(directory, 'ambit.db') })
  const clients = await store.listClients()
  await store.close()
  return clients.map(({ clientId }) => clientId).toSorted()
}

test('the first process of a program stores and removes, its heir only removes what waited, the others do neither', async t => {
  assert.deepEqual(await clientsAfter(t, 'first'), ['added', 'kept'])
  assert.deepEqual(await clientsAfter(t, 'heir'), ['kept'])
  assert.deepEqual(await clientsAfter(t, 'other'), ['dropped', 'kept'])
})
