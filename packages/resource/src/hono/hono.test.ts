import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { describeAdapter } from '../testing/adapter-suite.ts'
import { listenOnFetch } from '../testing/listening.ts'
import { accessOf, honoGuard, serveMetadata } from './index.ts'

describeAdapter('Hono', ({ guard, onError, onHandled }) => {
  const protect = honoGuard(guard)
  const pets = new Hono()
  pets.get('/pets', protect('read_pets'), context => {
    onHandled()
    return context.json({ subject: accessOf(context).subject })
  })
  pets.post('/pets', protect('write_pets'), async context => {
    onHandled()
    return context.text(await context.req.text())
  })
  pets.get('/broken', protect('read_pets'), () => {
    throw new Error('the handler broke')
  })
  const app = new Hono().use(serveMetadata(guard)).route('/v1', pets)
  app.onError((error, context) => {
    onError(error)
    return context.body(null, 500)
  })
  return listenOnFetch(async request => app.fetch(request))
})

test('accessOf: a route without a guard gets no access, but an error that says what is missing', async () => {
  const told: unknown[] = []
  const app = new Hono().get('/pets', context => context.json(accessOf(context).subject))
  app.onError((error, context) => {
    told.push(error)
    return context.body(null, 500)
  })
  assert.equal((await app.request('/pets')).status, 500)
  assert.match(String(told[0]), /TypeError: no guard let this request through/)
})

test('RFC 8705 §3: what the platform knows of the peer reaches the guard', async () => {
  const peer = { remoteAddress: '192.0.2.1', peerCertificate: Uint8Array.of(1, 2) }
  const seen: unknown[] = []
  const protect = honoGuard(
    async ({ remoteAddress, peerCertificate }, _needs: string) => {
      seen.push({ remoteAddress, peerCertificate })
      return { kind: 'refused', response: { status: 401, headers: {}, body: '' }, reason: '' }
    },
    { peer: () => peer },
  )
  await new Hono().get('/pets', protect('read_pets')).request('/pets')
  assert.deepEqual(seen, [peer])
})
