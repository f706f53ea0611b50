// RFC 8414 §2, §3, OpenID Connect Discovery §4
import type { HttpResponse, MetadataPart, ServerMetadata } from '@ambit/protocol'
import type { Endpoint, ServerContext } from '../context.ts'

/**
 * Collects the metadata from what is mounted: each endpoint and feature adds its part, lists are joined.
 * @spec RFC 8414 §2
 */
export function collectMetadata(context: ServerContext, endpoints: readonly Endpoint[]): ServerMetadata {
  const parts = endpoints.flatMap(endpoint => endpoint.metadata?.(context) ?? [])
  const collected = new Map<string, unknown>()
  const ofFeatures = context.mounted.metadata.map(each => each(context))
  for (const part of [{ scopes_supported: context.catalogue.listed }, ...parts, ...ofFeatures]) {
    for (const [name, value] of Object.entries(part)) collected.set(name, join(collected.get(name), value))
  }
  return { response_types_supported: [], ...withoutEmpty(collected), issuer: context.issuer }
}

/** The two addresses of the metadata. @spec RFC 8414 §3, OpenID Connect Discovery §4 */
export function metadataEndpoints(metadata: ServerMetadata): readonly Endpoint[] {
  const response: HttpResponse = {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    },
    body: JSON.stringify(metadata),
  }
  const base = { methods: ['GET'], isCrossOrigin: true, handle: async () => response }
  return [
    { ...base, path: '/.well-known/oauth-authorization-server', isRootPath: true },
    { ...base, path: '/.well-known/openid-configuration' },
  ]
}

function join(earlier: unknown, value: unknown): unknown {
  return isList(earlier) && isList(value) ? [...new Set([...earlier, ...value])] : (value ?? earlier)
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

/** @spec RFC 8414 §3.2: members without a value must be omitted */
function withoutEmpty(collected: ReadonlyMap<string, unknown>): MetadataPart {
  return Object.fromEntries([...collected].filter(([, value]) => !isList(value) || value.length > 0))
}
