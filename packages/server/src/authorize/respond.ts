// RFC 6749 §4.1.2, §4.2.2, RFC 9207 §2, OAuth 2.0 Form Post Response Mode §2
import { type HttpResponse, printForm } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import type { ResponseMode } from './response-type.ts'
import type { VerifiedRedirectUri } from './verified-redirect-uri.ts'

/** Where the answer to an authorization request goes, and how it travels. */
export type ResponseChannel = {
  readonly redirectUri: VerifiedRedirectUri
  readonly mode: ResponseMode
  readonly state?: string
}

/**
 * Sends an authorization response to the client, with `state` as it came and `iss`.
 * @spec RFC 6749 §4.1.2, RFC 9207 §2
 */
export function respond(
  context: ServerContext,
  exchange: Exchange,
  answer: { readonly channel: ResponseChannel; readonly parameters: Readonly<Record<string, string | undefined>> },
): HttpResponse {
  const { redirectUri, mode, state } = answer.channel
  const parameters = { ...answer.parameters, state, iss: context.issuer }
  if (mode === 'query') return seeOther(appendQuery(redirectUri, printForm(parameters)))
  if (mode === 'fragment') return seeOther(`${redirectUri}#${printForm(parameters)}`)
  const page = { page: 'form_post', action: redirectUri, parameters: withoutMissing(parameters) } as const
  return pageResponse(context, exchange, { page, formTarget: redirectUri })
}

/** Adds parameters to the query that a URI has or has not, and leaves the rest of it as it is. @spec RFC 6749 §3.1.2 */
export function appendQuery(uri: string, form: string): string {
  if (!uri.includes('?')) return `${uri}?${form}`
  return /[?&]$/.test(uri) ? uri + form : `${uri}&${form}`
}

function withoutMissing(parameters: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}
