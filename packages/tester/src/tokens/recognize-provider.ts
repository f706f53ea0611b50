// RFC 8414 §2
import type { ProviderName } from '../target/target.ts'
import { type JsonObject, textIn, textsIn } from './json-object.ts'

type Facts = {
  readonly issuer: URL | null
  readonly token: string
  readonly metadata: JsonObject
}

/** By what each product gives itself away; the first that holds counts. */
const marks: readonly (readonly [ProviderName, (facts: Facts) => boolean])[] = [
  ['ambit', ({ metadata }) => hasText(metadata, 'acr_values_supported', 'urn:ambit:')],
  ['google', ({ issuer }) => issuer?.href === 'https://accounts.google.com/'],
  ['cognito', ({ issuer }) => /^cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?$/.test(issuer?.hostname ?? '')],
  [
    'entra',
    ({ issuer, metadata }) =>
      textIn(metadata, 'msgraph_host') !== undefined ||
      textIn(metadata, 'cloud_instance_name') !== undefined ||
      /(^|\.)(login\.microsoftonline\.(com|us)|ciamlogin\.com|b2clogin\.com)$/.test(issuer?.hostname ?? ''),
  ],
  [
    'auth0',
    ({ issuer, metadata, token }) =>
      (issuer?.hostname.endsWith('.auth0.com') ?? false) ||
      (token.endsWith('/oauth/token') &&
        (textIn(metadata, 'mfa_challenge_endpoint')?.endsWith('/mfa/challenge') ?? false)),
  ],
  [
    'okta',
    ({ issuer, metadata, token }) =>
      /\.(okta|oktapreview|okta-emea)\.com$/.test(issuer?.hostname ?? '') ||
      (/\/oauth2\/([\w-]+\/)?v1\/token$/.test(token) && hasText(metadata, 'grant_types_supported', 'urn:okta:')),
  ],
  ['keycloak', ({ token }) => token.endsWith('/protocol/openid-connect/token')],
]

/** Tells which product a server is by its metadata alone; a host of its own does not hide it. */
export function recognizeProvider(metadata: JsonObject, issuer: string): ProviderName {
  const facts = { issuer: URL.parse(issuer), token: textIn(metadata, 'token_endpoint') ?? '', metadata }
  return marks.find(([, holds]) => holds(facts))?.[0] ?? 'unknown'
}

function hasText(metadata: JsonObject, name: string, start: string): boolean {
  return textsIn(metadata, name)?.some(text => text.startsWith(start)) ?? false
}
