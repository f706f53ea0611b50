// RFC 6749 §3.3, RFC 8707 §2, RFC 9396 §2, §3
import { type AuthorizationDetail, isRefusal, type Parameters, type Refusal } from '@ambit/protocol'
import { decisionOf, type ScopeDecision } from '@ambit/scope'
import type { ServerContext } from '../context.ts'
import type { ClientRecord } from '../ports/records.ts'
import { chooseResources } from '../scope/choose-audience.ts'
import { decideScope } from '../scope/decide-scope.ts'

/** What a client asks for, whoever will be asked for it. */
export type Asked = {
  readonly decision: ScopeDecision
  readonly resources: readonly string[]
  /** @spec RFC 9396 §2 */
  readonly details: readonly AuthorizationDetail[]
}

/** Who asks for what, by which grant type. */
export type AskedBy = {
  readonly client: ClientRecord
  readonly grantType: string
  readonly parameters: Parameters
}

type AskRefusal = Refusal<'invalid_scope' | 'invalid_target' | 'invalid_authorization_details'>

/**
 * Reads what a client asks for: before anybody is asked, and again at each step of the user.
 * @spec RFC 6749 §3.3, RFC 8707 §2, RFC 9396 §3
 * @errors invalid_scope; invalid_target; invalid_authorization_details
 */
export function readAsked(context: ServerContext, asked: AskedBy): Asked | AskRefusal {
  const { client, parameters } = asked
  const details = readDetails(context, client, parameters)
  if (isRefusal(details)) return details
  const decided = readScope(context, asked, details)
  if (isRefusal(decided)) return decided
  const named = parameters.all('resource')
  const chosen = chooseResources(context, { named, decision: decided, ...besideOf(context, details) })
  return isRefusal(chosen) ? chosen : { ...chosen, details }
}

/** Whoever asks for details alone gets them alone: the default scope is for requests that name nothing. @spec RFC 9396 §3.1 */
export function readScope(
  context: ServerContext,
  { client, grantType, parameters }: AskedBy,
  details: readonly AuthorizationDetail[],
): ReturnType<typeof decideScope> {
  const requested = parameters.get('scope')
  if (requested === undefined && details.length > 0) return decisionOf(context.catalogue.empty)
  return decideScope(context, { requested, client, grantType })
}

/** The resources of what is asked beside scope, where something is. @spec RFC 9396 §3.2 */
export function besideOf(
  { mounted }: ServerContext,
  details: readonly AuthorizationDetail[],
): { readonly beside?: readonly string[] } {
  return mounted.details && details.length > 0 ? { beside: mounted.details.resourcesOf(details) } : {}
}

/** Where no feature reads them, the parameter means nothing. @spec RFC 9396 §2 */
export function readDetails(
  context: ServerContext,
  client: ClientRecord,
  parameters: Parameters,
): readonly AuthorizationDetail[] | Refusal<'invalid_authorization_details'> {
  const text = parameters.get('authorization_details')
  return text === undefined ? [] : (context.mounted.details?.parse(context, client, text) ?? [])
}
