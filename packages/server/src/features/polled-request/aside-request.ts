// RFC 8628 §3.1, OpenID Connect CIBA Core §7.1
import { type ErrorCodeAt, isRefusal, type Refusal } from '@ambit/protocol'
import { readAcrDemands } from '../../authorize/acr.ts'
import { type AskedBy, readAsked } from '../../authorize/read-asked.ts'
import type { AuthorizationRequest } from '../../authorize/request.ts'
import type { RequestClient } from '../../authorize/request-client.ts'
import { noClaimsRequest } from '../../claims/claims-request.ts'
import type { ServerContext } from '../../context.ts'

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
