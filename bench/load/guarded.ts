// RFC 6750 §2.1
import { makeTestKey, mintToken } from '../guard/issuer.ts'
import { guardedPath } from '../guard/servers/settings.ts'
import { expectStatus } from './expect.ts'
import type { PrepareAt, Step } from './step.ts'

/** More tokens than the fastest verifier sees in a whole run, so that none comes twice while it is remembered. */
const manyTokens = 150_000
const fewTokens = 256

/** The key of the run's issuer. */
export const testKey = makeTestKey()

/** Calls with tokens that the server has not seen before. */
export const prepareNewTokens = prepareCalls(manyTokens)
/** Calls with a few tokens, again and again. */
export const prepareKnownTokens = prepareCalls(fewTokens)

function prepareCalls(count: number): PrepareAt {
  let tokens: readonly string[] | undefined
  return async (origin, connections) => {
    tokens ??= Array.from({ length: count }, (_, at) => mintToken(testKey, at))
    const list = tokens
    let next = 0
    return Array.from({ length: connections }, (): Step => {
      return async connection => {
        next = (next + 1) % list.length
        expectStatus(await connection.send(requestWith(origin, list[next] ?? '')), 200)
      }
    })
  }
}

function requestWith(origin: string, token: string): string {
  return `GET ${guardedPath} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\nAuthorization: Bearer ${token}\r\n\r\n`
}
