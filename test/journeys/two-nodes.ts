import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import type { ServerEvent } from '@ambit/server'
import { defineConfig, type RunningServer, startServer } from 'ambit'
import { type HandTimer, handTimer } from '../../packages/ambit/src/serve/testing/hand-timer.ts'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { pkce, printFields } from '../attacks/target.ts'
import { type BrowserLike, openBrowser } from './browser-like.ts'
import { approve, pets, publicJwk, redirectUri, secret } from './running-server.ts'

/** The issuer of all nodes, which stands before them. */
export const issuer = 'https://as.example'

/** The stores that nodes can share, and why one cannot be had here. */
export const sharedStores = [
  { kind: 'sqlite', skip: false },
  { kind: 'postgres', skip: noDatabase },
] as const

/** What every node is started with, where a test changes nothing. */
export const nodeConfig = defineConfig({
  port: 0,
  issuer,
  log: { level: 'silent' },
  resources: [
    { resource: pets, name: 'Pet store', tokenFormat: 'jwt' },
    { resource: 'https://api.example/orders', name: 'Orders', tokenFormat: 'opaque' },
  ],
  catalogue: {
    scopes: {
      read_pets: { title: 'See pets', resource: pets },
      read_orders: { title: 'See orders', resource: 'https://api.example/orders' },
    },
  },
  clients: [
    {
      clientId: 'web',
      secret,
      redirectUris: [redirectUri],
      scope: ['openid', 'offline_access', 'read_pets', 'read_orders'],
      introspects: [pets, 'https://api.example/orders'],
    },
    { clientId: 'signed', jwks: { keys: [publicJwk] }, scope: ['read_pets'], grantTypes: ['client_credentials'] },
    { clientId: 'spa', redirectUris: [redirectUri], scope: ['openid', 'offline_access', 'read_pets'] },
    {
      clientId: 'tv',
      applicationType: 'native',
      scope: ['openid', 'offline_access', 'read_pets'],
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
  ],
  users: [{ username: 'ada', password: 'a password of some length' }],
  statusList: { window: 60 },
  features: { dpop: {}, pushedRequests: {}, deviceFlow: {} },
})

/** A node, its timers, and what it told. */
export type TestNode = RunningServer & {
  readonly timers: HandTimer
  readonly events: readonly ServerEvent[]
  /** Sends a form as a client with the common secret, or as another where the form says it. */
  readonly post: (path: string, form: Form, headers?: Readonly<Record<string, string>>) => Promise<Response>
}

/** Fields of a form. */
export type Form = Readonly<Record<string, string | undefined>>

/** Nodes with one store. Their clocks run, and can be moved together. */
export type Nodes = {
  /** Starts a node whose clock is so many seconds ahead. */
  readonly start: (ahead?: number, changes?: object) => Promise<TestNode>
  /** Moves all clocks. */
  readonly advance: (seconds: number) => void
  /** The right time, in seconds since the epoch. */
  readonly now: () => number
}

/** Prepares a shared store; what is started is closed when the test ends. */
export async function prepareNodes(t: TestContext, kind: (typeof sharedStores)[number]['kind']): Promise<Nodes> {
  return nodesOn(t, kind === 'postgres' ? await emptyDatabase() : 'ambit.db')
}

/** Prepares nodes on a store that a configuration names. */
export async function nodesOn(t: TestContext, store: string): Promise<Nodes> {
  const directory = await mkdtemp(join(tmpdir(), 'ambit-nodes-'))
  const running: RunningServer[] = []
  let moved = 0
  t.after(async () => {
    await Promise.all(running.map(each => each.close()))
    await rm(directory, { recursive: true })
  })
  const start: Nodes['start'] = async (ahead = 0, changes = {}) => {
    const millis = () => Date.now() + (moved + ahead) * 1_000
    const timers = handTimer()
    const events: ServerEvent[] = []
    const node = await startServer(
      { ...nodeConfig, ...changes, store },
      {
        directory,
        clock: { now: () => epochSeconds(millis() / 1_000), millis },
        timer: timers.timer,
        observe: event => void events.push(event),
      },
    )
    running.push(node)
    return { ...node, timers, events, post: (path, form, headers) => post(node.origin, path, form, headers) }
  }
  return {
    start,
    advance: seconds => {
      moved += seconds
    },
    now: () => Math.floor(Date.now() / 1_000 + moved),
  }
}

async function post(
  origin: string,
  path: string,
  form: Form,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const own = form['client_id'] === undefined ? { authorization: basicHeader('web', secret) } : {}
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { ...type, ...own, ...headers },
    body: printFields(form),
  })
}

/** A browser whose requests go to one node after the other, as a load balancer would send them. */
export function balancedBrowser(nodes: readonly TestNode[]): BrowserLike {
  let count = 0
  const send = (request: Request) => {
    const node = nodes[count++ % nodes.length]
    const url = new URL(request.url)
    return fetch(new Request(`${node?.origin}${url.pathname}${url.search}`, request))
  }
  return openBrowser(send, [issuer])
}

/** The address of an authorization request that is right, with changes. */
export function authorizationUrl(changes: Form = {}): URL {
  const parameters = {
    response_type: 'code',
    client_id: 'web',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read_pets',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
    ...changes,
  }
  return new URL(`${issuer}/authorize?${printFields(parameters)}`)
}

/** The code for which a browser goes through login and consent, as far as they are shown. */
export async function obtainCode(browser: BrowserLike, changes: Form = {}): Promise<string> {
  const left = await approve(browser, authorizationUrl(changes))
  const code = left.searchParams.get('code')
  if (code === null) throw new Error(`no code came back: ${left.href}`)
  return code
}

/** The form that redeems a code. */
export function codeForm(code: string, changes: Form = {}): Form {
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier, ...changes }
}

/** What a token response holds. */
export type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly id_token: string }

/** The tokens of a response that must be a success. */
export async function tokensOf(response: Response): Promise<Tokens> {
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
  return JSON.parse(text) as Tokens
}

/** Status and error of a response, such as `400 invalid_grant`; `200` for a success. */
export async function outcomeOf(response: Response): Promise<string> {
  const text = await response.text()
  return response.status === 200 ? '200' : `${response.status} ${(JSON.parse(text) as { error: string }).error}`
}
