// OAuth 2.1 (draft-ietf-oauth-v2-1-13)
import type { Profile, ProfileRule } from './profile.ts'
import { alwaysKept, clientProblemIf, implicitRule, isLoopbackUri, passwordRule, pkceRule, tlsRule } from './rules.ts'

const document = 'OAuth 2.1'

/** What every server of OAuth 2.1 does. @spec OAuth 2.1 §10 */
export const oauth21Rules: readonly ProfileRule[] = [
  tlsRule(`${document} §1.5`),
  {
    id: 'answers-over-tls',
    says: 'answers travel over TLS, or stay on the machine of the app',
    source: `${document} §1.5`,
    findClientProblems: ({ redirectUris }) =>
      clientProblemIf(
        redirectUris.some(uri => /^http:/i.test(uri) && !isLoopbackUri(uri)),
        'redirectUris',
        'https is wanted, or http on loopback',
      ),
  },
  implicitRule(`${document} §10.1`),
  passwordRule(`${document} §10`),
  pkceRule(`${document} §4.1.1`),
  alwaysKept({
    id: 'exact-redirects',
    says: 'redirect URIs are compared character by character, but for the port on loopback',
    source: `${document} §10`,
    always: 'nothing else is compared, and nothing else is redirected to',
  }),
  alwaysKept({
    id: 'refresh-tokens',
    says: 'refresh tokens of public clients are rotated or bound to a key',
    source: `${document} §4.3.1`,
    always: 'they are rotated, and with DPoP bound as well; a second use revokes the authorization',
  }),
  alwaysKept({
    id: 'no-token-in-url',
    says: 'access tokens are not sent in addresses',
    source: `${document} §10`,
    always: 'tokens are taken from the field `Authorization` or from a form',
  }),
]

/** OAuth 2.1: what OAuth 2.0 became by its security practice. */
export const oauth21: Profile = { name: 'oauth2.1', title: 'OAuth 2.1 (draft 13)', rules: oauth21Rules }
