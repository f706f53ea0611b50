import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FastifyInstance, fastify } from 'fastify'
import { type AdapterSetup, describeAdapter } from '../testing/adapter-suite.ts'
import { accessOf, fastifyGuard, serveMetadata } from './index.ts'

async function start({ guard, onError, onHandled }: AdapterSetup, hook: 'onRequest' | 'preHandler') {
  const protect = fastifyGuard(guard)
  const app: FastifyInstance = fastify()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) => {
    onError(error)
    return reply.code(500).send()
  })
  app.register(serveMetadata(guard))
  app.register(
    async api => {
      api.get('/pets', { [hook]: protect('read_pets') }, async request => {
        onHandled()
        return { subject: accessOf(request).subject }
      })
      api.post('/pets', { [hook]: protect('write_pets') }, async request => {
        onHandled()
        return request.body
      })
      api.get('/broken', { [hook]: protect('read_pets') }, async () => {
        throw new Error('the handler broke')
      })
    },
    { prefix: '/v1' },
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: Number(new URL(app.listeningOrigin).port), close: () => void app.close() }
}

describeAdapter('Fastify, on request', setup => start(setup, 'onRequest'))
describeAdapter('Fastify, before the handler', setup => start(setup, 'preHandler'))

test('accessOf: a route without a guard gets no access, but an error that says what is missing', async () => {
  const app = fastify()
  app.get('/pets', async request => accessOf(request).subject)
  const response = await app.inject('/pets')
  assert.equal(response.statusCode, 500)
  assert.match(response.body, /no guard let this request through/)
})

test('fastifyGuard: as a hook it protects every route that is registered beside it', async () => {
  const app = fastify()
  const refusal = { status: 401, headers: { 'www-authenticate': ['Bearer', 'DPoP algs="ES256"'] }, body: '{}' }
  const protect = fastifyGuard(async () => ({ kind: 'refused', response: refusal, reason: '' }))
  app.register(async api => {
    api.addHook('onRequest', protect('read_pets'))
    api.get('/pets', async () => 'pets')
  })
  app.get('/open', async () => 'open')
  const response = await app.inject('/pets')
  assert.equal(response.statusCode, 401)
  assert.deepEqual(response.headers['www-authenticate'], ['Bearer', 'DPoP algs="ES256"'])
  assert.equal((await app.inject('/open')).body, 'open')
})
