import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSecretLedger, type TestClient } from '@ambit/tester'
import { password } from './tested-own-server.ts'
import { startTestedProfile } from './tested-profile.ts'

const main = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))

/** A lent client as the configuration of the program has it. */
function declared({ credential, ...client }: TestClient) {
  return { ...client, ...('key' in credential && { key: credential.key.privateJwk.reveal(), kid: 'signed-1' }) }
}

test('the program finds nothing against a server that wants everything signed, pushed and bound', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-profile-'))
  const { issuer, clients, users, close } = await startTestedProfile('fapi2-message-signing', createSecretLedger())
  context.after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  const config = join(folder, 'tester.json')
  const lent = { clients: clients.map(declared), users: users.map(({ username }) => ({ username, password })) }
  await writeFile(config, JSON.stringify({ issuer, ...lent }), { mode: 0o600 })
  const only = ['AS-PAR-01', 'AS-PAR-04', 'AS-JAR-02', 'AS-AUT-04', 'AS-REF-03'].flatMap(id => ['--only', id])
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'test', '--config', config, '--server', ...only],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  assert.equal(child.exitCode, 0, `${out}\n${err}`)
  assert.match(out, /Nothing wrong was found/)
  assert.match(out, /1\d tests, 1\d passed/)
})
