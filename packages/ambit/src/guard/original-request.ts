// RFC 9110 §7.6, OWASP ASVS 4.1.3
import { type HttpRequest, singleHeader, splitTarget } from '@ambit/protocol'

/** The reverse proxies that ask before they let a request through. */
export const proxyKinds = ['nginx', 'traefik', 'caddy', 'envoy'] as const

/** A reverse proxy that asks. */
export type ProxyKind = (typeof proxyKinds)[number]

/** Where proxies ask. */
export const checkPath = '/check'

const fields = {
  nginx: ['x-original-method', 'x-original-uri'],
  traefik: ['x-forwarded-method', 'x-forwarded-uri'],
  caddy: ['x-forwarded-method', 'x-forwarded-uri'],
} as const

/**
 * The request that a proxy asks about, as the client sent it. Only the fields that this kind of proxy sets are read, each
 * once; `undefined` where they do not say it.
 */
export function originalRequest(kind: ProxyKind, request: HttpRequest): HttpRequest | undefined {
  if (kind === 'envoy') return prefixedRequest(request)
  const [methodField, targetField] = fields[kind]
  const method = singleHeader(request.headers, methodField)
  const target = singleHeader(request.headers, targetField)
  if (request.path !== checkPath || method === undefined || method === '' || target === undefined) return undefined
  if (!target.startsWith('/')) return undefined
  return { ...request, method, ...splitTarget(target), body: undefined }
}

/** Envoy asks with the method and the path of the request itself, behind a prefix. */
function prefixedRequest(request: HttpRequest): HttpRequest | undefined {
  if (!request.path.startsWith(`${checkPath}/`)) return undefined
  return { ...request, path: request.path.slice(checkPath.length), body: undefined }
}
