// RFC 9110 §4.2.2
import { OutboundError } from './outbound-error.ts'

/** A URL that may be called, as far as its text tells. */
export type OutboundTarget = {
  readonly url: URL
  /** Whether the operator named this very origin, so that it may be private, or plain http. */
  readonly isAllowed: boolean
}

const longestUrl = 2048
const lastPrivilegedPort = 1023

/**
 * Reads the address that a stranger named: https, on its own port or one that no system service has, without a password.
 * @errors OutboundError `refused`
 */
export function readTarget(text: string, allowed: ReadonlySet<string>): OutboundTarget {
  if (text.length > longestUrl) throw refused(`it is longer than ${longestUrl} characters`)
  if (!URL.canParse(text)) throw refused('it is no absolute URL')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw refused('it holds a user name or password')
  if (allowed.has(url.origin)) return { url, isAllowed: true }
  if (url.protocol !== 'https:') throw refused(`its scheme is \`${url.protocol.slice(0, -1)}\`; https is wanted`)
  // `URL` leaves the scheme's own port out
  if (url.port !== '' && Number(url.port) <= lastPrivilegedPort)
    throw refused(`port ${url.port} is another service's; 443 or one above ${lastPrivilegedPort} is wanted`)
  return { url, isAllowed: false }
}

/**
 * Reads the origins that may be called although they are private or plain.
 * @throws {RangeError} for what is no origin as `URL` prints it
 */
export function parseAllowedOrigins(origins: readonly string[]): ReadonlySet<string> {
  for (const origin of origins)
    if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new RangeError(`\`${origin}\` is no origin; wanted is one such as \`http://127.0.0.1:9000\``)
  return new Set(origins)
}

function refused(reason: string): OutboundError {
  return new OutboundError('refused', `the address is not called: ${reason}`)
}
