// RFC 7009
import { type HttpResponse, jwtTypes, noStore, type Refusal, refuse } from '@ambit/protocol'
import type { Endpoint, ServerContext } from '../context.ts'
import { findAccessToken } from '../issue/find-access-token.ts'
import { locateSecret } from '../secret.ts'
import { answerClient, type ClientEndpoint, type ClientRequest } from './answer.ts'
import { allMethods, assertionAlgorithms } from './client-metadata.ts'

/** The revocation endpoint. @spec RFC 7009 §2 */
export const revocationEndpoint: Endpoint = {
  path: '/revoke',
  methods: ['POST'],
  isCrossOrigin: true,
  handle: (context, exchange) => answerClient(context, exchange, rules),
  metadata: context => ({
    revocation_endpoint: context.url('/revoke'),
    revocation_endpoint_auth_methods_supported: allMethods(context),
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms(context),
  }),
}

const rules: ClientEndpoint = { place: 'revocation', respond }

const done: HttpResponse = { status: 200, headers: noStore, body: '' }

const strangersToken = 'the token was issued to another client'

type RevocationRefusal = Refusal<'invalid_request' | 'unauthorized_client' | 'unsupported_token_type'>

/**
 * Revokes a token of the client that asks. A refresh token takes its whole authorization with it, an access token only
 * itself. The hint is not needed: a token's own shape says what it can be.
 * @spec RFC 7009 §2.1, §2.2
 * @errors invalid_request: no token; unauthorized_client: another client's token; unsupported_token_type: an ID token
 */
async function respond(context: ServerContext, request: ClientRequest): Promise<HttpResponse | RevocationRefusal> {
  const token = request.form.get('token')
  if (token === undefined) return refuse('invalid_request', '`token` is missing')
  const answer =
    (await revokeAccessToken(context, request, token)) ?? (await revokeRefreshToken(context, request, token))
  if (answer) return answer
  if (await context.signer.verifyOwn(token, jwtTypes.idToken))
    return refuse('unsupported_token_type', 'an ID token cannot be revoked: it is a statement, not a key')
  return done
}

async function revokeAccessToken(
  context: ServerContext,
  request: ClientRequest,
  token: string,
): Promise<HttpResponse | RevocationRefusal | undefined> {
  const found = await findAccessToken(context, token)
  if (!found) return undefined
  if (found.record.clientId !== request.client.clientId) return refuse('unauthorized_client', strangersToken)
  await context.store.revokeAccessToken(found.record.ref, context.clock.now())
  return tell(context, request, 'access_token')
}

async function revokeRefreshToken(
  context: ServerContext,
  request: ClientRequest,
  token: string,
): Promise<HttpResponse | RevocationRefusal | undefined> {
  const ref = locateSecret(context.crypto, 'refresh_token', token)
  const found = ref && (await context.store.findSpendable(ref, 'refresh_token'))
  if (!found) return undefined
  if (found.record.clientId !== request.client.clientId) return refuse('unauthorized_client', strangersToken)
  await context.store.revokeFamilies({ familyId: found.record.familyId }, context.clock.now())
  return tell(context, request, 'refresh_token')
}

function tell(
  context: ServerContext,
  { client, exchange }: ClientRequest,
  of: 'access_token' | 'refresh_token',
): HttpResponse {
  context.observe({ kind: 'token.revoked', requestId: exchange.requestId, clientId: client.clientId, of })
  return done
}
