import { createHash } from 'node:crypto'
import type { HttpResponse } from '@ambit/protocol'
import { type AmbitServer, createServer } from '@ambit/server'
import { fetchHandler } from '../../packages/ambit/src/edge/fetch.ts'
import { createPages } from '../../packages/ambit/src/pages/pages.ts'
import { clientSecret, password, redirectUri } from '../../packages/server/src/testing/clients.ts'
import { basicHeader, request } from '../../packages/server/src/testing/requests.ts'
import { type TestWorld, testWorld, type WorldOverrides } from '../../packages/server/src/testing/world.ts'
import {
  type BrowserLike,
  type Changes,
  formWith,
  type Landing,
  openBrowser,
  type Send,
} from '../journeys/browser-like.ts'
import { openJourneyStore } from '../journeys/journey-store.ts'

export { inventory, pets } from '../../packages/server/src/testing/catalogue.ts'
export { clientSecret, clients, password, redirectUri, users } from '../../packages/server/src/testing/clients.ts'

/** Where the attacked server is. */
export const issuer = 'https://as.example'

/** Parameters or fields; a list is sent as often as it has values. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>

/** A server with its real pages, in this process, with a clock that the test moves. */
export type Target = {
  readonly world: TestWorld
  readonly server: AmbitServer
  readonly send: Send
  /** Sends a request value past the edges, for what no edge lets through. */
  readonly handle: (parts: Parameters<typeof request>[0]) => Promise<HttpResponse>
  readonly openBrowser: () => BrowserLike
  readonly post: (path: string, form: Form, client?: Caller) => Promise<Answer>
}

/** Who calls: a client by name with the right secret, or a public client, or whatever the headers say. */
export type Caller = string | { readonly publicClient: string } | { readonly headers: Readonly<Record<string, string>> }

/** A JSON answer of an endpoint. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Starts a target; everything of the test world can be changed. */
export async function startTarget(overrides: WorldOverrides = {}): Promise<Target> {
  const world = await testWorld({ pages: createPages(), ...(await openJourneyStore()), ...overrides })
  const server = createServer(world.options)
  const base = { world, server, handle: (parts: Parameters<typeof request>[0]) => server.handle(request(parts)) }
  return behind(base, fetchHandler(server.handle, { remoteAddress: () => '192.0.2.1' }))
}

/** The same server, reached in another way. */
export function behind(target: Pick<Target, 'world' | 'server' | 'handle'>, send: Send): Target {
  return {
    ...target,
    send,
    openBrowser: () => openBrowser(send, [issuer]),
    post: (path, form, client = 'web') => post(send, { path, form, client }),
  }
}

async function post(
  send: Send,
  { path, form, client }: { readonly path: string; readonly form: Form; readonly client: Caller },
): Promise<Answer> {
  const publicClient = typeof client === 'object' && 'publicClient' in client ? { client_id: client.publicClient } : {}
  const body = printFields({ ...publicClient, ...form })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...headersOf(client) }
  return readAnswer(await send(new Request(issuer + path, { method: 'POST', headers, body })))
}

function headersOf(client: Caller): Readonly<Record<string, string>> {
  if (typeof client === 'string') return { authorization: basicHeader(client, clientSecret) }
  return 'headers' in client ? client.headers : {}
}

/** Reads an answer, JSON or not. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, body: isJson ? parseObject(text) : {}, text }
}

/** The members of a JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** A code verifier, and the challenge that belongs to it. @spec RFC 7636 §4.2 */
export const pkce = pair('the-verifier-of-the-honest-client-is-long-enough')

/** A verifier with its S256 challenge. */
export function pair(verifier: string): { readonly verifier: string; readonly challenge: string } {
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** The URL of an authorization request of `web`; `undefined` leaves a parameter out. */
export function authorizationUrl(changes: Form = {}): string {
  const parameters = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: redirectUri,
    scope: 'read_pets',
    state: 'state-1',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  return `${issuer}/authorize?${printFields(parameters)}`
}

/** Logs in where a login page is shown. */
export async function logIn(browser: BrowserLike, landing: Landing, username = 'alice'): Promise<Landing> {
  return browser.submit(landing, { username, password }, formWith(landing, 'username'))
}

/** Answers the consent page. */
export async function consent(browser: BrowserLike, landing: Landing, changes: Changes = {}): Promise<Landing> {
  return browser.submit(landing, { decision: 'allow', ...changes }, formWith(landing, 'decision'))
}

/** Opens an authorization request, logs in and allows where that is asked, and answers where the browser is sent. */
export async function authorize(browser: BrowserLike, changes: Form = {}): Promise<URL> {
  let landing = await browser.open(authorizationUrl(changes))
  if (landing.left === undefined && landing.url.pathname === '/login') landing = await logIn(browser, landing)
  if (landing.left === undefined && landing.url.pathname === '/consent') landing = await consent(browser, landing)
  if (landing.left === undefined) throw new Error(`the browser stays at ${landing.url.href}:\n${landing.html}`)
  return landing.left
}

/** A code of a whole authorization by a fresh browser. */
export async function obtainCode(target: Target, changes: Form = {}): Promise<string> {
  const code = (await authorize(target.openBrowser(), changes)).searchParams.get('code')
  if (code === null) throw new Error('the authorization response has no code')
  return code
}

/** The form that redeems a code of `web`. */
export function redemption(code: string, changes: Form = {}): Form {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: pkce.verifier,
    ...changes,
  }
}

/** Tokens of a whole code flow. */
export async function obtainTokens(
  target: Target,
  changes: Form = {},
  client: Caller = 'web',
): Promise<Readonly<Record<string, string>>> {
  return tokensOf(await target.post('/token', redemption(await obtainCode(target, changes)), client))
}

/** The members of a token response, which must be a success. */
export function tokensOf(answer: Answer): Readonly<Record<string, string>> {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return Object.fromEntries(Object.entries(answer.body).map(([name, value]) => [name, String(value)]))
}

/** Whether the server calls a token good, asked by the client it was issued to. */
export async function isActive(target: Target, token: string | undefined, client = 'web'): Promise<boolean> {
  const { body } = await target.post('/introspect', { token }, client)
  return body['active'] === true
}

/** Percent-encodes fields, lists as often as they have values. */
export function printFields(fields: Form): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : value === undefined ? [] : [value]).map(each => [name, each]),
  )
  return new URLSearchParams(pairs).toString()
}
