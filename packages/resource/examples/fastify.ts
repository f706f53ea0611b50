// Fastify: `node fastify.ts`, then `curl -H "authorization: Bearer $TOKEN" http://localhost:3000/pets`
import { createGuard, discoverIssuer } from '@ambit/resource'
import { accessOf, fastifyGuard } from '@ambit/resource/fastify'
import { defineScopes } from '@ambit/scope'
import { fastify } from 'fastify'

const { ISSUER = 'http://localhost:4000', RESOURCE = 'https://api.example.com/pets', PORT = '3000' } = process.env
const catalogue = defineScopes({ scopes: { read_pets: {}, write_pets: { implies: ['read_pets'] } } })
const guard = createGuard({ issuers: [discoverIssuer(ISSUER)], resource: RESOURCE, catalogue })
const protect = fastifyGuard(guard)
const pets = ['Bello']

const app = fastify()
app.get('/pets', { onRequest: protect('read_pets') }, async () => pets)
app.post('/pets', { onRequest: protect({ scope: 'write_pets', maxAge: 3600 }) }, async (request, reply) => {
  pets.push(`a pet of ${accessOf(request).subject}`)
  return reply.code(201).send(pets)
})
await app.listen({ port: Number(PORT) })
console.log('listening', app.server.address())
