import { type FastifyInstance, fastify } from 'fastify'
import { type AdapterSetup, describeAdapter } from '../testing/adapter-suite.ts'
import { accessOf, fastifyGuard } from './index.ts'

async function start({ guard, onError, onHandled }: AdapterSetup, hook: 'onRequest' | 'preHandler') {
  const protect = fastifyGuard(guard)
  const app: FastifyInstance = fastify()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, _request, reply) => {
    onError(error)
    return reply.code(500).send()
  })
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
  const [address] = app.addresses()
  return { port: address?.port ?? 0, close: () => void app.close() }
}

describeAdapter('Fastify, on request', setup => start(setup, 'onRequest'))
describeAdapter('Fastify, before the handler', setup => start(setup, 'preHandler'))
