// RFC 6749 §4.1.2, §4.2.2, RFC 9207 §2, OAuth 2.0 Form Post Response Mode §2
import { type ErrorCodeAt, type HttpResponse, type Parameters, printForm, type Refusal } from '@ambit/protocol'
import type { Exchange, ServerContext } from '../context.ts'
import { pageResponse, seeOther } from '../page-response.ts'
import type { AsideView } from '../ports/pages.ts'
import type { CompletedRequest } from './complete.ts'
import type { AuthorizationRequest } from './request.ts'
import type { RequestClient } from './request-client.ts'
import type { ResponseMode } from './response-type.ts'
import type { VerifiedRedirectUri } from './verified-redirect-uri.ts'

/** The parameters of an authorization response; those without a value are left out. */
export type ResponseParameters = Readonly<Record<string, string | undefined>>

/** Where the answer to an authorization request goes, and how it travels. */
export type ResponseChannel = RedirectChannel | AsideChannel

/** Back to the client, in the browser. */
export type RedirectChannel = {
  readonly kind: 'redirect'
  readonly redirectUri: VerifiedRedirectUri
  readonly mode: ResponseMode
  readonly state?: string
  /** The client is a stranger: nobody is led there before they have done something here. @spec RFC 9700 §4.11.2 */
  readonly isStranger?: boolean
  /** Puts the parameters into one, where the client wants that. @spec JARM §2.3 */
  readonly wrap?: (parameters: ResponseParameters) => Promise<ResponseParameters>
}

/** To whoever waits for it elsewhere; the browser gets a page of ours. @spec RFC 8628 §3.3, OpenID Connect CIBA Core §7 */
export type AsideChannel = {
  readonly kind: 'aside'
  /** What the pages say of where the request came from. */
  readonly view: AsideView
  /** What is asked, as if it had come to the authorization endpoint. */
  readonly parse: (context: ServerContext, from: RequestClient, parameters: Parameters) => Promise<ParsedRequest>
  readonly complete: (
    context: ServerContext,
    exchange: Exchange,
    completed: CompletedRequest,
  ) => Promise<HttpResponse | Refusal<ErrorCodeAt<'authorization'>>>
  /** Tells whoever waits that nothing will come; the refusal was told to whoever observes. */
  readonly refuse: (context: ServerContext, exchange: Exchange, refusal: Refusal) => Promise<HttpResponse>
}

type ParsedRequest = AuthorizationRequest | Refusal<ErrorCodeAt<'authorization'>>

/**
 * Sends an authorization response to the client, with `state` as it came and `iss`.
 * @spec RFC 6749 §4.1.2, RFC 9207 §2
 */
export async function respond(
  context: ServerContext,
  exchange: Exchange,
  answer: { readonly channel: RedirectChannel; readonly parameters: ResponseParameters },
): Promise<HttpResponse> {
  const { redirectUri, mode, state, wrap } = answer.channel
  const plain = { ...answer.parameters, state, iss: context.issuer }
  const parameters = wrap === undefined ? plain : await wrap(plain)
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

function withoutMissing(parameters: ResponseParameters): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )
}

/** Where a form's redirects may end up; nowhere but here where the answer goes to no browser. */
export function formTargetOf({ channel }: { readonly channel: ResponseChannel }): { readonly formTarget?: string } {
  return channel.kind === 'redirect' ? { formTarget: channel.redirectUri } : {}
}
