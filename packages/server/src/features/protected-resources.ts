// RFC 9728 §4
import type { Feature } from '../feature.ts'

/**
 * Names in the metadata the resources that tokens are issued for, so that a client can tell whether a resource's word that it
 * trusts this server is true. Resources whose identifier is no https URL have no metadata and are left out.
 * @spec RFC 9728 §4
 * @example protectedResources()
 */
export function protectedResources(): Feature {
  return {
    name: 'protectedResources',
    metadata: ({ resources }) => ({
      protected_resources: resources.map(({ resource }) => resource).filter(isServed),
    }),
    findProblems: ({ resources }) =>
      resources.some(({ resource }) => isServed(resource))
        ? []
        : [{ path: 'resources', message: 'a resource with an https identifier is wanted by `protectedResources`' }],
  }
}

/** An https URL; on this machine http is as good. @spec RFC 9728 §1.2 */
function isServed(resource: string): boolean {
  const url = URL.parse(resource)
  if (url === null) return false
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)
}
