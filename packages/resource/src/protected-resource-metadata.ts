// RFC 9728 §2, §3
import { type HttpRequest, type HttpResponse, json } from '@ambit/protocol'
import type { Catalogue } from '@ambit/scope'

/** Protected resource metadata. @spec RFC 9728 §2 */
export type ProtectedResourceMetadata = {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
  readonly bearer_methods_supported: readonly ['header']
  readonly resource_name?: string
  readonly resource_documentation?: string
  readonly resource_policy_uri?: string
  readonly resource_tos_uri?: string
  readonly tls_client_certificate_bound_access_tokens?: boolean
  readonly authorization_details_types_supported?: readonly string[]
  readonly dpop_signing_alg_values_supported?: readonly string[]
  readonly dpop_bound_access_tokens_required?: boolean
}

/** What metadata tell beside what the guard knows. */
export type MetadataOptions = {
  /** The name of the API, for people. */
  readonly name?: string
  /** Where people read how to use it. */
  readonly documentation?: string
  readonly policy?: string
  readonly termsOfService?: string
}

/** What a guard knows of itself. */
export type GuardFacts = {
  readonly resource: string
  readonly issuers: readonly string[]
  readonly catalogue: Catalogue
  readonly detailTypes: readonly string[]
  /** Absent where proofs of possession are not taken in. */
  readonly dpop?: { readonly algorithms: readonly string[]; readonly isRequired: boolean }
  readonly takesCertificates: boolean
}

/** The metadata of a guarded resource, where they stand, and what serves them. */
export type MetadataDocument = {
  readonly value: ProtectedResourceMetadata
  readonly url: string
  readonly path: string
  /** Answers requests for the document; `undefined` for all others. */
  readonly serve: (request: Pick<HttpRequest, 'method' | 'path' | 'query'>) => HttpResponse | undefined
}

/**
 * Collects the metadata of a guarded resource from what guards it.
 * @spec RFC 9728 §2, §3.1
 * @throws {RangeError} where the resource identifier is no URL under which something could be served
 */
export function metadataDocument(facts: GuardFacts, options: MetadataOptions): MetadataDocument {
  const value = metadataOf(facts, options)
  const url = metadataUrl(facts.resource)
  const { pathname: path, search } = url
  const body = json(200, value, { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' })
  const notAllowed = { status: 405, headers: { allow: 'GET, HEAD' }, body: '' }
  const serve: MetadataDocument['serve'] = request => {
    if (request.path !== path || (request.query === '' ? '' : `?${request.query}`) !== search) return undefined
    if (request.method === 'HEAD') return { ...body, body: '' }
    return request.method === 'GET' ? body : notAllowed
  }
  return { value, url: url.href, path, serve }
}

/** The well-known part comes between host and path; a lone slash after the host is dropped. @spec RFC 9728 §3.1 */
function metadataUrl(resource: string): URL {
  const url = URL.canParse(resource) ? new URL(resource) : undefined
  if (url === undefined || !isServable(url) || resource.includes('#'))
    throw new RangeError(
      `\`resource\` is \`${resource}\`; for metadata an https URL without a fragment is wanted (http on this machine)`,
    )
  url.pathname = `/.well-known/oauth-protected-resource${url.pathname === '/' ? '' : url.pathname}`
  return url
}

function isServable({ protocol, hostname }: URL): boolean {
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}

function metadataOf(facts: GuardFacts, options: MetadataOptions): ProtectedResourceMetadata {
  const { resource, issuers, dpop, detailTypes, takesCertificates } = facts
  const { name, documentation, policy, termsOfService } = options
  const scopes = scopesOf(facts)
  return {
    resource,
    authorization_servers: issuers,
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    ...(name !== undefined && { resource_name: name }),
    ...(documentation !== undefined && { resource_documentation: documentation }),
    ...(policy !== undefined && { resource_policy_uri: policy }),
    ...(termsOfService !== undefined && { resource_tos_uri: termsOfService }),
    ...(takesCertificates && { tls_client_certificate_bound_access_tokens: true }),
    ...(detailTypes.length > 0 && { authorization_details_types_supported: detailTypes }),
    ...(dpop && {
      dpop_signing_alg_values_supported: dpop.algorithms,
      dpop_bound_access_tokens_required: dpop.isRequired,
    }),
  }
}

/** The listed scopes of this resource; where none names it, those that name no resource. */
function scopesOf({ catalogue, resource }: GuardFacts): readonly string[] {
  const listed = catalogue.listed.filter(name => name !== 'offline_access' && name !== 'openid')
  const homeOf = (name: string): string | undefined => catalogue.definition(name)?.resource
  const own = listed.filter(name => homeOf(name) === resource)
  return own.length > 0 ? own : listed.filter(name => homeOf(name) === undefined)
}
