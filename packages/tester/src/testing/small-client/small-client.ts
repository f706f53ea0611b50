// RFC 6749 §4.1; RFC 7636 §4; OpenID Connect Core §3.1.3.7
import { createHash, randomBytes } from 'node:crypto'
import { splitJws } from '../../node/forge-jws.ts'
import { getDocument, postForm, withQuery } from '../../tokens/endpoint-request.ts'
import { parseJsonObject, textIn } from '../../tokens/json-object.ts'
import {
  fieldValue,
  type HeaderField,
  type ReceivedResponse,
  type Send,
  type SentRequest,
  withField,
} from '../../wire/exchange.ts'
import { isSignedBy, splitToken } from '../planted-api/verify-signature.ts'
import { isObject } from '../planted-api/world.ts'
import type { MistakeName } from './mistakes.ts'

/** What a small client is made with. */
export type SmallClientParts = {
  readonly origin: string
  /** The server that it trusts. */
  readonly issuer: string
  readonly send: Send
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly mistakes: ReadonlySet<MistakeName>
}

type Login = { readonly browser: string; readonly nonce: string; readonly verifier: string; isUsed: boolean }
type Shop = { readonly parts: SmallClientParts; readonly logins: Map<string, Login>; count: number; shown: string }

/** A web client in one function, careful but for its mistakes. */
export function createSmallClient(parts: SmallClientParts): (request: SentRequest) => Promise<ReceivedResponse> {
  const shop: Shop = { parts, logins: new Map(), count: 0, shown: '' }
  return async request => {
    const { pathname, searchParams } = new URL(`${request.origin}${request.target}`)
    if (pathname === '/login') return begin(request, shop)
    if (pathname === '/callback') return finish(request, searchParams, shop)
    return pathname === '/home' ? page(`Home ${shop.shown}`) : page('Nothing here', 404)
  }
}

function random(): string {
  return randomBytes(32).toString('base64url')
}

function begin(request: SentRequest, shop: Shop): ReceivedResponse {
  const { origin, issuer, mistakes } = shop.parts
  const browser = browserOf(request) ?? random()
  shop.count += 1
  const made = mistakes.has('state-counted') ? `state-of-login-number-${1000 + shop.count}` : random()
  const state = mistakes.has('state-constant') ? 'always-the-same-state-0123456789' : made
  const nonce = mistakes.has('nonce-constant') ? 'always-the-same-nonce-0123456789' : random()
  const verifier = random()
  shop.logins.set(state, { browser, nonce, verifier, isUsed: false })
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = mistakes.has('plain-pkce')
    ? [['code_challenge', verifier] as const]
    : [['code_challenge', challenge] as const, ['code_challenge_method', 'S256'] as const]
  const address = withQuery(`${issuer}/authorize`, [
    ['response_type', 'code'],
    ['client_id', 'small'],
    ['redirect_uri', `${origin}/callback`],
    ['scope', mistakes.has('greedy') ? 'openid read write' : 'openid read'],
    ['state', state],
    ['nonce', nonce],
    ...(mistakes.has('no-pkce') ? [] : pkce),
  ])
  return redirect(address, [['set-cookie', `browser=${browser}; Path=/; HttpOnly; Secure; SameSite=Lax`]])
}

function browserOf(request: SentRequest): string | undefined {
  return /(?:^|; )browser=([^;]+)/.exec(fieldValue(request.headers, 'cookie') ?? '')?.[1]
}

