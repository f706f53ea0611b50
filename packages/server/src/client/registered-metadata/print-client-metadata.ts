// RFC 7591 §2, §3.2.1
import type { ServerContext } from '../../context.ts'
import type { ClientMetadata, ClientRecord } from '../../ports/records.ts'
import { keptFields } from './base-fields.ts'
import { plainName } from './member-name.ts'

/**
 * The metadata of a client as they are registered, by the names of the registration; nothing of what proves the client.
 * @spec RFC 7591 §2, §3.2.1
 */
export function printClientMetadata({ mounted }: ServerContext, client: ClientRecord): ClientMetadata {
  const names = new Set([...keptFields, ...mounted.clientMetadata].map(({ name }) => name))
  const isShown = (name: string) => names.has(name) || plainName(name) !== name
  const members = {
    ...(client.name !== client.clientId && { client_name: client.name }),
    client_uri: client.uri,
    redirect_uris: client.redirectUris,
    token_endpoint_auth_method: client.authenticationMethod,
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    scope: client.scope,
    jwks: client.jwks,
    jwks_uri: client.jwksUri,
    application_type: client.applicationType,
    subject_type: client.subjectType,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    post_logout_redirect_uris: client.postLogoutRedirectUris.length > 0 ? client.postLogoutRedirectUris : undefined,
    ...Object.fromEntries(Object.entries(client.metadata ?? {}).filter(([name]) => isShown(name))),
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
