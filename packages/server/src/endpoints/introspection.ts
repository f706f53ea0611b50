// RFC 7662
import { type HttpResponse, json, noStore, type Refusal, refuse } from '@ambit/protocol'
import { subjectFor } from '../claims/subject.ts'
import type { Endpoint, ServerContext } from '../context.ts'
import { actorClaim } from '../issue/access-token-claims.ts'
import { findAccessToken } from '../issue/find-access-token.ts'
import { stateOfAccessToken, stateOfSpendable } from '../issue/standing.ts'
import type { AccessTokenRecord, RefreshTokenRecord } from '../ports/records.ts'
import { locateSecret } from '../secret.ts'
import { answerClient, type ClientEndpoint, type ClientRequest } from './answer.ts'
import { assertionAlgorithms, confidentialMethods } from './client-metadata.ts'

/** The introspection endpoint. @spec RFC 7662 §2 */
export const introspectionEndpoint: Endpoint = {
  path: '/introspect',
  methods: ['POST'],
  handle: (context, exchange) => answerClient(context, exchange, rules),
  metadata: context => ({
    introspection_endpoint: context.url('/introspect'),
    introspection_endpoint_auth_methods_supported: confidentialMethods(context),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms(context),
  }),
}

const rules: ClientEndpoint = { place: 'introspection', respond }

/** What introspection says of a token. @spec RFC 7662 §2.2 */
type Introspected = Readonly<Record<string, unknown>>

/** All that is said of a token that is not good, or not this client's business. @spec RFC 7662 §2.2 */
const inactive: Introspected = { active: false }

/**
 * Tells what a token is. The hint is not needed: a token's own shape says what it can be.
 * @spec RFC 7662 §2.1, §2.2
 * @errors invalid_client: a public client, which anybody could pretend to be; invalid_request: no token
 */
async function respond(
  context: ServerContext,
  { exchange, form, client }: ClientRequest,
): Promise<HttpResponse | Refusal<'invalid_client' | 'invalid_request'>> {
  if (client.authenticationMethod === 'none')
    return refuse('invalid_client', 'a public client cannot introspect: it cannot prove who it is')
  const token = form.get('token')
  if (token === undefined) return refuse('invalid_request', '`token` is missing')
  const claims =
    (await introspectAccessToken(context, client, token)) ?? (await introspectRefreshToken(context, client, token))
  for (const format of context.mounted.formatIntrospection) {
    const formatted = await format(context, { exchange, client, claims })
    if (formatted) return formatted
  }
  return json(200, claims, noStore)
}

async function introspectAccessToken(
  context: ServerContext,
  client: ClientRequest['client'],
  token: string,
): Promise<Introspected | undefined> {
  const found = await findAccessToken(context, token)
  if (!found) return undefined
  const { record } = found
  const isOwn = record.clientId === client.clientId
  if (!isOwn && !record.audience.some(resource => client.introspects.includes(resource))) return inactive
  if ((await stateOfAccessToken(context, found)) !== 'active') return inactive
  return describe(context, record, {
    token_type: record.confirmation?.jkt === undefined ? 'Bearer' : 'DPoP',
    aud: audienceOf(record),
    cnf: record.confirmation,
    authorization_details: record.details,
    act: record.actor && actorClaim(record.actor),
    may_act: record.mayAct && { sub: record.mayAct },
    ...(record.userId === undefined && record.consentOf !== undefined && { sub: record.consentOf }),
    acr: record.acr,
    auth_time: record.authTime,
  })
}

/** A refresh token is only its own client's business. */
async function introspectRefreshToken(
  context: ServerContext,
  client: ClientRequest['client'],
  token: string,
): Promise<Introspected> {
  const ref = locateSecret(context.crypto, 'refresh_token', token)
  const found = ref && (await context.store.findSpendable(ref, 'refresh_token'))
  if (found?.record.kind !== 'refresh_token' || found.record.clientId !== client.clientId) return inactive
  if (stateOfSpendable(context, found) !== 'active') return inactive
  const { record } = found
  return describe(context, record, { token_type: 'refresh_token', acr: record.acr, auth_time: record.authTime })
}

/** @spec RFC 7662 §2.2 */
async function describe(
  context: ServerContext,
  record: AccessTokenRecord | RefreshTokenRecord,
  more: Introspected,
): Promise<Introspected> {
  const { userId, clientId, scope, issuedAt, expiresAt } = record
  const issuedTo = userId && (await context.store.findClient(clientId))
  if (userId && !issuedTo) return inactive
  const sub = userId && issuedTo ? await subjectFor(context, issuedTo, userId) : clientId
  const claims = { client_id: clientId, sub, iss: context.issuer, iat: issuedAt, exp: expiresAt }
  return { active: true, ...(scope !== '' && { scope }), ...claims, ...more }
}

function audienceOf({ audience }: AccessTokenRecord): string | readonly string[] {
  const [only, ...others] = audience
  return only !== undefined && others.length === 0 ? only : audience
}
