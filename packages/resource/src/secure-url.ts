// RFC 8414 §2, §3.3; RFC 9110 §4.2.2
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Reads an address that keys or verdicts may come from: https, or http on this machine, without credentials or fragment.
 * `undefined` for any other.
 */
export function parseSecureUrl(text: unknown): URL | undefined {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url === null || url.username !== '' || url.password !== '' || url.href.includes('#')) return undefined
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))
  return isPrivate ? url : undefined
}

/** Holds a configured address to that. @throws {RangeError} for any other */
export function checkSecureUrl(name: string, text: string): void {
  if (parseSecureUrl(text) === undefined)
    throw new RangeError(`\`${name}\` is \`${text}\`; an https address is wanted, or http on this machine`)
}
