import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { HttpRequest } from '@ambit/protocol'
import { listenOn } from '../testing/listening.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { type SelfSigned, selfSigned } from '../testing/self-signed.ts'
import { readNodeRequest } from './request.ts'

async function seenOverTls(client: SelfSigned | undefined): Promise<HttpRequest | undefined> {
  const seen: HttpRequest[] = []
  const { cert, key } = selfSigned('api.example')
  const server = createServer(
    { cert, key, requestCert: true, rejectUnauthorized: false },
    (incoming, outgoing) =>
      void readNodeRequest(incoming).then(request => {
        seen.push(request)
        outgoing.end()
      }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const identity = client && { cert: client.cert, key: client.key }
  const sent = request({ host: '127.0.0.1', port, agent: false, rejectUnauthorized: false, ...identity }).end()
  await once(sent, 'response')
  server.closeAllConnections()
  server.close()
  return seen[0]
}

test('RFC 8705 §2.2: the certificate of the TLS handshake is seen, whoever signed it', async () => {
  const client = selfSigned('client.example')
  const seen = await seenOverTls(client)
  assert.deepEqual(Buffer.from(seen?.peerCertificate ?? []), Buffer.from(client.der))
})

test('RFC 8705 §3: without a client certificate none is seen', async () => {
  const seen = await seenOverTls(undefined)
  assert.ok(seen)
  assert.equal('peerCertificate' in seen, false)
})

test('RFC 6750 §2.2: a form that was read as bytes is looked into where it is short', async t => {
  const seen: (string | undefined)[] = []
  const { port, close } = await listenOn((incoming, outgoing) => {
    const bodies = [Buffer.from('access_token=a'), Buffer.alloc(65_537, 'a')]
    void Promise.all(bodies.map(body => readNodeRequest(incoming, { body }))).then(requests => {
      seen.push(...requests.map(({ body }) => body))
      outgoing.end()
    })
  })
  t.after(close)
  const type = ['content-type', 'application/x-www-form-urlencoded'] as const
  await sendRaw(port, { method: 'POST', headers: [type, ['authorization', 'Bearer a']], body: '' })
  assert.deepEqual(seen, ['access_token=a', undefined])
})

test('RFC 9110 §7.1: the whole target counts where a router shortened it', async t => {
  const seen: HttpRequest[] = []
  const { port, close } = await listenOn((incoming, outgoing) => {
    const originalUrl = incoming.url ?? ''
    incoming.url = '/short'
    const read = [readNodeRequest(incoming, { originalUrl }), readNodeRequest(incoming)]
    void Promise.all(read).then(requests => {
      seen.push(...requests)
      outgoing.end()
    })
  })
  t.after(close)
  await sendRaw(port, { target: '/long/short?a=b' })
  assert.deepEqual(
    seen.map(({ path, query, remoteAddress }) => [path, query, remoteAddress]),
    [
      ['/long/short', 'a=b', '127.0.0.1'],
      ['/short', '', '127.0.0.1'],
    ],
  )
})
