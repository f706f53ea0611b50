// RFC 7591 §2
import { type ClientMetadata, type Feature, findMetadataProblems } from '@ambit/server'
import type { DeclaredClient } from './config.ts'
import { join, type Place } from './fields.ts'
import { nearest } from './near-miss.ts'

/** Reports client metadata that no mounted feature reads, or that is not what the feature wants. @spec RFC 7591 §2 */
export function checkMetadata(metadata: ClientMetadata, features: readonly Feature[], { path, report }: Place): void {
  const fields = features.flatMap(({ clientMetadata = [] }) => clientMetadata)
  const names = fields.map(({ name }) => name)
  for (const { name, message } of findMetadataProblems(metadata, fields)) {
    const near = names.includes(name) ? undefined : nearest(name, names)
    report(join(path, name), near === undefined ? message : `${message}; did you mean \`${near}\`?`)
  }
}

/** The members of a declared client, by the names of the registered metadata. @spec RFC 7591 §2 */
const declaredNames: Readonly<Record<string, string>> = {
  token_endpoint_auth_method: 'authenticationMethod',
  grant_types: 'grantTypes',
  response_types: 'responseTypes',
  redirect_uris: 'redirectUris',
  jwks: 'jwks',
  jwks_uri: 'jwksUri',
  scope: 'scope',
}

/** Reports what mounted features say that a client as a whole is not and must be. @spec RFC 7591 §2 */
export function checkRules(client: DeclaredClient, features: readonly Feature[], { path, report }: Place): void {
  for (const rule of features.flatMap(({ clientRules = [] }) => clientRules))
    for (const { name, message } of rule(client))
      report(join(path, declaredNames[name] ?? join('metadata', name)), message)
}
