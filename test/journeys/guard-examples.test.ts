import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { RunningServer } from 'ambit'
import { resource, startIssuer, tokenFor } from './example-issuer.ts'

function run(example: string, environment: Readonly<Record<string, string>>) {
  const script = fileURLToPath(new URL(`../../packages/resource/examples/${example}`, import.meta.url))
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NO_COLOR: '1', RESOURCE: resource, ...environment }
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Starts an example that listens, and waits until it says where. */
async function startExample(example: string, issuer: string) {
  const child = run(example, { ISSUER: issuer, PORT: '0' })
  for await (const line of createInterface({ input: child.stdout })) {
    const [, port] = /port: (\d+)/.exec(line) ?? []
    if (port !== undefined) return { origin: `http://localhost:${port}`, stop: () => child.kill() }
  }
  throw new Error(`${example} ended without listening`)
}

describe('the examples of the guard', () => {
  let server: RunningServer
  before(async () => {
    server = await startIssuer()
  })
  after(() => server.close())

  for (const example of ['express.ts', 'fastify.ts', 'node-http.ts'])
    test(`RFC 6750 §3.1: ${example} is protected`, async t => {
      const { origin, stop } = await startExample(example, server.issuer)
      t.after(stop)
      const call = (token?: string, method = 'GET') =>
        fetch(`${origin}/pets`, { method, headers: token ? { authorization: `Bearer ${token}` } : {} })
      const reader = await tokenFor(server.issuer, 'read_pets')
      const allowed = await call(reader)
      assert.equal(allowed.status, 200)
      assert.deepEqual(await allowed.json(), ['Bello'])
      assert.equal((await call()).headers.get('www-authenticate'), `Bearer realm="${resource}", scope="read_pets"`)
      assert.equal((await call('stranger')).status, 401)
      const feeder = await call(await tokenFor(server.issuer, 'feed_pets'))
      assert.equal(feeder.status, 403)
      assert.match(feeder.headers.get('www-authenticate') ?? '', /error="insufficient_scope".*scope="read_pets"/)
      assert.equal((await call(reader, 'POST')).status, 403)
      // a machine never logged in
      const writer = await call(await tokenFor(server.issuer, 'write_pets'), 'POST')
      assert.equal(writer.status, 401)
      assert.match(writer.headers.get('www-authenticate') ?? '', /insufficient_user_authentication.*max_age="?3600/)
    })

  for (const example of ['fetch.ts', 'hono.ts'])
    test(`RFC 6750 §3.1: ${example} is protected`, async () => {
      const answerTo = async (token: string) => {
        const child = run(example, { ISSUER: server.issuer, TOKEN: token })
        const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
        return output.trim()
      }
      assert.equal(await answerTo(await tokenFor(server.issuer, 'read_pets')), '200 {"pets":["Bello"],"by":"robot"}')
      assert.match(await answerTo(await tokenFor(server.issuer, 'feed_pets')), /^403 .*"missing_scope":\["read_pets"\]/)
      assert.match(await answerTo('stranger'), /^401 /)
    })
})
