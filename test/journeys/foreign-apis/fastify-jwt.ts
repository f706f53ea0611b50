import { createPublicKey } from 'node:crypto'
import { createVerifier, type DecodedJwt } from 'fast-jwt'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { openNotes, textIn } from './notes.ts'
import { jwtResource, type MakeApi, type Setting } from './setting.ts'

type Payload = { readonly sub: string; readonly scope: string }

const noToken = 'Bearer realm="notes"'

/** A guard that somebody wrote for `fast-jwt`: keys are fetched when they are not known, but not often. */
function createAuthorize({ issuer, jwksUri }: Setting) {
  const keys = new Map<string, string>()
  let fetchedAt = Number.NEGATIVE_INFINITY
  const keyOf = async ({ header }: DecodedJwt): Promise<string> => {
    const kid = String(header['kid'])
    if (!keys.has(kid) && Date.now() - fetchedAt > 1000) {
      fetchedAt = Date.now()
      const set = (await (await fetch(jwksUri)).json()) as {
        readonly keys: readonly (JsonWebKey & Readonly<Record<string, unknown>>)[]
      }
      for (const key of set.keys)
        if (key['use'] === 'sig' && key.kty === 'EC')
          keys.set(
            String(key['kid']),
            createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
          )
    }
    const key = keys.get(kid)
    if (key === undefined) throw new Error('unknown key')
    return key
  }
  const verify = createVerifier({
    key: keyOf,
    algorithms: ['ES256'],
    allowedIss: issuer,
    allowedAud: jwtResource,
    checkTyp: 'at+jwt',
    requiredClaims: ['exp', 'sub', 'client_id', 'aud', 'iss'],
  })
  return async (text: string): Promise<Payload | undefined> => {
    try {
      const payload: unknown = await verify(text)
      return isPayload(payload) ? payload : undefined
    } catch {
      return undefined
    }
  }
}

function isPayload(value: unknown): value is Payload {
  return (
    typeof value === 'object' && value !== null && 'sub' in value && 'scope' in value && typeof value.sub === 'string'
  )
}

/** Fastify with a plugin of its own around `fast-jwt`. */
export const fastifyJwt: MakeApi = async setting => {
  const app = Fastify()
  const authorize = createAuthorize(setting)
  const callers = new WeakMap<FastifyRequest, string>()
  const guard = (scope: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store')
    const [, text] = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (text === undefined) return reply.code(401).header('www-authenticate', noToken).send({ error: 'no token' })
    const payload = await authorize(text)
    if (payload === undefined)
      return reply
        .code(401)
        .header('www-authenticate', `${noToken}, error="invalid_token"`)
        .send({ error: 'bad token' })
    if (!payload.scope.split(' ').includes(scope)) {
      const challenge = `${noToken}, error="insufficient_scope", scope="${scope}"`
      return reply.code(403).header('www-authenticate', challenge).send({ error: 'too little scope' })
    }
    callers.set(request, payload.sub)
    return undefined
  }
  serveNotes(app, guard, request => callers.get(request) ?? '')
  await app.ready()
  return { listener: (request, response) => app.routing(request, response), close: () => app.close() }
}

type GuardOf = (scope: string) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function serveNotes(app: FastifyInstance, guard: GuardOf, callerOf: (request: FastifyRequest) => string): void {
  const notes = openNotes()
  type WithId = { readonly Params: { readonly id: string } }
  app.get('/health', async () => ({ up: true }))
  app.get('/notes', { onRequest: guard('read_notes') }, async request => notes.of(callerOf(request)))
  app.post('/notes', { onRequest: guard('write_notes') }, async (request, reply) => {
    const text = textIn(request.body)
    return text === undefined
      ? reply.code(400).send({ error: 'text is wanted' })
      : reply.code(201).send(notes.add(callerOf(request), text))
  })
  app.get<WithId>('/notes/:id', { onRequest: guard('read_notes') }, async (request, reply) => {
    const note = notes.find(Number(request.params.id))
    return note?.by === callerOf(request) ? note : reply.code(404).send({ error: 'no such note' })
  })
  app.delete<WithId>('/notes/:id', { onRequest: guard('write_notes') }, async (request, reply) => {
    const note = notes.find(Number(request.params.id))
    if (note?.by !== callerOf(request)) return reply.code(404).send({ error: 'no such note' })
    notes.remove(note.id)
    return reply.code(204).send()
  })
}
