import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Log } from '../../observe/log.ts'
import type { StartTimer } from '../expiry.ts'
import { checkGuardConfig } from '../guard-config.ts'
import { openDocument } from '../open-gate.ts'
import { startGuard } from '../start-guard.ts'

/** The API that the tests guard. */
export const resource = 'https://api.example'

const scheme = { type: 'oauth2', flows: { clientCredentials: { scopes: { read: '', write: '' } } } }

/** A document with an operation of each kind. */
export const document = {
  openapi: '3.1.0',
  info: { title: 'Things' },
  servers: [{ url: 'https://api.example/v1' }],
  paths: {
    '/open': { get: { security: [] } },
    '/things': {
      get: { operationId: 'list', security: [{ oauth: ['read'] }] },
      post: { operationId: 'add', security: [{ oauth: ['write'] }] },
      delete: { security: [{ oauth: ['write'] }] },
    },
    '/things/{id}': { get: { security: [{ oauth: ['read'] }] } },
    '/maybe': { get: { security: [{}, { oauth: ['read'] }] } },
    '/keyed': { get: { security: [{ key: [] }] } },
    '/events': { get: { security: [{ oauth: ['read'] }] } },
  },
  components: { securitySchemes: { oauth: scheme, key: { type: 'apiKey', in: 'header', name: 'x-key' } } },
}

/** Starts a server on a free port of loopback; it is closed when the test ends. */
async function serve(
  t: TestContext,
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

/** An authorization server as far as a guard asks it. */
export async function startIssuer(t: TestContext) {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }]
  const { port } = await serve(t, ({ url }, outgoing) => {
    const answers: Readonly<Record<string, object>> = {
      '/.well-known/oauth-authorization-server': { issuer, jwks_uri: `${issuer}/jwks` },
      '/jwks': { keys },
    }
    const answer = answers[url ?? '']
    outgoing.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
  })
  const issuer = `http://127.0.0.1:${port}`
  const now = Math.floor(Date.now() / 1000)
  const token = (scope: string, claims: object = {}) =>
    new SignJWT({
      iss: issuer,
      aud: resource,
      sub: 'ada',
      client_id: 'shop',
      iat: now,
      exp: now + 600,
      jti: 'j',
      scope,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'at+jwt' })
      .sign(privateKey)
  return { issuer, token }
}

/** A log that keeps its lines. */
function keepLog() {
  const lines: { readonly level: string; readonly words: string; readonly members: object }[] = []
  const log: Log = {
    observe: () => {},
    say: (level, words, members = {}) => void lines.push({ level, words, members }),
  }
  return { lines, log }
}

/** A timer that tests let run out. */
function handTimer() {
  const running = new Map<object, { readonly milliseconds: number; readonly expire: () => void }>()
  const timer: StartTimer = (milliseconds, expire) => {
    const key = {}
    running.set(key, { milliseconds, expire })
    return () => void running.delete(key)
  }
  const runOut = () => {
    for (const { expire } of running.values()) expire()
  }
  return { timer, running, runOut }
}

/** What an API behind a guard got. */
type Received = {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** Starts an issuer, an API and a guard between them. */
export async function startWorld(
  t: TestContext,
  changes: {
    readonly config?: object
    readonly document?: object
    readonly api?: (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => void
  } = {},
) {
  const { issuer, token } = await startIssuer(t)
  const received: Received[] = []
  const { server, port: apiPort } = await serve(t, (incoming, outgoing) => void answer(incoming, outgoing))
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming)
    const { method = '', url = '', headers, rawHeaders } = incoming
    received.push({ method, target: url, headers, rawHeaders, body })
    if (changes.api) changes.api(incoming, outgoing, body)
    else outgoing.writeHead(200, { 'content-type': 'text/plain', 'x-from': 'api' }).end('from the API')
  }
  const folder = mkdtempSync(join(tmpdir(), 'ambit-guard-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'api.json'), JSON.stringify(changes.document ?? document))
  const config = checkGuardConfig({
    openapi: 'api.json',
    resource,
    issuers: [issuer],
    listen: '127.0.0.1:0',
    upstream: `http://127.0.0.1:${apiPort}`,
    ...changes.config,
  })
  const { lines, log } = keepLog()
  const clock = handTimer()
  const guard = await startGuard(config, await openDocument(config, folder), { log, timer: clock.timer })
  t.after(guard.close)
  const ask = (target: string, init: RequestInit = {}) => fetch(`${guard.origin}${target}`, init)
  const bearer = async (scope: string, claims: object = {}) => ({
    authorization: `Bearer ${await token(scope, claims)}`,
  })
  return { issuer, token, bearer, received, server, apiPort, guard, lines, ask, clock }
}
