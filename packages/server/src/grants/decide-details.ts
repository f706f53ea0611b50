// RFC 9396 §6, §7
import { type AuthorizationDetail, isRefusal, type Parameters, type Refusal, refuse } from '@ambit/protocol'
import { readDetails } from '../authorize/read-asked.ts'
import type { ServerContext } from '../context.ts'
import type { ResourceDeclaration } from '../options.ts'
import type { ClientRecord } from '../ports/records.ts'
import type { Issuance } from './grant.ts'

/** What was granted beside scope, and the token request that may ask for less of it. */
export type DetailsQuestion = {
  readonly form: Parameters
  readonly client: ClientRecord
  readonly held: readonly AuthorizationDetail[] | undefined
  readonly audience: ResourceDeclaration
}

/** What an access token carries beside scope, and what a refresh token goes on to hold. */
export type DecidedDetails = Pick<Issuance, 'details' | 'grantDetails'>

/**
 * What of the granted details the access token carries: as far as the client may have them by now (another one, where a token
 * is exchanged), the request asks for them, and its one resource is meant.
 * @spec RFC 9396 §6, §10
 * @errors invalid_authorization_details: more than was granted, or malformed
 */
export function decideDetails(
  context: ServerContext,
  { form, client, held, audience }: DetailsQuestion,
): DecidedDetails | Refusal<'invalid_authorization_details'> {
  const { details } = context.mounted
  if (details === undefined) return {}
  const asked = readDetails(context, client, form)
  if (isRefusal(asked)) return asked
  if (held === undefined)
    return asked.length === 0 ? {} : refuse('invalid_authorization_details', 'no authorization details were granted')
  const mayHave = (each: AuthorizationDetail) => !isRefusal(details.parse(context, client, JSON.stringify([each])))
  const left = held.filter(mayHave)
  const narrowed = asked.length === 0 ? left : details.narrow(context, left, asked)
  if (isRefusal(narrowed)) return narrowed
  return { details: details.at(narrowed, audience.resource), grantDetails: held }
}

/** Whether an access token would open nothing at its resource. */
export function opensNothing({ scope }: Issuance['decision'], { details = [] }: DecidedDetails): boolean {
  return scope.size === 0 && details.length === 0
}
