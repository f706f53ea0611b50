// RFC 6265 §4.1, draft-ietf-httpbis-rfc6265bis §4.1.3.2
import type { HttpRequest, Seconds } from '@ambit/protocol'
import type { ServerContext } from '../context.ts'

/**
 * What the server keeps in a browser: the login, the browser's own secret, proof of an earlier login, and for a moment what a
 * failed login shows again.
 */
export type CookieKind = 'session' | 'browser' | 'device' | 'attempt'

type CookieContext = Pick<ServerContext, 'isHttps'>

/** The value of one of the server's cookies. */
export function readCookie(context: CookieContext, request: HttpRequest, kind: CookieKind): string | undefined {
  const header = request.headers['cookie']
  if (header === undefined) return undefined
  const begin = `${nameOf(context, kind)}=`
  const pairs = (typeof header === 'string' ? header : header.join(';')).split(';')
  const pair = pairs.find(each => each.trimStart().startsWith(begin))
  return pair?.trim().slice(begin.length)
}

/** A cookie that no script reads, that no other site's form carries along, and that no subdomain can set. */
export function printCookie(
  context: CookieContext,
  kind: CookieKind,
  cookie: { readonly value: string; readonly maxAge?: Seconds },
): string {
  const age = cookie.maxAge === undefined ? '' : `; Max-Age=${cookie.maxAge}`
  const secure = context.isHttps ? '; Secure' : ''
  return `${nameOf(context, kind)}=${cookie.value}; Path=/${age}; HttpOnly; SameSite=Lax${secure}`
}

function nameOf(context: CookieContext, kind: CookieKind): string {
  return context.isHttps ? `__Host-ambit_${kind}` : `ambit_${kind}`
}
