import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ClientId } from '@ambit/server'
import { startServer } from '../serve/start.ts'
import { checkGuardConfig } from './guard-config.ts'
import { openDocument } from './open-gate.ts'
import { checkPath } from './original-request.ts'
import { startGuard } from './start-guard.ts'
import { document, resource } from './testing/world.ts'

const clientSecret = 'a secret of enough length'
const credentials = { authorization: `Basic ${btoa(`job:${encodeURIComponent(clientSecret)}`)}` }

test('a guard that stops has told the server which scope a client used', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-guard-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'api.json'), JSON.stringify(document))
  const said: string[] = []
  const server = await startServer({
    port: 0,
    store: 'memory',
    log: { level: 'silent' },
    resources: [{ resource }],
    catalogue: { scopes: { read: { resource }, write: { resource } } },
    clients: [
      { clientId: 'job', secret: clientSecret, scope: ['read', 'write'] },
      { clientId: 'api', secret: clientSecret, grantTypes: [], scope: [], introspects: [resource] },
    ],
  })
  t.after(() => server.close())
  const introspection = { clientId: 'api', clientSecret }
  const config = checkGuardConfig({
    openapi: join(folder, 'api.json'),
    resource,
    issuers: [{ issuer: server.issuer, introspection, reportUsage: true }],
    listen: '0',
  })
  const log = { observe: () => {}, say: (_level: string, words: string) => void said.push(words) }
  const guard = await startGuard(config, await openDocument(config, folder), { log })
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'read write' })
  const answer: unknown = await (
    await fetch(`${server.issuer}/token`, { method: 'POST', headers: credentials, body })
  ).json()
  assert.ok(typeof answer === 'object' && answer !== null && 'access_token' in answer)
  const headers = {
    authorization: `Bearer ${String(answer.access_token)}`,
    'x-original-method': 'GET',
    'x-original-uri': '/v1/things',
  }
  t.after(guard.close)
  const asked = await fetch(`${guard.origin}${checkPath}`, { headers })
  assert.equal(asked.status, 200, await asked.text())
  await guard.close()
  assert.deepEqual(
    said.filter(words => String(words).includes('report')),
    [],
  )
  const used = await server.store.listScopeUsage('job' as ClientId)
  assert.deepEqual(
    used.map(({ scope, count }) => [scope, count]),
    [['read', 1]],
  )
})
