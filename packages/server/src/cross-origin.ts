// Fetch §3.2
import type { HttpResponse } from '@ambit/protocol'
import type { Endpoint } from './context.ts'

/** What lets scripts of other origins read an answer. @spec Fetch §3.2.3 */
export const crossOriginHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'www-authenticate, x-request-id, retry-after, dpop-nonce',
} as const

/** Tells a browser what scripts of other origins may send. @spec Fetch §3.2.3 */
export function preflight(endpoint: Endpoint): HttpResponse {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': endpoint.methods.join(', '),
      'access-control-allow-headers': 'authorization, content-type, dpop',
      'access-control-max-age': '7200',
    },
    body: '',
  }
}
