// RFC 8693 §2.1, §2.2.2
import { confirms, type Refusal, refuse } from '@ambit/protocol'
import type { ServerContext } from '../../context.ts'
import type { TokenRequest } from '../../grants/grant.ts'
import { findAccessToken } from '../../issue/find-access-token.ts'
import { stateOfAccessToken } from '../../issue/standing.ts'
import type { AccessTokenRecord } from '../../ports/records.ts'
import type { FoundAccessToken } from '../../ports/store.ts'
import type { ExchangePolicy } from './exchange-policy.ts'
import type { PresentedToken } from './exchange-request.ts'
import { tokenTypes } from './token-type.ts'

const accepted: readonly string[] = [tokenTypes.accessToken, tokenTypes.jwt]

/**
 * Finds the access token that a request presents, which must be one of ours and still good.
 * @spec RFC 8693 §2.2.2
 * @errors invalid_request: of a type that is not exchanged here, unknown, expired or revoked
 */
export async function findPresented(
  context: ServerContext,
  { parameter, text, type }: PresentedToken,
): Promise<FoundAccessToken | Refusal<'invalid_request'>> {
  if (!accepted.includes(type))
    return refuse('invalid_request', `\`${parameter}_type\` must be ${tokenTypes.accessToken} or ${tokenTypes.jwt}`)
  const found = await findAccessToken(context, text)
  if (found === undefined) return unusable(parameter, 'it is unknown')
  const state = await stateOfAccessToken(context, found)
  return state === 'active' ? found : unusable(parameter, state)
}

/**
 * Whether a token came to the client that asks by a way that its policy knows: it was issued to it, or it receives such
 * tokens as a resource. A token that was stolen elsewhere did neither.
 * @spec RFC 8693 §5
 * @errors invalid_request
 */
export function refuseStrange(
  parameter: PresentedToken['parameter'],
  { clientId, audience }: AccessTokenRecord,
  by: { readonly client: TokenRequest['client']; readonly policy: ExchangePolicy },
): Refusal<'invalid_request'> | undefined {
  if (clientId === by.client.clientId) return undefined
  if (audience.some(each => by.policy.subjectAudience?.includes(each))) return undefined
  return unusable(parameter, 'it was neither issued to this client nor for a resource that it is')
}

/**
 * Whether a request proves the key that the token is bound to. A resource that received the token cannot: where its policy
 * trusts it to have seen the proof, it must prove a key of its own, so that no bound token becomes one for everybody.
 * @spec RFC 9449 §6, RFC 8705 §3
 * @errors invalid_request
 */
export function refuseUnproven(
  parameter: PresentedToken['parameter'],
  { clientId, confirmation }: AccessTokenRecord,
  { request, policy }: { readonly request: TokenRequest; readonly policy: ExchangePolicy },
): Refusal<'invalid_request'> | undefined {
  if (confirmation === undefined || confirms(request.confirmation, confirmation)) return undefined
  const isReceived = clientId !== request.client.clientId
  if (!policy.dangerouslyAcceptUnprovenSubject || !isReceived)
    return refuse('invalid_request', `\`${parameter}\` is bound to a key that the request does not prove`)
  if (request.confirmation === undefined)
    return refuse('invalid_request', `\`${parameter}\` is bound to a key: the request must prove one of its own`)
  return undefined
}

function unusable(parameter: PresentedToken['parameter'], reason: string): Refusal<'invalid_request'> {
  const words = `\`${parameter}\` is unknown, has expired, is revoked, or is not this client’s to exchange`
  return refuse('invalid_request', words, `${parameter}: ${reason}`)
}
