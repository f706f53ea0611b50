// RFC 9700 §4.16, RFC 6749 §10.13
import { type HttpResponse, singleHeader } from '@ambit/protocol'
import type { Exchange, ServerContext } from './context.ts'
import type { Page } from './ports/pages.ts'

/** A page and how it is sent. */
export type PageAnswer = {
  readonly page: Page
  readonly status?: number
  readonly uiLocales?: string
  /** Where the page's form may end up by redirects, beside this server: browsers hold redirects to `form-action` too. */
  readonly formTarget?: string
  readonly headers?: HttpResponse['headers']
}

/** Renders a page as a response that no other site can frame, and that tells no other site where it came from. */
export function pageResponse(context: ServerContext, exchange: Exchange, answer: PageAnswer): HttpResponse {
  const { page, status = 200, uiLocales, formTarget, headers } = answer
  const { html, language } = context.pages.render(page, {
    requestId: exchange.requestId,
    acceptLanguage: singleHeader(exchange.request.headers, 'accept-language'),
    basePath: context.basePath,
    ...(uiLocales !== undefined && { uiLocales }),
  })
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': policyFor(formTarget),
      ...pageHeaders,
      ...headers,
    },
    body: html,
  }
}

/** Answers a form: see other, keep nothing, tell the next site nothing. @spec RFC 9700 §4.12 */
export function seeOther(location: string, cookies: readonly string[] = []): HttpResponse {
  return {
    status: 303,
    headers: {
      location,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: '',
  }
}

const pageHeaders = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

function policyFor(formTarget: string | undefined): string {
  const source = formTarget === undefined ? undefined : formSource(formTarget)
  const target = source === undefined ? '' : ` ${source}`
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    `form-action 'self'${target}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/**
 * The source expression for a URI; only the scheme where the policy's grammar has no word for its host (IPv6, private schemes).
 * None for a host that the policy would read as something else: a URL's host may hold what ends a directive.
 */
function formSource(uri: string): string | undefined {
  const { origin, protocol, hostname } = new URL(uri)
  if (origin === 'null' || hostname.startsWith('[')) return protocol
  return /^[a-z0-9._-]+$/.test(hostname) ? origin : undefined
}
