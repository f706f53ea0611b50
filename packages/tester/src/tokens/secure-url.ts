// RFC 8252 §8.3, RFC 6749 §3.1, §3.2
/** Whether secrets may be sent there: https, or http to this machine. */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text)
  if (url === null) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

/** Whether a host name is this machine, as URLs write it. @spec RFC 8252 §8.3 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
