// RFC 8628 §3.1, OpenID Connect CIBA Core §7.1
import { type ErrorCodeAt, isRefusal, type Parameters, type Refusal } from '@ambit/protocol'
import type { ScopeDecision } from '@ambit/scope'
import { readAcrDemands } from '../../authorize/acr.ts'
import { type AuthorizationRequest, readDetails } from '../../authorize/request.ts'
import type { RequestClient } from '../../authorize/request-client.ts'
import { noClaimsRequest } from '../../claims/claims-request.ts'
import type { ServerContext } from '../../context.ts'
import type { ClientRecord } from '../../ports/records.ts'
import { chooseResources } from '../../scope/choose-audience.ts'
import { decideScope } from '../../scope/decide-scope.ts'

/** What a client asks for, whoever will be asked for it. */
export type Asked = {
  readonly decision: ScopeDecision
  readonly resources: readonly string[]
  readonly details: AuthorizationRequest['details']
}

/** Who asks for what, by which grant type. */
export type AskedBy = {
  readonly client: ClientRecord
  readonly grantType: string
  readonly parameters: Parameters
}

/**
 * Reads what a client asks for: before anybody is asked, and again at each step of the user.
 * @spec RFC 6749 §3.3, RFC 8707 §2, RFC 9396 §2
 * @errors invalid_scope; invalid_target; invalid_authorization_details
 */
export function readAsked(
  context: ServerContext,
  { client, grantType, parameters }: AskedBy,
): Asked | Refusal<'invalid_scope' | 'invalid_target' | 'invalid_authorization_details'> {
  const decided = decideScope(context, { requested: parameters.get('scope'), client, grantType })
  if (isRefusal(decided)) return decided
  const chosen = chooseResources(context, parameters.all('resource'), decided)
  if (isRefusal(chosen)) return chosen
  const details = readDetails(context, client, parameters)
  return isRefusal(details) ? details : { ...chosen, details }
}

/** What a request that no browser brought is for the decision: an authorization request, about a certain user or about whoever comes. */
export async function parseAsideRequest(
  context: ServerContext,
  from: RequestClient,
  asked: Pick<AskedBy, 'grantType' | 'parameters'> & { readonly subject: string | undefined },
): Promise<AuthorizationRequest | Refusal<ErrorCodeAt<'authorization'>>> {
  const { grantType, parameters, subject } = asked
  const { client } = from
  const read = readAsked(context, { client, grantType, parameters })
  if (isRefusal(read)) return read
  const acrDemands = readAcrDemands(context, { client, parameters, claimsRequest: noClaimsRequest })
  if (isRefusal(acrDemands)) return acrDemands
  return {
    ...from,
    ...read,
    responseType: 'code',
    grantType,
    isRedirectUriSent: false,
    codeChallenge: undefined,
    nonce: undefined,
    prompt: new Set(),
    maxAge: undefined,
    acrDemands,
    loginHint: undefined,
    hintedSubject: subject,
    uiLocales: undefined,
    claims: undefined,
    claimsRequest: noClaimsRequest,
    confirmation: undefined,
    parameters,
  }
}
