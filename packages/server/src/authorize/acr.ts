// RFC 9470 §4, §5, OpenID Connect Core §3.1.2.1, §5.5.1.1
import { type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { codeAuthentication, passwordAuthentication, reachesAcr } from '../accounts/authentication.ts'
import type { ClaimsRequest } from '../claims/claims-request.ts'
import type { ServerContext } from '../context.ts'
import type { ClientRecord, UserRecord } from '../ports/records.ts'

/** Levels of login, of which one must be reached. */
export type AcrDemand = readonly string[]

/** The levels that a login at this server can reach. @spec RFC 9470 §7, OpenID Connect Discovery §3 (`acr_values_supported`) */
export function supportedAcrs({ oneTimeCodes }: Pick<ServerContext, 'oneTimeCodes'>): readonly string[] {
  return oneTimeCodes ? [passwordAuthentication.acr, codeAuthentication.acr] : [passwordAuthentication.acr]
}

/** The strongest level that a user can reach here. */
export function strongestAcr(
  { oneTimeCodes }: Pick<ServerContext, 'oneTimeCodes'>,
  { oneTimeCode }: Pick<UserRecord, 'oneTimeCode'>,
): string {
  return oneTimeCodes && oneTimeCode ? codeAuthentication.acr : passwordAuthentication.acr
}

/**
 * Reads which levels a request demands: one of its `acr_values`, one of those of an essential `acr` claim, and the client's own.
 * A voluntary claim demands nothing, but `acr_values` do: a client that was told by an API what is needed would go round in
 * circles with a token that has less.
 * @spec RFC 9470 §5, OpenID Connect Core §5.5.1.1
 * @errors unmet_authentication_requirements: no login here reaches what is demanded
 */
export function readAcrDemands(
  context: ServerContext,
  asked: { readonly client: ClientRecord; readonly parameters: Parameters; readonly claimsRequest: ClaimsRequest },
): readonly AcrDemand[] | Refusal<'unmet_authentication_requirements'> {
  const { client, parameters, claimsRequest } = asked
  const ofClaim = claimsRequest.idToken.get('acr')
  const demands = [
    wordsOf(parameters.get('acr_values')),
    ofClaim?.isEssential === true ? ofClaim.values.map(String) : [],
    client.requiredAcr === undefined ? [] : [client.requiredAcr],
  ].filter(({ length }) => length > 0)
  const supported = supportedAcrs(context)
  if (demands.some(demand => !supported.some(acr => meetsDemand(acr, demand))))
    return refuse(
      'unmet_authentication_requirements',
      `a login here reaches no level that is asked for, but ${supported.join(', ')}`,
    )
  return demands
}

/** Whether a login of one level is what a demand asks for. */
export function meetsDemand(acr: string, demand: AcrDemand): boolean {
  return demand.some(wanted => reachesAcr(acr, wanted))
}

function wordsOf(text = ''): readonly string[] {
  return text.split(' ').filter(word => word !== '')
}
