// RFC 7591 §5; RFC 8252 §7, §8.4; OpenID Connect Dynamic Client Registration §2
import { redirectUriProblem } from '../../authorize/verified-redirect-uri.ts'
import type { ClientRecord } from '../../ports/records.ts'
import type { RegistrationPolicy } from './policy.ts'

const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Whether a redirect URI leads to this machine, or to whatever app has claimed its scheme: nobody can own it. @spec RFC 8252 §8.6 */
export function isLocalRedirect(uri: string): boolean {
  const { protocol, hostname } = new URL(uri)
  return protocol !== 'https:' && (protocol !== 'http:' || loopbackHosts.has(hostname))
}

/**
 * What is wrong with a redirect URI that a stranger registers, or `undefined`: beside what holds for all, http leads to this
 * machine alone and a scheme of its own bears a domain's name, both of native applications; and the policy lets it lead there.
 * @spec RFC 8252 §7.1, §7.3, §8.4
 */
export function registeredRedirectProblem(
  uri: string,
  { applicationType, redirectHosts }: Pick<ClientRecord, 'applicationType'> & Pick<RegistrationPolicy, 'redirectHosts'>,
): string | undefined {
  const problem = redirectUriProblem(uri)
  if (problem !== undefined) return problem
  const url = new URL(uri)
  const isNamed = redirectHosts?.some(each => isAt(url, each))
  if (url.username !== '' || url.password !== '') return 'a URI without user and password is wanted'
  if (url.hostname.includes('*')) return 'the URI of one host is wanted: a star stands for nothing'
  if (url.protocol === 'http:' && !loopbackHosts.has(url.hostname)) return 'an https URI is wanted'
  if (isLocalRedirect(uri) && applicationType === 'web')
    return 'an https URI is wanted, or `application_type` `native`: the web has no other redirect URIs'
  if (!/^https?:$/.test(url.protocol) && !url.protocol.includes('.') && !isNamed)
    return 'a scheme that bears a domain name in reverse is wanted, such as `com.example.app:`'
  if (isNamed === false) return 'a URI that leads to a host of the policy of this server is wanted'
  return undefined
}

function isAt({ protocol, hostname }: URL, place: string): boolean {
  if (place.endsWith(':')) return protocol === place.toLowerCase()
  if (place.startsWith('*.')) return hostname.endsWith(place.slice(1).toLowerCase())
  return hostname === place.toLowerCase()
}
