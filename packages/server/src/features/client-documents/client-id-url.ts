// OAuth Client ID Metadata Document §3
const longest = 512
/** Scheme, host, port, path; characters that mean the same wherever they are read, and no query, in which an honest host would repeat what a stranger says. */
const form = /^https:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)$/

/** Whether a client identifier is an address at all, and so could be that of a document. */
export function isAddress(clientId: string): boolean {
  return clientId.startsWith('https://')
}

/**
 * The address of a client's document, where its identifier is one: https, a path without dot segments, no user, password,
 * query or fragment.
 * @spec OAuth Client ID Metadata Document §3
 */
export function parseClientIdUrl(clientId: string): URL | undefined {
  const path = clientId.length <= longest ? form.exec(clientId)?.[1] : undefined
  const url = path === undefined ? null : URL.parse(clientId)
  // a dot segment, however it is written, is gone from the path that was parsed
  return url !== null && url.pathname === path ? url : undefined
}
