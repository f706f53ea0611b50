// RFC 9110 §15.4; Fetch §4.4; Referrer Policy §8.3; Fetch Metadata §2
import { isLoopback } from '../tokens/secure-url.ts'
import type { HeaderField } from '../wire/exchange.ts'

/** One step of a browser: where it goes, and from where it was sent. */
export type Navigation = {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  /** Of a form, encoded. */
  readonly body?: string
  /** The page that the step comes from; absent where the address was typed. */
  readonly from?: { readonly url: URL; readonly referrerPolicy: string }
  /** How far the chain of redirects has been from that page. */
  readonly site: Site
  /** Whether redirects between others have made the origin worthless. */
  readonly isTainted: boolean
}

/** How two addresses are related. @spec Fetch Metadata §2.3 */
type Site = 'none' | 'same-origin' | 'same-site' | 'cross-site'

const distance: readonly Site[] = ['none', 'same-origin', 'same-site', 'cross-site']

/** Begins a navigation. */
export function beginNavigation(step: Omit<Navigation, 'site' | 'isTainted'>): Navigation {
  return { ...step, site: step.from === undefined ? 'none' : siteOf(step.from.url, step.url), isTainted: false }
}

/** The step after a redirect: 303, and 301 or 302 after a POST, go on with GET. @spec RFC 9110 §15.4.2, §15.4.3, §15.4.4 */
export function followRedirect(step: Navigation, status: number, url: URL): Navigation {
  const { body, ...rest } = step
  const leaves = url.origin !== step.url.origin && step.from !== undefined && step.url.origin !== step.from.url.origin
  const seen = step.from === undefined ? 'none' : siteOf(step.from.url, url)
  const site = distance.indexOf(seen) > distance.indexOf(step.site) ? seen : step.site
  const moved = { ...rest, url, site, isTainted: step.isTainted || leaves }
  if (status !== 307 && status !== 308) return { ...moved, method: 'GET' }
  return { ...moved, ...(body !== undefined && { body }) }
}

/** What a browser says of a step beside its cookies. */
export function navigationFields(step: Navigation): readonly HeaderField[] {
  const referer = refererOf(step)
  return [
    ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
    ['Accept-Language', 'en'],
    ['Upgrade-Insecure-Requests', '1'],
    ...(step.method === 'POST' ? ([['Origin', originOf(step)]] as const) : []),
    ...(referer === undefined ? [] : ([['Referer', referer]] as const)),
    ...(step.body === undefined ? [] : ([['Content-Type', 'application/x-www-form-urlencoded']] as const)),
    ...fetchMetadata(step),
  ]
}

/** Only to those whose answers nobody on the way can read. @spec Fetch Metadata §2 */
function fetchMetadata({ url, site }: Navigation): readonly HeaderField[] {
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) return []
  return [
    ['Sec-Fetch-Dest', 'document'],
    ['Sec-Fetch-Mode', 'navigate'],
    ['Sec-Fetch-Site', site],
    ['Sec-Fetch-User', '?1'],
  ]
}

/** @spec Fetch §3.2 */
function originOf({ from, url, isTainted }: Navigation): string {
  if (from === undefined || isTainted) return 'null'
  const { referrerPolicy: policy, url: page } = from
  if (policy === 'no-referrer' || (policy === 'same-origin' && page.origin !== url.origin)) return 'null'
  const isStrict = policy === '' || policy.startsWith('strict-') || policy === 'no-referrer-when-downgrade'
  return isStrict && isDowngrade(page, url) ? 'null' : page.origin
}

/** @spec Referrer Policy §8.3 */
function refererOf({ from, url }: Navigation): string | undefined {
  if (from === undefined) return undefined
  const { referrerPolicy: policy, url: page } = from
  const isOwn = page.origin === url.origin
  const whole = `${page.origin}${page.pathname}${page.search}`
  const bare = `${page.origin}/`
  if (policy === 'no-referrer' || (policy === 'same-origin' && !isOwn)) return undefined
  if (policy === 'unsafe-url') return whole
  if (policy === 'origin') return bare
  if (policy === 'origin-when-cross-origin') return isOwn ? whole : bare
  if (isDowngrade(page, url)) return undefined
  if (policy === 'strict-origin') return bare
  return isOwn || policy === 'no-referrer-when-downgrade' ? whole : bare
}

function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === 'https:' && to.protocol !== 'https:' && !isLoopback(to.hostname)
}

/** The last two labels stand for the registrable domain; a list of public suffixes would be larger than the tester. */
function siteOf(from: URL, to: URL): Site {
  if (from.origin === to.origin) return 'same-origin'
  const isSame = from.protocol === to.protocol && registrable(from.hostname) === registrable(to.hostname)
  return isSame ? 'same-site' : 'cross-site'
}

function registrable(host: string): string {
  return /^[\d.]+$|^\[/.test(host) ? host : host.split('.').slice(-2).join('.')
}
