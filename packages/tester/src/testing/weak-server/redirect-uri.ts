// RFC 6749 §3.1.2.3, RFC 8252 §7.3, RFC 9700 §4.1.3
import type { WeakClient, WeakWorld } from './world.ts'

/** Whether a client may get its answer there: the exact text that was registered, but for the port of a loopback address. */
export function isRedirectUriOf(client: WeakClient, uri: string, { has }: Pick<WeakWorld, 'has'>): boolean {
  if (has('redirect-any')) return true
  if (has('redirect-script') && /^(javascript|data|vbscript):/i.test(uri)) return true
  return client.redirectUris.some(registered => {
    if (uri === registered) return true
    if (has('redirect-prefix') && uri.startsWith(registered)) return true
    if (has('redirect-case-folded') && uri.toLowerCase() === registered.toLowerCase()) return true
    if (has('redirect-normalized') && tidied(uri) === tidied(registered)) return true
    if (has('redirect-same-domain') && domainOf(uri).endsWith(domainOf(registered))) return true
    return !has('redirect-fixed-port') && isLoopbackVariant(uri, registered)
  })
}

/** @spec RFC 8252 §7.3 */
function isLoopbackVariant(uri: string, registered: string): boolean {
  const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(\/.*)?$/
  const [, host, path] = loopback.exec(registered) ?? []
  const [, otherHost, otherPath] = loopback.exec(uri) ?? []
  return host !== undefined && host === otherHost && path === otherPath
}

function tidied(uri: string): string {
  const url = URL.parse(uri)
  return url === null ? uri : `${url.origin}${decodeURIComponent(url.pathname).replace(/\/+/g, '/')}`
}

function domainOf(uri: string): string {
  return URL.parse(uri)?.hostname ?? uri
}
