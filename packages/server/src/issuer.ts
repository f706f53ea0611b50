// RFC 8414 §2, RFC 8252 §7.3
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Whether a URL's host is this machine itself. @spec RFC 8252 §7.3 */
function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname)
}

/**
 * What is wrong with an issuer identifier, or `undefined`.
 * @spec RFC 8414 §2
 */
export function issuerProblem(issuer: string): string | undefined {
  if (!URL.canParse(issuer)) return 'an absolute https URL is wanted'
  const url = new URL(issuer)
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
  if (!isAllowed) return 'an https URL is wanted; http only on a loopback host (127.0.0.1, [::1], localhost)'
  if (issuer.includes('?') || issuer.includes('#')) return 'a URL without query and fragment is wanted'
  if (url.username !== '' || url.password !== '') return 'a URL without user and password is wanted'
  if (url.pathname.length > 1 && url.pathname.endsWith('/')) return 'a URL whose path does not end in `/` is wanted'
  const normal = url.pathname === '/' ? [url.origin, `${url.origin}/`] : [url.href]
  if (!normal.includes(issuer)) return `a URL in its normal form is wanted, such as \`${normal[0]}\``
  return undefined
}
