// RFC 6749 §10.12
import { seconds, singleHeader } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { locateSecret, makeSecret } from '../secret.ts'
import { printCookie, readCookie } from './cookies.ts'

/** A browser's own secret: forms and interactions are bound to it. `cookie` is there when it was just made. */
export type Browser = { readonly secret: string; readonly cookie?: string }

const browserTtl = seconds(31_536_000)

/** The secret that the browser sent; a new one when it sent none. */
export function knowBrowser(context: ServerContext, exchange: Exchange): Browser {
  const sent = readBrowser(context, exchange)
  if (sent !== undefined) return { secret: sent }
  const secret = makeSecret(context, 'browser').text
  return { secret, cookie: printCookie(context, 'browser', { value: secret, maxAge: browserTtl }) }
}

/** The secret that the browser sent, if it is one of ours by its form. */
export function readBrowser(context: ServerContext, { request }: Exchange): string | undefined {
  const sent = readCookie(context, request, 'browser')
  return sent !== undefined && locateSecret(context.crypto, 'browser', sent) !== undefined ? sent : undefined
}

/** The token that a form carries: it can only be made by who knows the browser's secret, and is good for one purpose. @spec RFC 6749 §10.12 */
export function csrfToken(context: ServerContext, browser: Browser, purpose: string): string {
  return context.crypto.hmac(browser.secret, `csrf\n${purpose}`)
}

/**
 * Whether a form was sent from one of our own pages in this browser: its token fits the browser's secret, and what the
 * browser tells of the sender's site does not speak against it. Browsers send `Origin: null` from pages that send no referrer.
 * @spec RFC 6749 §10.12, RFC 9700 §4.7
 */
export function isOwnForm(
  context: ServerContext,
  exchange: Exchange,
  form: { readonly token: string | undefined; readonly purpose: string },
): boolean {
  const secret = readBrowser(context, exchange)
  if (secret === undefined || form.token === undefined) return false
  if (!isOwnSite(context, exchange)) return false
  return context.crypto.isEqual(form.token, csrfToken(context, { secret }, form.purpose))
}

function isOwnSite(context: ServerContext, { request: { headers } }: Exchange): boolean {
  const site = singleHeader(headers, 'sec-fetch-site')
  const origin = singleHeader(headers, 'origin')
  const isSiteOwn = site === undefined || site === 'same-origin' || site === 'none'
  return isSiteOwn && (origin === undefined || origin === 'null' || origin === new URL(context.issuer).origin)
}
