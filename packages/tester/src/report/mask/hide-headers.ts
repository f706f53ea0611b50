// RFC 9110 §11.4, §11.6.2; RFC 6265 §4
import type { HeaderField } from '../../wire/exchange.ts'
import { hideEncoded, hidePairs } from './hide-body.ts'
import { type Hiding, hideSecrets, hideText, hideValue } from './hide-text.ts'

/** Hides in header fields; schemes, and names that are no secrets themselves, stay. */
export function hideHeaders(headers: readonly HeaderField[], hiding: Hiding): readonly HeaderField[] {
  return headers.map(([name, value]) => [hideText(name, hiding), hideField(name, value, hiding)])
}

function hideField(name: string, value: string, hiding: Hiding): string {
  const lower = name.toLowerCase()
  if (lower === 'authorization' || lower === 'proxy-authorization') return hideCredentials(value, hiding)
  if (lower === 'cookie') return hideCookies(value, hiding)
  if (lower === 'set-cookie') return hideSetCookie(value, hiding)
  if (lower === 'dpop') return hideValue(value, hiding, 'DPoP proof')
  if (/^(?:content-)?location$|^referer$|^x-(?:original|rewrite)-url$/.test(lower)) return hideUrl(value, hiding)
  return hideValue(value, hiding, hiding.kindOfName(name, 'member'))
}

/** Hides in a URL or request target: in its path, and in its query and fragment by name. */
export function hideUrl(url: string, hiding: Hiding): string {
  const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? []
  const shownPath = path
    .split('/')
    .map(segment => hideEncoded(segment, hiding))
    .join('/')
  const shownQuery = query === undefined ? '' : `?${hidePairs(query, hiding)}`
  return shownPath + shownQuery + (fragment === undefined ? '' : `#${hidePairs(fragment, hiding)}`)
}

// what is wrong with a credential may be the little that stands around it: a scheme, a blank, a sign at its end
function hideCredentials(value: string, hiding: Hiding): string {
  const [, scheme = '', rest = ''] = /^([!#$%&'*+.^_`|~\w-]{1,20} +)?(.*)$/s.exec(value) ?? []
  if (rest.trim() === '' || hiding.whole.has(rest)) return scheme + hideValue(rest, hiding)
  const known = hideSecrets(rest, hiding)
  const around = known.replaceAll(/\[[^\]]*\]/g, '')
  return scheme + (known !== rest && around.length <= 8 ? known : hideValue(rest, hiding, 'credential'))
}

function hideCookies(value: string, hiding: Hiding): string {
  return value
    .split(/; */)
    .map(cookie => hideCookie(cookie, hiding))
    .join('; ')
}

function hideSetCookie(value: string, hiding: Hiding): string {
  const end = value.indexOf(';')
  if (end < 0) return hideCookie(value, hiding)
  return hideCookie(value.slice(0, end), hiding) + hideText(value.slice(end), hiding)
}

function hideCookie(cookie: string, hiding: Hiding): string {
  const at = cookie.indexOf('=')
  return at < 0
    ? hideText(cookie, hiding)
    : `${hideText(cookie.slice(0, at), hiding)}=${hideValue(cookie.slice(at + 1), hiding, 'cookie')}`
}
