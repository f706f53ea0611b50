// RFC 6265 §5
import { isLoopback } from '../tokens/secure-url.ts'
import { fieldValues, type HeaderField } from '../wire/exchange.ts'
import { type CookieAttributes, readSetCookie } from './set-cookie.ts'

/** A cookie that is kept. */
type Cookie = CookieAttributes & {
  readonly name: string
  readonly value: string
  /** The origin that it goes back to; a domain where the server named one. */
  readonly scope: { readonly origin: string } | { readonly domain: string }
  readonly path: string
  /** Milliseconds since the epoch; absent where it lives as long as the browser. */
  readonly expiresAt?: number
}

/** What a request is like, as far as cookies go. */
type CookieUse = { readonly isCrossSite: boolean; readonly isSafe: boolean }

/** The cookies of one browser. */
export type CookieJar = {
  /** Keeps what an answer sets. @spec RFC 6265 §5.3 */
  readonly keep: (url: URL, headers: readonly HeaderField[]) => void
  /** The value of `Cookie`; `undefined` where there is nothing to send. @spec RFC 6265 §5.4 */
  readonly valueFor: (url: URL, use?: CookieUse) => string | undefined
  readonly all: () => readonly Cookie[]
}

/**
 * Makes an empty jar. Narrower than browsers in one thing: a cookie without a domain goes back to its own scheme and port only,
 * because on one machine the tester's own listeners stand beside the server.
 */
export function createCookieJar(now: () => number): CookieJar {
  const cookies = new Map<string, Cookie>()
  const alive = () => [...cookies.values()].filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now())
  return {
    keep: (url, headers) => {
      for (const text of fieldValues(headers, 'set-cookie')) {
        const cookie = cookieOf(text, url, now())
        if (cookie === undefined) continue
        const key = JSON.stringify([cookie.name, cookie.scope, cookie.path])
        // one that is set again keeps its place in the order: RFC 6265 §5.3
        if ((cookie.expiresAt ?? Number.POSITIVE_INFINITY) <= now()) cookies.delete(key)
        else cookies.set(key, cookie)
      }
    },
    valueFor: (url, use = { isCrossSite: false, isSafe: true }) => {
      const fitting = alive().filter(cookie => fits(cookie, url) && maySend(cookie, use))
      const ordered = fitting.toSorted((a, b) => b.path.length - a.path.length)
      return ordered.length === 0 ? undefined : ordered.map(({ name, value }) => `${name}=${value}`).join('; ')
    },
    all: alive,
  }
}

function cookieOf(text: string, url: URL, now: number): Cookie | undefined {
  const set = readSetCookie(text)
  if (set === undefined) return undefined
  const { name, value, attributes } = set
  if (attributes.isSecure && !isTrustworthy(url)) return undefined
  if (attributes.domain !== undefined && !mayClaim(url.hostname, attributes.domain)) return undefined
  const path = attributes.path ?? defaultPath(url.pathname)
  if (!keepsPromise(name, { ...attributes, path })) return undefined
  const isOwn = attributes.domain === undefined || attributes.domain === url.hostname
  const scope =
    attributes.domain === undefined || (isOwn && isAddress(url.hostname))
      ? { origin: url.origin }
      : { domain: attributes.domain }
  const age = attributes.maxAge === undefined ? attributes.expiresAt : now + attributes.maxAge * 1000
  return { ...attributes, name, value, scope, path, ...(age !== undefined && { expiresAt: age }) }
}

/** What a prefixed name promises. @spec draft-ietf-httpbis-rfc6265bis §4.1.3 */
function keepsPromise(name: string, { isSecure, domain, path }: CookieAttributes): boolean {
  const lower = name.toLowerCase()
  if (lower.startsWith('__host-')) return isSecure && domain === undefined && path === '/'
  return !lower.startsWith('__secure-') || isSecure
}

/** A server speaks for its own name and those above it, but never for a whole top-level domain. @spec RFC 6265 §5.3 */
function mayClaim(host: string, domain: string): boolean {
  if (host === domain) return true
  return domain.includes('.') && !isAddress(host) && host.endsWith(`.${domain}`)
}

function fits({ scope, path, isSecure }: Cookie, url: URL): boolean {
  if (isSecure && !isTrustworthy(url)) return false
  const isOfPlace =
    'origin' in scope
      ? scope.origin === url.origin
      : url.hostname === scope.domain || url.hostname.endsWith(`.${scope.domain}`)
  return isOfPlace && isBelow(url.pathname, path)
}

function maySend({ sameSite }: Cookie, { isCrossSite, isSafe }: CookieUse): boolean {
  if (!isCrossSite || sameSite === undefined || sameSite === 'none') return true
  return sameSite === 'lax' && isSafe
}

/** @spec RFC 6265 §5.1.4 */
function isBelow(path: string, wanted: string): boolean {
  return path === wanted || (path.startsWith(wanted) && (wanted.endsWith('/') || path[wanted.length] === '/'))
}

/** @spec RFC 6265 §5.1.4 */
function defaultPath(path: string): string {
  const last = path.lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

/** Browsers treat this machine as if it spoke https. */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname)
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)
}
