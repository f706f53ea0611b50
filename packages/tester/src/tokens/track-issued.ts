// RFC 6749 §5.1
import type { SecretLedger } from '../secret/secret.ts'
import type { ServerTarget, TestClient } from '../target/target.ts'
import { type Exchange, fieldValue, type Send, type SentRequest } from '../wire/exchange.ts'
import { originsOf } from './front-channel.ts'
import { parseJsonObject, textIn } from './json-object.ts'
import { endpointOf } from './server-access.ts'
import type { ManagedTokenSource } from './token-source.ts'

/** What tokens are noted with. */
export type TrackParts = {
  readonly server: ServerTarget
  readonly secrets: SecretLedger
  readonly source: Pick<ManagedTokenSource, 'adopt'>
}

/**
 * A `Send` that remembers what opens something in each answer of the server, and notes the tokens that its token endpoint gave,
 * so that none outlives the run. @spec RFC 6749 §5.1
 */
export function trackIssued(send: Send, parts: TrackParts): Send {
  return async (request, options) => {
    const exchange = await send(request, options)
    if (isOfServer(request, parts.server)) note(exchange, parts)
    return exchange
  }
}

function isOfServer({ origin }: SentRequest, server: ServerTarget): boolean {
  return originsOf(server).has(origin) || tokenEndpoints(server).some(({ origin: own }) => own === origin)
}

function isTokenRequest({ origin, target }: SentRequest, server: ServerTarget): boolean {
  const asked = plainPath(target)
  return tokenEndpoints(server).some(({ origin: own, pathname }) => own === origin && plainPath(pathname) === asked)
}

function tokenEndpoints(server: ServerTarget): readonly URL[] {
  const endpoints = [undefined, ...server.clients].map(client => endpointOf(server, 'token_endpoint', client))
  return endpoints.flatMap(endpoint => URL.parse(endpoint ?? '') ?? [])
}

/** As a careless router reads it: `/Token/` is `/token`. */
function plainPath(target: string): string {
  const [path = ''] = target.toLowerCase().split(/[?#;]/)
  return path.split('/').filter(Boolean).join('/')
}

function note(exchange: Exchange, { server, secrets, source }: TrackParts): void {
  if (exchange.kind === 'failed') return
  const answer = parseJsonObject(exchange.response.body) ?? {}
  const client = isTokenRequest(exchange.request, server) ? clientOf(exchange.request, server) : undefined
  for (const [name, kind, hint] of noted) {
    const text = textIn(answer, name)
    if (text === undefined) continue
    const secret = secrets.secret(kind, text)
    if (hint !== undefined && client !== undefined) source.adopt(secret, hint, client)
  }
}

/** Members of answers that open something, and which of them is revoked at the end. */
const noted = [
  ['access_token', 'access token', 'access_token'],
  ['refresh_token', 'refresh token', 'refresh_token'],
  ['id_token', 'ID token', undefined],
  ['client_secret', 'client secret', undefined],
  ['registration_access_token', 'registration access token', undefined],
  ['device_code', 'device code', undefined],
] as const

/** Whose request it was: by `client_id` in the form, else by the name in `Authorization`, else the first client. */
function clientOf({ body = '', headers }: SentRequest, { clients }: ServerTarget): TestClient | undefined {
  const named = new URLSearchParams(body).get('client_id') ?? basicName(fieldValue(headers, 'authorization'))
  return clients.find(({ clientId }) => clientId === named) ?? clients[0]
}

function basicName(authorization: string | undefined): string | undefined {
  const credentials = /^basic\s+([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
  if (credentials === undefined) return undefined
  try {
    const name = atob(credentials).split(':')[0] ?? ''
    return new URLSearchParams(`name=${name}`).get('name') ?? undefined
  } catch {
    return undefined
  }
}
