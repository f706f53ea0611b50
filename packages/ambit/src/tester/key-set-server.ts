// RFC 7517 §5, §8.5.1
import { createServer } from 'node:http'
import type { ServedKeySet, TestIssuer } from '@ambit/tester'
import { isObject } from '../config/fields.ts'
import { listen } from '../serve/listen.ts'

/** A key set on a port of loopback. */
export type KeySetServer = ServedKeySet & {
  readonly url: string
  /** From now on the keys at this address stand in the set as well. */
  readonly include: (jwksUri: string) => void
  readonly close: () => Promise<void>
}

/** Serves the public keys of a test issuer at `/jwks`, those that are not retired; port 0 takes a free one. */
export async function openKeySet({ keys }: Pick<TestIssuer, 'keys'>, port: number): Promise<KeySetServer> {
  const shown: unknown[] = keys
    .filter(({ role }) => role !== 'retired')
    .map(({ kid, alg, role, key }) => ({ ...key.publicJwk, kid, alg, use: role === 'encryption' ? 'enc' : 'sig' }))
  let fetches = 0
  let included: string | undefined
  const server = createServer((_request, response) => {
    fetches += 1
    const asked = included === undefined ? Promise.resolve([]) : keysAt(included)
    void asked.then((others: readonly unknown[] | undefined) => {
      response.writeHead(others === undefined ? 503 : 200, { 'content-type': 'application/jwk-set+json' })
      response.end(JSON.stringify({ keys: [...(others ?? []), ...shown] }))
    })
  })
  const taken = await listen(server, { port, host: '127.0.0.1', setting: '`testIssuer.keySetPort`' })
  return {
    url: `http://127.0.0.1:${taken}/jwks`,
    include: jwksUri => {
      included = jwksUri
    },
    fetches: () => fetches,
    add: ({ kid, alg, publicJwk }) => void shown.push({ ...publicJwk, kid, alg, use: 'sig' }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Milliseconds until the server must have answered. */
const patience = 10_000

/** The keys of the server; `undefined` where it does not answer with any. */
async function keysAt(jwksUri: string): Promise<readonly unknown[] | undefined> {
  try {
    const signal = AbortSignal.timeout(patience)
    const answer: unknown = await (await fetch(jwksUri, { redirect: 'error', signal })).json()
    return isObject(answer) && Array.isArray(answer['keys']) ? answer['keys'] : undefined
  } catch {
    return undefined
  }
}
