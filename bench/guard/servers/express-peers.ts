// Usage: express-peers.ts <jwks> open|auth0|jose
import { createServer } from 'node:http'
import express, { type RequestHandler } from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { announce, listen } from '../../listening.ts'
import { audience, issuer, scope } from '../issuer.ts'
import { guardedPath, jwksPath, payload, readKeys } from './settings.ts'

const keys = readKeys()
const mode = process.argv[3]
const app = express()
const server = createServer({ keepAliveTimeout: 0 }, app)
const origin = await listen(server)
app.get(jwksPath, (_request, response) => {
  response.json(keys)
})
app.get(guardedPath, ...guards(), (_request, response) => {
  response.type('application/json').send(payload)
})
announce(origin)

function guards(): readonly RequestHandler[] {
  if (mode === 'auth0')
    return [
      auth({ issuer, audience, jwksUri: `${origin}${jwksPath}`, tokenSigningAlg: 'ES256', strict: true }),
      requiredScopes(scope),
    ]
  return mode === 'jose' ? [joseAlone()] : []
}

function joseAlone(): RequestHandler {
  const keySet = createLocalJWKSet(keys)
  return async (request, response, next) => {
    try {
      const token = (request.headers.authorization ?? '').slice(7)
      const { payload: claims } = await jwtVerify(token, keySet, {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256'],
      })
      if (!String(claims['scope']).split(' ').includes(scope)) response.status(403).end()
      else next()
    } catch {
      response.status(401).end()
    }
  }
}
