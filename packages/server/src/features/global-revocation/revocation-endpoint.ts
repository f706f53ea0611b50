// Global Token Revocation (draft-parecki-oauth-global-token-revocation-06)
import { type HttpResponse, isRefusal, noStore, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { authenticateClient } from '../../client/authenticate.ts'
import type { AuthenticatedClient } from '../../client/authenticated-client.ts'
import type { Endpoint, Exchange, ServerContext } from '../../context.ts'
import { confidentialMethods } from '../../endpoints/client-metadata.ts'
import { answerRefusal } from '../../endpoints/refusal.ts'
import { readCredentials, readJsonBody } from '../../json-body.ts'
import { endSessionsOf } from '../../session/session.ts'
import { findSubject, parseSubjectIdentifier, type SubjectIdentifier } from './subject-identifier.ts'

/** Who may end everything of a user. */
export type RevocationSettings = { readonly clients: readonly string[] }

type Sent = { readonly subject: SubjectIdentifier; readonly credentials: Parameters }

const mostCharacters = 16_384

/** The endpoint of the draft: JSON with `sub_id`, answered by 204. */
export function revocationEndpoint(settings: RevocationSettings): Endpoint {
  const path = '/global-token-revocation'
  return {
    path,
    methods: ['POST'],
    async handle(context, exchange) {
      const sent = readSent(exchange)
      if (isRefusal(sent)) return answerRefusal(context, exchange, { place: 'global_revocation', refusal: sent })
      const client = await authenticateClient(context, exchange, sent.credentials)
      const answer = isRefusal(client) ? client : await revoke(context, exchange, { settings, client, sent })
      if (!isRefusal(answer)) return answer
      const clientId = isRefusal(client) ? sent.credentials.get('client_id') : client.clientId
      return answerRefusal(context, exchange, { place: 'global_revocation', refusal: answer, clientId })
    },
    metadata: context => ({
      global_token_revocation_endpoint: context.url(path),
      global_token_revocation_endpoint_auth_methods_supported: confidentialMethods(context),
    }),
  }
}

function readSent({ request }: Exchange): Sent | Refusal<'invalid_request'> {
  const body = readJsonBody(request, mostCharacters)
  if (isRefusal(body)) return body
  const { sub_id: subject, ...members } = body.members
  const parsed = parseSubjectIdentifier(subject)
  if (isRefusal(parsed)) return parsed
  const credentials = readCredentials(members)
  return isRefusal(credentials) ? credentials : { subject: parsed, credentials }
}

type Revocation = { readonly settings: RevocationSettings; readonly client: AuthenticatedClient; readonly sent: Sent }

/**
 * Ends all sessions of a user, and everything that was issued in their name: refresh tokens, access tokens where somebody asks
 * for their status, codes and approved requests. What comes after it wants a new login.
 * @errors unauthorized_client: a client that the operator has not named, or a public one; unknown_user_id: nobody, or more than one
 */
async function revoke(
  context: ServerContext,
  { requestId }: Exchange,
  { settings, client, sent }: Revocation,
): Promise<HttpResponse | Refusal<'unauthorized_client' | 'unknown_user_id'>> {
  const { clientId } = client
  if (client.authenticationMethod === 'none' || !settings.clients.includes(clientId))
    return { ...refuse('unauthorized_client', 'this client may not revoke everything of a user'), status: 403 }
  const user = await findSubject(context, sent.subject)
  if (!user) return { ...refuse('unknown_user_id', 'no user, or more than one, is meant by `sub_id`'), status: 404 }
  await endSessionsOf(context, user.userId)
  context.observe({ kind: 'user.revoked', requestId, userId: user.userId, clientId })
  return { status: 204, headers: noStore, body: '' }
}
