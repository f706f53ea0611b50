import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { listenOnFetch } from '../testing/listening.ts'
import { fetchGuard, readFetchRequest, serveMetadata } from './index.ts'

describeAdapter('a fetch handler', ({ guard, onError, onHandled }) => {
  const protect = fetchGuard(guard)
  const metadata = serveMetadata(guard)
  const list = protect('read_pets', (_request, { subject }) => {
    onHandled()
    return Response.json({ subject })
  })
  const routes: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    'GET /v1/pets': list,
    'HEAD /v1/pets': list,
    'POST /v1/pets': protect('write_pets', async request => {
      onHandled()
      return new Response(await request.text())
    }),
    'GET /v1/broken': protect('read_pets', () => {
      throw new Error('the handler broke')
    }),
  }
  return listenOnFetch(async request => {
    try {
      const route = routes[`${request.method} ${new URL(request.url).pathname}`]
      return metadata(request) ?? (await route?.(request)) ?? new Response(null, { status: 404 })
    } catch (error) {
      onError(error)
      return new Response(null, { status: 500 })
    }
  })
})

test('RFC 6750 §2.2: a form that is longer than it says, or breaks off, is not looked into further', async () => {
  let pulled = 0
  const endless = new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(1_024).fill(++pulled)) })
  const broken = new ReadableStream({ pull: controller => controller.error(new Error('gone')) })
  const headers = {
    authorization: 'Bearer a',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': '9',
  }
  for (const body of [endless, broken]) {
    const init = { method: 'POST', body, headers, duplex: 'half' }
    assert.equal((await readFetchRequest(new Request('https://api.example/pets', init))).body, undefined)
  }
  assert.ok(pulled < 100)
})

test('fetchGuard: what the runtime passes beside the request reaches `peer` and the handler', async () => {
  const seen: unknown[] = []
  const protect = fetchGuard(
    async ({ remoteAddress }, _needs: string) => {
      seen.push(remoteAddress)
      return { kind: 'refused', response: { status: 401, headers: { 'x-a': ['b', 'c'] }, body: 'no' }, reason: '' }
    },
    { peer: (_request, info: { readonly address: string }) => ({ remoteAddress: info.address }) },
  )
  const serve = protect('read_pets', (_request, _access, info) => Response.json(info))
  const response = await serve(new Request('https://api.example/pets'), { address: '192.0.2.1' })
  assert.deepEqual(seen, ['192.0.2.1'])
  assert.equal(response.headers.get('x-a'), 'b, c')
  assert.equal(await response.text(), 'no')
})