async function finish(request: SentRequest, answer: URLSearchParams, shop: Shop): Promise<ReceivedResponse> {
  const { origin, issuer, send, mistakes } = shop.parts
  const login = loginOf(request, answer.get('state'), shop)
  if (login === undefined) return page('That login was not begun here', 400)
  const iss = answer.get('iss')
  const isIssFine = iss === issuer || (iss === null && mistakes.has('iss-optional')) || mistakes.has('iss-unchecked')
  if (!isIssFine) return page('That answer is of another server', 400)
  login.isUsed = true
  const exchange = await send(
    postForm(`${issuer}/token`, [
      ['grant_type', 'authorization_code'],
      ['code', answer.get('code') ?? ''],
      ['redirect_uri', `${origin}/callback`],
      ['client_id', 'small'],
      ...(mistakes.has('no-pkce') || mistakes.has('verifier-forgotten')
        ? []
        : [['code_verifier', login.verifier] as const]),
    ]),
  )
  const tokens =
    exchange.kind === 'answered' && exchange.response.status === 200
      ? parseJsonObject(exchange.response.body)
      : undefined
  const token = tokens && textIn(tokens, 'access_token')
  if (tokens === undefined || token === undefined) return page('The login failed', 502)
  if (!(await isFine(textIn(tokens, 'id_token') ?? '', login, shop))) return page('The login is not yours', 400)
  return welcome(token, textIn(tokens, 'scope') ?? '', shop)
}

function loginOf(request: SentRequest, state: string | null, { logins, parts: { mistakes } }: Shop): Login | undefined {
  const known = logins.get(state ?? '')
  if (mistakes.has('state-unchecked')) return known ?? [...logins.values()].at(-1)
  if (known === undefined || (known.isUsed && !mistakes.has('state-reusable'))) return undefined
  return known.browser === browserOf(request) || mistakes.has('state-unbound') ? known : undefined
}

/** @spec OpenID Connect Core §3.1.3.7 */
async function isFine(idToken: string, login: Login, { parts }: Shop): Promise<boolean> {
  const { issuer, mistakes, now, send } = parts
  const claims = splitJws(idToken)?.payload ?? {}
  const exchange = await send(getDocument(`${issuer}/jwks`))
  const keys = exchange.kind === 'answered' ? (parseJsonObject(exchange.response.body)?.['keys'] ?? []) : []
  const jws = splitToken(idToken)
  const isSigned =
    jws?.header['alg'] === 'ES256' &&
    Array.isArray(keys) &&
    keys.filter(isObject).some(key => isSignedBy(key, 'ES256', jws))
  const { iss, aud, exp, nonce } = claims
  if (!isSigned && !mistakes.has('signature-unchecked')) return false
  if (iss !== issuer && !mistakes.has('issuer-unchecked')) return false
  if (aud !== 'small' && !mistakes.has('aud-unchecked')) return false
  if (nonce !== login.nonce && !mistakes.has('nonce-unchecked')) return false
  return mistakes.has('expiry-unchecked') || (typeof exp === 'number' && exp > now() / 1000)
}

async function welcome(token: string, scope: string, shop: Shop): Promise<ReceivedResponse> {
  const { issuer, mistakes, send } = shop.parts
  const hasAll = scope.split(' ').includes('read')
  if (!hasAll && mistakes.has('breaks-on-less')) return page('Something went wrong', 500)
  if (!hasAll && mistakes.has('asks-again')) return redirect(`${issuer}/authorize?client_id=small`)
  const address = `${issuer}/userinfo`
  await send(
    mistakes.has('token-in-query')
      ? getDocument(withQuery(address, [['access_token', token]]))
      : withField(getDocument(address), ['authorization', `Bearer ${token}`]),
  )
  if (mistakes.has('stays-at-callback')) return page('Home')
  const cookie: readonly HeaderField[] = mistakes.has('token-in-cookie')
    ? [['set-cookie', `token=${token}; Path=/`]]
    : []
  if (mistakes.has('token-in-address')) return redirect(`/home?token=${token}`)
  if (mistakes.has('token-in-page')) shop.shown = token
  return redirect('/home', cookie)
}

function page(words: string, status = 200): ReceivedResponse {
  const body = `<!doctype html><html lang="en"><head><title>${words.split(' ')[0]}</title></head><body><p>${words}</p></body></html>`
  return { status, headers: [['content-type', 'text/html; charset=utf-8']], body, isCut: false }
}

function redirect(location: string, headers: readonly HeaderField[] = []): ReceivedResponse {
  return { status: 303, headers: [['location', location], ...headers], body: '', isCut: false }
}
