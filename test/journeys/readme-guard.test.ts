import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readPage } from '../../scripts/docs/markdown.ts'
import { resource, startIssuer, tokenFor } from './example-issuer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The block of the README that imports a module, as it stands there. */
function blockWith(specifier: string): string {
  const { blocks } = readPage({ path: 'README.md', text: readFileSync(join(root, 'README.md'), 'utf8') })
  const block = blocks.find(({ code }) => code.includes(`'${specifier}'`))
  return block?.code ?? assert.fail(`README.md has no block with \`${specifier}\``)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Asks until the API listens. */
async function reach(url: string, isGone: () => boolean): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url)
    } catch (error) {
      if (isGone()) throw error
      await new Promise(setImmediate)
    }
  }
}

describe('the ten lines of the README', () => {
  let server: Awaited<ReturnType<typeof startIssuer>>
  let folder = ''
  before(async () => {
    server = await startIssuer()
    mkdirSync(join(root, '.ambit'), { recursive: true })
    folder = mkdtempSync(join(root, '.ambit', 'readme-'))
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await server.close()
  })

  for (const specifier of ['@ambit/resource/express', '@ambit/resource/fastify'])
    test(`RFC 6750 §3.1: they protect an API: ${specifier}`, async t => {
      const code = blockWith(specifier)
      assert.ok(code.split('\n').filter(line => line !== '').length <= 10)
      const port = await freePort()
      const script = join(folder, `${specifier.split('/').at(-1)}.ts`)
      writeFileSync(script, code.replace('http://localhost:4000', server.issuer).replace('3000', String(port)))
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
        env,
        stdio: 'inherit',
      })
      t.after(() => child.kill())
      const url = `http://localhost:${port}/pets`
      const asked = await reach(url, () => child.exitCode !== null)
      assert.equal(asked.headers.get('www-authenticate'), `Bearer realm="${resource}", scope="read_pets"`)
      const call = async (scope: string) =>
        fetch(url, { headers: { authorization: `Bearer ${await tokenFor(server.issuer, scope)}` } })
      const allowed = await call('read_pets')
      assert.deepEqual(await allowed.json(), { pets: ['Bello'], for: `client ${server.issuer} robot` })
      const refused = await call('feed_pets')
      assert.equal(refused.status, 403)
      assert.match(refused.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="read_pets"/)
    })
})
