// OpenID Authorization API 1.0 §9, §10.1
import { parseSecureUrl } from '../secure-url.ts'

/** Which of the API's endpoints a policy decision point has. @spec OpenID Authorization API 1.0 §9.1.1 */
export type AuthzenMetadata = {
  readonly policy_decision_point: string
  readonly access_evaluation_endpoint: string
  readonly access_evaluations_endpoint?: string
  readonly search_subject_endpoint?: string
  readonly search_resource_endpoint?: string
  readonly search_action_endpoint?: string
}

/** The endpoints' paths below the identifier. @spec OpenID Authorization API 1.0 §10.1 */
export const defaultPaths = {
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_resource_endpoint: '/access/v1/search/resource',
  search_action_endpoint: '/access/v1/search/action',
} as const satisfies Readonly<Record<Exclude<keyof AuthzenMetadata, 'policy_decision_point'>, string>>

/** An endpoint, by its name in the metadata. */
export type AuthzenEndpoint = keyof typeof defaultPaths

/**
 * Reads an identifier, from which every address follows.
 * @spec OpenID Authorization API 1.0 §9.1.1
 * @throws {RangeError} for anything but an https URL, or http on loopback, without query and fragment
 */
export function parseIdentifier(identifier: string): URL {
  const url = /[?#]/.test(identifier) ? undefined : parseSecureUrl(identifier)
  if (url === undefined) throw new RangeError(`\`${identifier}\`: an https URL without query and fragment is wanted`)
  return url
}

/** Where an endpoint is that the metadata does not name. @spec OpenID Authorization API 1.0 §10.1 */
export function defaultEndpoint(identifier: string, endpoint: AuthzenEndpoint): string {
  return `${identifier.replace(/\/$/, '')}${defaultPaths[endpoint]}`
}

/** Where the metadata is: the well-known path stands between host and path. @spec OpenID Authorization API 1.0 §9.2 */
export function metadataUrl(identifier: string): string {
  const { origin, pathname } = parseIdentifier(identifier)
  return `${origin}/.well-known/authzen-configuration${pathname === '/' ? '' : pathname}`
}
