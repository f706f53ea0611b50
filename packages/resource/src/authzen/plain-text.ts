// OpenID Authorization API 1.0 §10.1.2
import type { HttpResponse } from '@ambit/protocol'

/** An error of the API: a sentence, which has nothing to do with any decision. @spec OpenID Authorization API 1.0 §10.1.2 */
export function plainText(status: number, sentence: string, headers: HttpResponse['headers'] = {}): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
    body: sentence,
  }
}
