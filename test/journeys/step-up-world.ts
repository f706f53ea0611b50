import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { HeldToken, TokenAsk, TokenSource } from '@ambit/client'
import { authorizationParameters } from '@ambit/client'
import { epochSeconds } from '@ambit/protocol'
import { createGuard, discoverIssuer } from '@ambit/resource'
import { accessOf, expressGuard } from '@ambit/resource/express'
import { defineScopes } from '@ambit/scope'
import { type Clock, timeBasedCodes } from '@ambit/server'
import { defineConfig, type RunningServer, startServer } from 'ambit'
import express from 'express'
import { codeOf } from '../../packages/ambit/src/cli/testing/authenticator.ts'
import { type BrowserLike, type Changes, formWith, type Landing, openBrowser } from './browser-like.ts'
import { journeyStore } from './journey-store.ts'

/** The level of a login with a one-time code. */
export const otp = 'urn:ambit:acr:otp'

const pets = 'https://api.example/pets'
const redirectUri = 'https://app.example/callback'
const secret = 'a secret of the tests'
const sealingKey = 'k'.repeat(43)
const user = { username: 'ada', password: 'a password of some length' }
const scopes = { read_pets: { resource: pets }, write_pets: { resource: pets }, wipe_pets: { resource: pets } } as const

/** A clock that tests put forward; it shows the machine's time until then. */
export type Watch = Clock & { readonly advance: (seconds: number) => void }

/** A watch that goes with the machine's clock. */
export function startWatch(): Watch {
  let ahead = 0
  return {
    now: () => epochSeconds(Date.now() / 1000 + ahead),
    millis: () => Date.now() + ahead * 1000,
    advance: seconds => {
      ahead += seconds
    },
  }
}

/** An authorization server whose user has an authenticator app. */
export async function startIssuer(clock: Watch) {
  const server = await startServer(
    defineConfig({
      port: 0,
      store: await journeyStore('memory'),
      log: { level: 'silent' },
      resources: [{ resource: pets, accessTokenTtl: 3600 }],
      catalogue: { scopes },
      clients: [
        { clientId: 'web', secret, redirectUris: [redirectUri], scope: ['read_pets', 'write_pets', 'wipe_pets'] },
      ],
      users: [user],
      oneTimeCodes: true,
      keys: { sealingKey },
    }),
    { clock },
  )
  const record = await server.store.findUserByName(user.username)
  if (record === undefined) throw new Error('the user is missing')
  const app = timeBasedCodes(sealingKey).enrol(record.userId)
  await server.store.saveUser({ ...record, oneTimeCode: { sealedSecret: app.sealedSecret, enrolledAt: clock.now() } })
  return { server, code: () => codeOf(app.secret, clock.now()) }
}

/** An API whose operations want more and more. */
export async function startApi(issuer: string, clock: Watch) {
  const trusted = discoverIssuer(issuer, { clock })
  const guard = createGuard({ issuers: [trusted], resource: pets, catalogue: defineScopes({ scopes }), clock })
  const protect = expressGuard(guard)
  const tell: express.RequestHandler = (request, response) => {
    const { scope, acr } = accessOf(request)
    response.json({ scope: scope.tokens, acr })
  }
  const app = express()
    .get('/pets', protect('read_pets'), tell)
    .post('/pets', protect('write_pets'), tell)
    .put('/pets', protect({ scope: 'read_pets', maxAge: 300 }), tell)
    .delete('/pets', protect({ scope: 'wipe_pets', acr: otp }), tell)
    .get('/never', (_request, response) => {
      const challenge = 'Bearer error="insufficient_user_authentication", max_age="1"'
      response.status(401).set('www-authenticate', challenge).end()
    })
    .listen(0, '127.0.0.1')
  await once(app, 'listening')
  return { origin: `http://127.0.0.1:${(app.address() as AddressInfo).port}`, close: () => app.close() }
}

/** A client with a browser, in which a user does what the pages ask. */
export type Client = {
  readonly tokens: TokenSource
  /** What was asked of the source. */
  readonly asks: readonly TokenAsk[]
  /** The pages that were shown, with the scope that the consent page asked for. */
  readonly pages: readonly string[]
}

/** Opens a client of the server; `changes` are what the user changes on the consent page. */
export function openClient(server: RunningServer, code: () => string, changes: Changes = {}): Client {
  const browser = openBrowser(fetch, [server.origin])
  const asks: TokenAsk[] = []
  const pages: string[] = []
  let held: HeldToken | undefined
  const obtain = async (ask: TokenAsk): Promise<HeldToken | undefined> => {
    asks.push(ask)
    const { url, verifier } = await authorizationUrl(server, ask)
    const left = await walk(browser, url, { pages, code, changes })
    held = await redeem(server, left.searchParams.get('code') ?? fail(left), verifier)
    return held
  }
  return { tokens: { current: () => held, obtain }, asks, pages }
}

function fail(left: URL): never {
  throw new Error(`no code came: ${left.search}`)
}

async function authorizationUrl({ issuer }: RunningServer, ask: TokenAsk) {
  const verifier = crypto.randomUUID() + crypto.randomUUID()
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const url = new URL(`${issuer}/authorize`)
  url.search = new URLSearchParams({
    client_id: 'web',
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge: Buffer.from(digest).toString('base64url'),
    code_challenge_method: 'S256',
    ...authorizationParameters(ask),
  }).toString()
  return { url, verifier }
}

type Acting = { readonly pages: string[]; readonly code: () => string; readonly changes: Changes }

/** Does what each page asks, until the browser leaves. */
async function walk(browser: BrowserLike, url: URL, { pages, code, changes }: Acting): Promise<URL> {
  let landing = await browser.open(url)
  while (landing.left === undefined) {
    const { field, filled, asked } = actOn(landing, { code, changes })
    pages.push(`${landing.url.pathname}${asked}`)
    landing = await browser.submit(landing, filled, formWith(landing, field))
  }
  return landing.left
}

function actOn(landing: Landing, { code, changes }: Omit<Acting, 'pages'>) {
  const { pathname } = landing.url
  if (pathname === '/login') return { field: 'username', filled: user, asked: '' }
  if (pathname === '/login/code') return { field: 'code', filled: { code: code() }, asked: '' }
  if (pathname !== '/consent') throw new Error(`nobody knows what to do at ${landing.url.href}:\n${landing.html}`)
  const { choices } = formWith(landing, 'decision')
  return {
    field: 'decision',
    filled: { decision: 'allow', ...changes },
    asked: ` ${choices['scope']?.join(' ') ?? ''}`,
  }
}

async function redeem({ issuer }: RunningServer, code: string, verifier: string): Promise<HeldToken> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const headers = { authorization: `Basic ${btoa(`web:${secret.replaceAll(' ', '+')}`)}` }
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
  const answer = (await response.json()) as { readonly access_token?: string; readonly scope?: string }
  if (answer.access_token === undefined) throw new Error(JSON.stringify(answer))
  return { accessToken: answer.access_token, ...(answer.scope !== undefined && { scope: answer.scope }) }
}
