// RFC 9700 §4.16
import type { HttpResponse } from '@ambit/protocol'
import { type Child, html, ownMarkup } from '../../pages/markup.ts'

/** A page of the app. */
export type AppPage = {
  readonly title: string
  readonly main: Child
  readonly status?: number
  readonly cookie?: string
}

/** Sends a page that no other site can frame; its forms may end at the authorization server. */
export function page({ title, main, status = 200, cookie }: AppPage, issuer: string): HttpResponse {
  const document = html`${ownMarkup('<!doctype html>')}
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Pet shop app</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/app.css">
  </head>
  <body>
    <header class="bar"><span class="name">Pet shop app</span><span class="hint">a client of Ambit</span></header>
    <main>${main}</main>
  </body>
</html>
`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'en',
      'content-security-policy': policyFor(issuer),
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    },
    body: document.toString(),
  }
}

/** Sends the browser on after a form. */
export function seeOther(location: string, cookie?: string): HttpResponse {
  return {
    status: 303,
    headers: {
      location,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    },
    body: '',
  }
}

// browsers hold a form's redirects to `form-action` too
function policyFor(issuer: string): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    `form-action 'self' ${issuer}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
