// OpenID Connect RP-Initiated Logout §2, §3
import { type Brand, isRefusal, jwtTypes, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'
import type { ClientRecord } from '../ports/records.ts'

/** A URI that the client registered for after logout. Only `parseLogoutRequest` makes it. */
type VerifiedPostLogoutUri = Brand<string, 'VerifiedPostLogoutUri'>

/** A logout request whose client and redirect are verified. */
export type LogoutRequest = {
  readonly kind: 'logout'
  readonly client: ClientRecord | undefined
  readonly redirectUri: VerifiedPostLogoutUri | undefined
  readonly state: string | undefined
  readonly uiLocales: string | undefined
  /** Whose login the client's ID token was about. */
  readonly hint: LogoutHint | undefined
}

/** What an `id_token_hint` says. */
type LogoutHint = { readonly subject: string; readonly sessionId: string | undefined; readonly clientId: string }

/**
 * Checks a logout request. The hint may have expired; it must be ours.
 * @spec OpenID Connect RP-Initiated Logout §2, §3, §4
 * @errors invalid_request: a hint that is not ours or of another client, an unknown client, a redirect that is not registered
 */
export async function parseLogoutRequest(
  context: ServerContext,
  parameters: Parameters,
): Promise<LogoutRequest | Refusal<'invalid_request'>> {
  const hint = await parseHint(context, parameters.get('id_token_hint'))
  if (isRefusal(hint)) return hint
  const named = parameters.get('client_id')
  if (hint !== undefined && named !== undefined && named !== hint.clientId)
    return refuse('invalid_request', '`id_token_hint` was not issued to the client that `client_id` names')
  const clientId = named ?? hint?.clientId
  const client = clientId === undefined ? undefined : await context.store.findClient(clientId)
  if (clientId !== undefined && client === undefined) return refuse('invalid_request', 'the client is not known here')
  const sent = parameters.get('post_logout_redirect_uri')
  if (sent !== undefined && client === undefined)
    return refuse('invalid_request', '`post_logout_redirect_uri` needs `client_id` or `id_token_hint`')
  const redirectUri = sent === undefined ? undefined : verified(client, sent)
  if (sent !== undefined && redirectUri === undefined)
    return refuse('invalid_request', '`post_logout_redirect_uri` is not one that the client has registered')
  const uiLocales = parameters.get('ui_locales')
  return { kind: 'logout', client, redirectUri, state: parameters.get('state'), uiLocales, hint }
}

function verified(client: ClientRecord | undefined, uri: string): VerifiedPostLogoutUri | undefined {
  return client?.postLogoutRedirectUris.includes(uri) ? (uri as VerifiedPostLogoutUri) : undefined
}

async function parseHint(
  context: ServerContext,
  hint: string | undefined,
): Promise<LogoutHint | undefined | Refusal<'invalid_request'>> {
  if (hint === undefined) return undefined
  const claims = await context.signer.verifyOwn(hint, jwtTypes.idToken)
  const { iss, sub, aud, sid } = claims ?? {}
  if (iss !== context.issuer || typeof sub !== 'string' || typeof aud !== 'string')
    return refuse('invalid_request', '`id_token_hint` is not an ID token that this server has issued')
  return { subject: sub, clientId: aud, sessionId: typeof sid === 'string' ? sid : undefined }
}
