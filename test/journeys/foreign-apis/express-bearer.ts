import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { auth, requiredScopes, UnauthorizedError } from 'express-oauth2-jwt-bearer'
import { openNotes, textIn } from './notes.ts'
import { jwtResource, type MakeApi, type Setting } from './setting.ts'

/** What happens to a body that is not as it should be, and when. */
type Traits = {
  /** The library's strict mode: access tokens as in RFC 9068, signed by one algorithm. */
  readonly isStrict?: boolean
  /** Looks at the body before anybody asks for a token. */
  readonly validatesFirst?: boolean
}

const sayWhy: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (!(error instanceof UnauthorizedError)) return void response.status(500).json({ error: 'server_error' })
  response.set(error.headers).status(error.status).json({ error: error.name })
}

const wantText: RequestHandler = (request, response, next) => {
  if (textIn(request.body) === undefined) return void response.status(422).json({ error: 'text is wanted' })
  next()
}

function guardOf({ issuer, jwksUri }: Setting, isStrict: boolean): RequestHandler {
  const strict = { strict: true, tokenSigningAlg: 'ES256' }
  return auth({ issuer, jwksUri, audience: jwtResource, cooldownDuration: 1000, ...(isStrict && strict) })
}

function routes(app: Express, guard: RequestHandler, before: readonly RequestHandler[]): void {
  const notes = openNotes()
  const reads: RequestHandler[] = [guard, requiredScopes('read_notes')]
  const writes: RequestHandler[] = [...before, guard, requiredScopes('write_notes')]
  app.get('/notes', ...reads, (request, response) => {
    response.json(notes.of(request.auth?.payload.sub ?? ''))
  })
  app.post('/notes', ...writes, wantText, (request, response) => {
    response.status(201).json(notes.add(request.auth?.payload.sub ?? '', textIn(request.body) ?? ''))
  })
  app.get('/notes/:id', ...reads, (request, response) => {
    const note = notes.find(Number(request.params['id']))
    if (note === undefined || note.by !== request.auth?.payload.sub)
      return void response.status(404).json({ error: 'no such note' })
    response.json(note)
  })
  app.delete('/notes/:id', guard, requiredScopes('write_notes'), (request, response) => {
    const note = notes.find(Number(request.params['id']))
    if (note === undefined || note.by !== request.auth?.payload.sub)
      return void response.status(404).json({ error: 'no such note' })
    notes.remove(note.id)
    response.status(204).end()
  })
}

/** Express with `express-oauth2-jwt-bearer`, as its README shows it. */
export function expressBearer({ isStrict = false, validatesFirst = false }: Traits = {}): MakeApi {
  return setting => {
    const app = express()
    app.disable('x-powered-by')
    app.get('/health', (_request, response) => void response.json({ up: true }))
    app.use(express.json())
    routes(app, guardOf(setting, isStrict), validatesFirst ? [wantText] : [])
    app.use((_request, response) => void response.status(404).json({ error: 'nothing here' }))
    app.use(sayWhy)
    return { listener: app }
  }
}
