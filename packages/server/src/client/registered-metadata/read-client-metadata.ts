// RFC 7591 §2, §3.1, §3.2.2
import { isRefusal } from '@ambit/protocol'
import type { ClientMetadata } from '../../ports/records.ts'
import type { ClientMetadataField, MetadataProblem } from '../metadata-field.ts'
import { baseFields, keptFields } from './base-fields.ts'
import { type ClientDraft, composeDraft, type Registrar } from './client-draft.ts'
import { findInconsistencies } from './inconsistencies.ts'
import { type MetadataRefusal, plainName, refuseMember } from './member-name.ts'
import { type CompletePolicy, completePolicy, type MetadataWorld } from './policy.ts'
import { registeredRedirectProblem } from './redirect-uri-problem.ts'

/**
 * Reads the metadata by which a client describes itself, as far as the policy goes. Members that nothing here reads are left
 * out; a sector identifier is believed, and for the caller to verify.
 * @spec RFC 7591 §2, §3.1, OpenID Connect Dynamic Client Registration §2
 * @errors invalid_client_metadata, invalid_redirect_uri: a member of a wrong form, beyond the policy, or at odds with others
 */
export function readClientMetadata(
  world: MetadataWorld,
  sent: ClientMetadata,
  registrar: Registrar,
): ClientDraft | MetadataRefusal {
  const members = withoutNull(sent)
  const malformed = findMalformed(world, members)
  if (malformed !== undefined) return malformed
  const policy = completePolicy(world, registrar.policy)
  const draft = composeDraft(world, members, { ...registrar, policy })
  if (isRefusal(draft)) return draft
  return findBeyond(world, draft, policy) ?? draft
}

/** @spec RFC 7592 §2.2: what is null is as if it had been left out */
function withoutNull(sent: ClientMetadata): ClientMetadata {
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null))
}

function findMalformed(world: MetadataWorld, sent: ClientMetadata): MetadataRefusal | undefined {
  const fields = fieldsOf(world)
  for (const [name, value] of Object.entries(sent)) {
    const field = fields.get(plainName(name))
    if (field !== undefined && field.parse(value) === undefined) return refuseMember(name, `${field.wanted} is wanted`)
  }
  return undefined
}

/** The fields of all members that mean something on this server, by name. */
function fieldsOf({ mounted }: MetadataWorld): ReadonlyMap<string, ClientMetadataField<unknown>> {
  const all = [...Object.values(baseFields), ...keptFields, ...mounted.clientMetadata]
  return new Map(all.map(field => [field.name, field]))
}

/** What of a client this server, its policy or its features, a profile among them, do not take. */
function findBeyond(world: MetadataWorld, draft: ClientDraft, policy: CompletePolicy): MetadataRefusal | undefined {
  const { signer, outbound, mounted } = world
  const { authenticationMethod, idTokenAlgorithm, jwksUri } = draft
  if (!policy.authenticationMethods.includes(authenticationMethod))
    return refuseMember('token_endpoint_auth_method', `one of ${policy.authenticationMethods.join(', ')} is wanted`)
  if (idTokenAlgorithm !== undefined && !signer.algorithms.includes(idTokenAlgorithm))
    return refuseMember('id_token_signed_response_alg', `one of ${signer.algorithms.join(', ')} is wanted`)
  if (jwksUri !== undefined && outbound === undefined)
    return refuseMember('jwks_uri', 'keys are not fetched here; `jwks` is wanted')
  const rules = [findRedirectProblems(policy), findInconsistencies, ...mounted.clientRules]
  for (const rule of rules) {
    const [problem] = rule(draft)
    if (problem !== undefined) return refuseMember(problem.name, problem.message)
  }
  return undefined
}

function findRedirectProblems({ redirectHosts }: CompletePolicy) {
  return ({ applicationType, redirectUris, postLogoutRedirectUris }: ClientDraft): readonly MetadataProblem[] => {
    const by = { applicationType, ...(redirectHosts && { redirectHosts }) }
    const problemsOf = (name: string, uris: readonly string[]) =>
      uris.flatMap(uri => {
        const message = registeredRedirectProblem(uri, by)
        return message === undefined ? [] : [{ name, message }]
      })
    return [
      ...problemsOf('redirect_uris', redirectUris),
      ...problemsOf('post_logout_redirect_uris', postLogoutRedirectUris),
    ]
  }
}
