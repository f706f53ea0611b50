// RFC 9457 §3
import type { HttpResponse } from '@ambit/protocol'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** An answer that says what is wrong, and nothing of what was sent. */
export function problem(status: number, detail: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: JSON.stringify({ title: titles[status], status, detail }),
  }
}
