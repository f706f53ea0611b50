// RFC 6749 §3.1
import type { AuthorizationOutcome, UserConduct } from '../run/probe-context.ts'
import type { SecretLedger } from '../secret/secret.ts'
import type { ServerTarget } from '../target/target.ts'

/** How a visit goes. */
export type Visit = UserConduct & {
  /** What was asked for, to know a scope on a consent page. */
  readonly scope: readonly string[]
  /** Where the client wants its answer: the browser stops before it goes there. */
  readonly redirectUris: readonly string[]
  /** What a device shows its user. @spec RFC 8628 §3.3 */
  readonly userCode?: string
}

/** A user in front of a browser: scripted, or a real one. */
export type FrontChannel = {
  /** Opens an address at the server and answers its pages, until the server has nothing more to ask. */
  readonly visit: (url: string, visit: Visit) => Promise<AuthorizationOutcome>
  /** Forgets all browsers. */
  readonly close: () => Promise<void>
}

/** What a redirect may carry that opens something. */
const secretParameters: readonly (readonly [name: string, kind: string])[] = [
  ['code', 'authorization code'],
  ['access_token', 'access token'],
  ['refresh_token', 'refresh token'],
  ['id_token', 'ID token'],
  ['response', 'authorization response'],
]

/** The outcome of a redirect; parameters of query and fragment, secrets remembered. @spec RFC 6749 §4.1.2, §4.2.2 */
export function redirectedTo(location: string, secrets: SecretLedger): AuthorizationOutcome {
  const url = URL.parse(location)
  const fragment = new URLSearchParams(url?.hash.slice(1) ?? '')
  return redirectedWith(location, [...(url?.searchParams ?? []), ...fragment], secrets)
}

/** The same where the parameters come in a form. @spec OAuth 2.0 Form Post Response Mode §2 */
export function redirectedWith(
  location: string,
  pairs: readonly (readonly [name: string, value: string])[],
  secrets: SecretLedger,
): AuthorizationOutcome {
  const parameters = new Map(pairs)
  for (const [name, kind] of secretParameters) {
    const value = parameters.get(name)
    if (value !== undefined && value !== '') secrets.secret(kind, value)
  }
  return { kind: 'redirected', location, parameters }
}

/**
 * Whether a browser must stop before an address: it is the client's, or belongs to neither the server nor the pages that the
 * configuration names.
 */
export function mustStopAt(url: string, redirectUris: readonly string[], origins: ReadonlySet<string>): boolean {
  return redirectUris.some(uri => isAnswerAt(url, uri)) || !origins.has(URL.parse(url)?.origin ?? '')
}

/** Whether an address is a redirect URI with nothing but parameters added. @spec RFC 6749 §4.1.2 */
export function isAnswerAt(url: string, redirectUri: string): boolean {
  return url.startsWith(redirectUri) && /^([?#&]|$)/.test(url.slice(redirectUri.length))
}

/** The origins that belong to a server: of its issuer, of all its endpoints, and those of login pages elsewhere. */
export function originsOf({ issuer, metadata }: ServerTarget, others: readonly string[] = []): ReadonlySet<string> {
  const endpoints = Object.entries(metadata).flatMap(([name, value]) =>
    name.endsWith('_endpoint') && typeof value === 'string' ? [value] : [],
  )
  return new Set([issuer, ...endpoints, ...others].flatMap(url => URL.parse(url)?.origin ?? []))
}
