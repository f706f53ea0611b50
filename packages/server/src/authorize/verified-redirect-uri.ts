// RFC 6749 §3.1.2, RFC 9700 §2.1, RFC 8252 §7.3
import { type Brand, type Refusal, refuse } from '@ambit/protocol'
import type { ClientRecord } from '../ports/records.ts'

/** A URI that the client registered, or its loopback one with the port of the moment. Only `verifyRedirectUri` makes it. */
export type VerifiedRedirectUri = Brand<string, 'VerifiedRedirectUri'>

/**
 * Compares the requested redirect URI with the registered ones, character by character; the port is free only in the
 * loopback address of a native app, or in its `localhost` where it has registered that name.
 * @spec RFC 9700 §2.1 and §4.1.3, RFC 6749 §3.1.2.3, RFC 8252 §7.3
 * @errors invalid_request: missing where it is needed, not registered, or of a kind that runs code
 */
export function verifyRedirectUri(
  client: ClientRecord,
  sent: { readonly redirectUri: string | undefined; readonly isOpenId: boolean },
): VerifiedRedirectUri | Refusal<'invalid_request'> {
  const { redirectUri, isOpenId } = sent
  if (redirectUri === undefined && isOpenId)
    return refuse('invalid_request', '`redirect_uri` is missing: an OpenID Connect request must name it')
  if (redirectUri === undefined && client.redirectUris.length !== 1)
    return refuse('invalid_request', '`redirect_uri` is missing and the client has not registered exactly one')
  const uri = redirectUri ?? client.redirectUris[0] ?? ''
  const isRegistered = client.redirectUris.includes(uri) || isLoopbackOfNativeApp(client, uri)
  if (!isRegistered) return refuse('invalid_request', '`redirect_uri` is not one that the client has registered')
  if (redirectUriProblem(uri) !== undefined)
    return refuse('invalid_request', '`redirect_uri` cannot be used', redirectUriProblem(uri))
  return uri as VerifiedRedirectUri
}

/** What people know of where a URI leads: its host, or the scheme that an app has claimed. */
export function hostOf(uri: VerifiedRedirectUri): string {
  const { host, protocol } = new URL(uri)
  return host === '' ? protocol : host
}

const schemesThatRun: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:'])

/** What is wrong with a redirect URI that a client wants to register, or `undefined`. @spec RFC 6749 §3.1.2 */
export function redirectUriProblem(uri: string): string | undefined {
  if (!URL.canParse(uri)) return 'an absolute URI is wanted'
  if (!/^[\x21-\x7e]+$/.test(uri)) return 'a URI without spaces and characters outside of ASCII is wanted'
  if (uri.includes('#')) return 'a URI without a fragment is wanted'
  // a browser would resolve the one below our own address, and reads a backslash as a slash
  if (/^https?:(?!\/\/[^/])|\\/i.test(uri)) return 'a URI with two slashes before its host, and no backslash, is wanted'
  if (schemesThatRun.has(new URL(uri).protocol)) return 'a URI whose scheme leads to a client is wanted'
  return undefined
}

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::[1-9]\d{0,4})?(?=[/?]|$)/

function isLoopbackOfNativeApp(client: ClientRecord, uri: string): boolean {
  if (client.applicationType !== 'native') return false
  const bare = withoutPort(uri)
  return bare !== undefined && client.redirectUris.some(registered => withoutPort(registered) === bare)
}

/** A loopback URI with its port left out, the rest as it was sent. */
function withoutPort(uri: string): string | undefined {
  const [start, host] = loopback.exec(uri) ?? []
  if (start === undefined) return undefined
  return `http://${host}${uri.slice(start.length)}`
}
