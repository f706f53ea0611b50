// RFC 6749 §4.1, RFC 7636
import { createHash, randomBytes } from 'node:crypto'
import { app, type BenchClient, redirectUri, resources, scope } from '../registration.ts'
import { type Browser, openBrowser } from './browser.ts'
import type { Connection } from './connection.ts'
import { expectEs256, expectMember, expectStatus } from './expect.ts'
import { get, post, type Surface } from './request.ts'
import type { Prepare } from './step.ts'

/** The path and query of an authorization request, and the verifier that its code needs. */
export type AuthorizationRequest = { readonly target: string; readonly verifier: string }

/** Makes an authorization request with a fresh verifier and state, and a nonce where OpenID Connect is asked for. */
export function authorizationRequest(surface: Surface, client: BenchClient, scopes: string): AuthorizationRequest {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: scopes,
    resource: resources.jwt,
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  if (scopes.startsWith('openid')) query.set('nonce', randomBytes(16).toString('base64url'))
  return { target: `${surface.authorization}?${query}`, verifier }
}

/** The code in a redirect to the app; throws where it is an error. */
export function codeOf(location: string): string {
  const code = new URL(location).searchParams.get('code')
  if (!code) throw new Error(`no code in the redirect to ${location}`)
  return code
}

/** A code and the verifier that it was asked for with. */
export type Redeemed = { readonly code: string; readonly verifier: string }

/** The request that redeems a code. */
export function redemption(surface: Surface, client: BenchClient, { code, verifier }: Redeemed): string {
  return post(surface, surface.token, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    resource: resources.jwt,
    client_id: client.id,
    client_secret: client.secret,
  })
}

/** The flow with session and consent existing: `GET` of the authorization endpoint, then `POST` of the code; gives an access token and an ID token. */
export const prepareAuthorizationCode: Prepare = prepareFlow(false)

/** The same where the request is pushed first, and the browser brings a reference to it. */
export const preparePushedCode: Prepare = prepareFlow(true)

function prepareFlow(isPushed: boolean): Prepare {
  return async (surface, connections) => {
    const scopes = `openid ${scope}`
    const browsers: Browser[] = []
    while (browsers.length < connections) {
      const browser = openBrowser()
      const { target } = authorizationRequest(surface, app, scopes)
      codeOf(await browser.visit(surface.origin + target, redirectUri))
      browsers.push(browser)
    }
    return browsers.map(browser => {
      const cookies = browser.cookies(surface.authorization)
      return (connection, isSampled) => flow(connection, { surface, cookies, scopes, isSampled, isPushed })
    })
  }
}

type Flow = {
  readonly surface: Surface
  readonly cookies: string
  readonly scopes: string
  readonly isSampled: boolean
  readonly isPushed: boolean
}

async function flow(connection: Connection, { surface, cookies, scopes, isSampled, isPushed }: Flow): Promise<void> {
  const { target, verifier } = authorizationRequest(surface, app, scopes)
  const reference = isPushed ? await push(connection, surface, target) : target
  const redirect = await connection.send(get(surface, reference, cookies))
  expectStatus(redirect, 302, 303)
  const location = /\r\nlocation: *([^\r]+)/i.exec(redirect.head)?.[1] ?? ''
  const answer = await connection.send(redemption(surface, app, { code: codeOf(location), verifier }))
  expectStatus(answer, 200)
  if (!isSampled) return
  expectEs256(expectMember(answer, 'access_token'))
  expectEs256(expectMember(answer, 'id_token'))
}

/** Pushes a request and gives what the browser brings instead. @spec RFC 9126 §2 */
async function push(connection: Connection, surface: Surface, target: string): Promise<string> {
  const parameters = new URLSearchParams(target.slice(target.indexOf('?') + 1))
  const form = { ...Object.fromEntries(parameters), client_id: app.id, client_secret: app.secret }
  const answer = await connection.send(post(surface, surface.pushed, form))
  expectStatus(answer, 201)
  const query = new URLSearchParams({ client_id: app.id, request_uri: expectMember(answer, 'request_uri') })
  return `${surface.authorization}?${query}`
}
