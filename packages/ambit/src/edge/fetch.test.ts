// RFC 9110
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import { fetchHandler } from './fetch.ts'
import { describeEdge, type SentRequest } from './testing/edge-contract.ts'

describeEdge('fetch', async ({ handle, ...options }) => {
  const handler = fetchHandler(handle, options)
  return {
    send: async sent => {
      const response = await handler(toRequest(sent))
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    close: async () => {},
  }
})

function toRequest({ method, target, headers = [], body }: SentRequest): Request {
  const fields = new Headers()
  for (const [name, value] of headers) fields.append(name, value)
  const content = typeof body === 'string' ? body : body && new Uint8Array(body)
  return new Request(new URL(target, 'https://as.example'), {
    method,
    headers: fields,
    ...(content !== undefined && { body: content }),
  })
}

test('the address of the peer is what the runtime tells', async () => {
  const seen: HttpRequest[] = []
  const handler = fetchHandler<[{ readonly hostname: string }]>(
    async request => {
      seen.push(request)
      return { status: 200, headers: {}, body: '' }
    },
    { remoteAddress: (_, peer) => peer.hostname },
  )
  await handler(new Request('https://as.example/'), { hostname: '192.0.2.7' })
  assert.equal(seen[0]?.remoteAddress, '192.0.2.7')
})

test('a body that announces too great a length is not read at all', async () => {
  let isPulled = false
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    isPulled = true
    controller.close()
  }
  const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
  const handler = fetchHandler(async request => ({
    status: request.body === undefined ? 413 : 200,
    headers: {},
    body: '',
  }))
  const init = { method: 'POST', headers: { 'content-length': '70000' }, body, duplex: 'half' }
  const response = await handler(new Request('https://as.example/', init))
  assert.equal(response.status, 413)
  assert.equal(isPulled, false)
})
