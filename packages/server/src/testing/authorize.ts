import { printForm } from '@ambit/protocol'
import { type AmbitServer, createServer } from '../server.ts'
import { type Arrival, hiddenFields, pageOf, type TestBrowser, testBrowser } from './browser.ts'
import { password, redirectUri } from './clients.ts'
import { type TestWorld, testWorld, type WorldOverrides } from './world.ts'

/** The pair of RFC 7636 App. B. */
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
/** The challenge of `verifier`. */
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** Parameters of an authorization request, with changes; `undefined` leaves one out. */
export type RequestChanges = Readonly<Record<string, string | readonly string[] | undefined>>

/** The query of an authorization request that is right, with changes. */
export function authorizationQuery(changes: RequestChanges = {}): string {
  const parameters: RequestChanges = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: redirectUri,
    scope: 'openid read_pets write_pets',
    state: 'the state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  return Object.entries(parameters)
    .flatMap(([name, value]) => (typeof value === 'object' ? value : [value]).map(each => printForm({ [name]: each })))
    .filter(pair => pair !== '')
    .join('&')
}

/** A server in a test world, and a browser in front of it. */
export type OpenedWorld = {
  readonly world: TestWorld
  readonly server: AmbitServer
  readonly browser: TestBrowser
  /** Opens the authorization endpoint with changes to the right request. */
  readonly authorize: (changes?: RequestChanges) => Promise<Arrival>
}

/** Starts a server in a test world. */
export async function openWorld(overrides: WorldOverrides = {}): Promise<OpenedWorld> {
  const world = await testWorld(overrides)
  const server = createServer(world.options)
  const browser = testBrowser(server.handle, new URL(world.options.issuer).origin)
  const { basePath } = server.context
  const authorize = (changes?: RequestChanges) => browser.open(`${basePath}/authorize?${authorizationQuery(changes)}`)
  return { world, server, browser, authorize }
}

/** Fills in the login page on which a browser has arrived. */
export function logIn(browser: TestBrowser, arrival: Arrival, username = 'alice'): Promise<Arrival> {
  return browser.post(basePathOf(arrival, 'login'), { ...hiddenFields(pageOf(arrival)), username, password })
}

/** Answers the consent page on which a browser has arrived. */
export function consent(browser: TestBrowser, arrival: Arrival, scope: readonly string[]): Promise<Arrival> {
  const fields = hiddenFields(pageOf(arrival))
  return browser.post(basePathOf(arrival, 'consent'), { ...fields, scope, decision: 'allow' })
}

/** The parameters that a client was sent, in the query or the fragment. */
export function sentParameters({ location }: Arrival): URLSearchParams {
  const url = new URL(location ?? 'missing:')
  return new URLSearchParams(url.hash === '' ? url.search : url.hash.slice(1))
}

function basePathOf(arrival: Arrival, page: string): string {
  const { basePath } = pageOf(arrival)['frame'] as { readonly basePath: string }
  return `${basePath}/${page}`
}
