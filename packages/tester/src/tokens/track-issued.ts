// RFC 6749 §5.1
import type { SecretLedger } from '../secret/secret.ts'
import type { ServerTarget, TestClient } from '../target/target.ts'
import { type Exchange, fieldValue, type Send, type SentRequest } from '../wire/exchange.ts'
import { parseJsonObject, textIn } from './json-object.ts'
import { endpointOf } from './server-access.ts'
import type { ManagedTokenSource } from './token-source.ts'

/** What tokens are noted with. */
export type TrackParts = {
  readonly server: ServerTarget
  readonly secrets: SecretLedger
  readonly source: Pick<ManagedTokenSource, 'adopt'>
}

/** A `Send` that notes the tokens in each answer of the token endpoint, so that none outlives the run. @spec RFC 6749 §5.1 */
export function trackIssued(send: Send, parts: TrackParts): Send {
  return async (request, options) => {
    const exchange = await send(request, options)
    if (isTokenRequest(request, parts.server)) note(exchange, parts)
    return exchange
  }
}

function isTokenRequest({ origin, target }: SentRequest, server: ServerTarget): boolean {
  const asked = `${origin}${target.replace(/[?#].*$/s, '')}`
  const endpoints = [undefined, ...server.clients].map(client => endpointOf(server, 'token_endpoint', client))
  return endpoints.some(
    endpoint => endpoint !== undefined && URL.parse(endpoint)?.href.replace(/[?#].*$/s, '') === asked,
  )
}

function note(exchange: Exchange, { server, secrets, source }: TrackParts): void {
  if (exchange.kind === 'failed') return
  const answer = parseJsonObject(exchange.response.body) ?? {}
  const client = clientOf(exchange.request, server)
  for (const [name, hint] of noted) {
    const text = textIn(answer, name)
    if (text === undefined) continue
    const token = secrets.secret(name === 'id_token' ? 'ID token' : name.replace('_', ' '), text)
    if (hint !== undefined && client !== undefined) source.adopt(token, hint, client)
  }
}

const noted = [
  ['access_token', 'access_token'],
  ['refresh_token', 'refresh_token'],
  ['id_token', undefined],
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
