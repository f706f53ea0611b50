// Usage: ambit.ts <jwks> node|express|fastify
import { createServer } from 'node:http'
import { createGuard, jwtVerifier } from '@ambit/resource'
import { expressGuard } from '@ambit/resource/express'
import { fastifyGuard } from '@ambit/resource/fastify'
import { nodeGuard } from '@ambit/resource/node'
import { defineScopes } from '@ambit/scope'
import express from 'express'
import fastify from 'fastify'
import { announce, listen } from '../../listening.ts'
import { audience, issuer } from '../issuer.ts'
import { guardedPath, payload, readKeys } from './settings.ts'

const guard = createGuard({
  resource: audience,
  catalogue: defineScopes({ scopes: { read_pets: {}, write_pets: {} } }),
  issuers: [{ issuer, jwt: jwtVerifier({ jwks: readKeys(), algorithms: ['ES256'] }) }],
})
const starts = { node: startNode, express: startExpress, fastify: startFastify }

const [, mode = ''] = process.argv.slice(2)
const start = Object.entries(starts).find(([name]) => name === mode)?.[1]
if (start === undefined) throw new Error(`one of ${Object.keys(starts).join(', ')} is wanted, not \`${mode}\``)
announce(await start())

function startNode(): Promise<string> {
  const listener = nodeGuard(guard)('read_pets', (_incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(payload)
  })
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    if (incoming.url === guardedPath) listener(incoming, outgoing)
    else outgoing.writeHead(404).end()
  })
  return listen(server)
}

function startExpress(): Promise<string> {
  const app = express()
  app.get(guardedPath, expressGuard(guard)('read_pets'), (_request, response) => {
    response.type('application/json').send(payload)
  })
  return listen(createServer({ keepAliveTimeout: 0 }, app))
}

function startFastify(): Promise<string> {
  const app = fastify({ keepAliveTimeout: 0 })
  app.get(guardedPath, { onRequest: fastifyGuard(guard)('read_pets') }, async (_request, reply) =>
    reply.type('application/json').send(payload),
  )
  return app.listen({ port: 0, host: '127.0.0.1' })
}
