// Usage: fastify-peers.ts <jwks> open|fast-jwt|fast-jwt-cache
import { createPublicKey } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { announce } from '../../listening.ts'
import { audience, issuer, scope } from '../issuer.ts'
import { guardedPath, payload, readKeys } from './settings.ts'

const [jwk] = readKeys().keys
if (!jwk) throw new Error('the key set is empty')
const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  .export({ type: 'spki', format: 'pem' })
  .toString()
const mode = process.argv[3]
const verify = createVerifier({
  key: pem,
  algorithms: ['ES256'],
  allowedIss: issuer,
  allowedAud: audience,
  checkTyp: 'at+jwt',
  cache: mode === 'fast-jwt-cache' ? 10_000 : false,
})

const app = fastify({ keepAliveTimeout: 0 })
app.get(guardedPath, mode === 'open' ? {} : { onRequest: guard }, async (_request, reply) =>
  reply.type('application/json').send(payload),
)
announce(await app.listen({ port: 0, host: '127.0.0.1' }))

async function guard(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  try {
    const claims: unknown = verify((request.headers.authorization ?? '').slice(7))
    return hasScope(claims) ? undefined : await reply.code(403).send()
  } catch {
    return await reply.code(401).send()
  }
}

function hasScope(claims: unknown): boolean {
  const isRead = typeof claims === 'object' && claims !== null && 'scope' in claims
  return isRead && String(claims.scope).split(' ').includes(scope)
}
