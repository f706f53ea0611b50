// FAPI 2.0 Security Profile (February 2025)
import { refuse, type SigningAlgorithm } from '@ambit/protocol'
import type { Profile, ProfileRule } from './profile.ts'
import {
  algorithmsRule,
  alwaysKept,
  clientProblemIf,
  implicitRule,
  isLoopbackUri,
  methodsRule,
  passwordRule,
  pkceRule,
  problemIf,
  tlsRule,
} from './rules.ts'

const document = 'FAPI 2.0 Security Profile'

/** @spec FAPI 2.0 Security Profile §5.4.1-1 */
const algorithms: readonly SigningAlgorithm[] = ['PS256', 'ES256', 'EdDSA']

const limits = { code: 60, requestUri: 599, leastSkew: 10, greatestSkew: 60 } as const

const networkRules: readonly ProfileRule[] = [
  tlsRule(`${document} §5.2.1-1`),
  alwaysKept({
    id: 'no-downgrade',
    says: 'browsers are told to come back over TLS alone',
    source: `${document} §5.2.3-1`,
    always: 'with an https issuer each answer has `Strict-Transport-Security`',
  }),
  alwaysKept({
    id: 'no-cors',
    says: 'scripts of other sites cannot read the authorization endpoint',
    source: `${document} §5.2.3-3`,
    always: 'only endpoints that clients call themselves answer with CORS headers',
  }),
]

const generalRules: readonly ProfileRule[] = [
  alwaysKept({
    id: 'metadata',
    says: 'clients learn about the server from its metadata',
    source: `${document} §5.3.2.1-1`,
    always: 'both well-known addresses serve what is mounted',
  }),
  passwordRule(`${document} §5.3.2.1-2`),
  {
    id: 'confidential-clients',
    says: 'every client can prove who it is',
    source: `${document} §5.3.2.1-3`,
    findClientProblems: ({ authenticationMethod }) =>
      clientProblemIf(authenticationMethod === 'none', 'authenticationMethod', 'public clients are not allowed'),
  },
  {
    id: 'sender-constrained',
    says: 'every access token is bound to a key or certificate of its client, by DPoP or mutual TLS',
    source: `${document} §5.3.2.1-4 and -5`,
    sets: { requireSenderConstraint: true },
    declares: { features: { dpop: { algorithms } } },
    findProblems: ({ options }) => [
      ...problemIf(options.requireSenderConstraint !== true, 'requireSenderConstraint', '`true` is wanted'),
      ...problemIf(
        (options.features ?? []).every(({ senderBindings = [] }) => senderBindings.length === 0),
        'features',
        '`dpop` or `mutualTls` is wanted',
      ),
    ],
  },
  methodsRule(
    {
      id: 'client-authentication',
      says: 'clients authenticate by mutual TLS or by a JWT that they sign with their own key',
      source: `${document} §5.3.2.1-6`,
    },
    ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
  ),
  alwaysKept({
    id: 'no-open-redirector',
    says: 'nobody can be sent to where they should not go',
    source: `${document} §5.3.2.1-7`,
    always: 'answers go to registered addresses alone, compared character by character',
  }),
  {
    id: 'assertion-audience',
    says: 'a client assertion names the issuer, as one text, as its audience',
    source: `${document} §5.3.2.1-8`,
    sets: { assertionAudience: 'issuer' },
    findProblems: ({ options }) =>
      problemIf(options.assertionAudience !== 'issuer', 'assertionAudience', '`issuer` is wanted'),
  },
  {
    id: 'no-rotation',
    says: 'refresh tokens are not rotated: they are of use to their client alone, and a lost answer would cost the grant',
    source: `${document} §5.3.2.1-9`,
    sets: { refreshTokens: 'kept' },
    findProblems: ({ options }) => problemIf(options.refreshTokens !== 'kept', 'refreshTokens', '`kept` is wanted'),
  },
  {
    id: 'code-lifetime',
    says: `an authorization code is good for at most ${limits.code} seconds`,
    source: `${document} §5.3.2.1-11`,
    findProblems: ({ options }) =>
      problemIf(options.ttl.code > limits.code, 'ttl.code', `at most ${limits.code} seconds are wanted`),
  },
  alwaysKept({
    id: 'code-binding',
    says: 'with DPoP a code can be bound to a key',
    source: `${document} §5.3.2.1-12`,
    always: '`dpop_jkt` and proofs at the pushed request endpoint bind the code',
  }),
  {
    id: 'clocks',
    says: `what is dated up to ${limits.leastSkew} seconds ahead is taken, what is dated more than ${limits.greatestSkew} seconds ahead is not`,
    source: `${document} §5.3.2.1-13`,
    findProblems: ({ options }) =>
      (options.features ?? []).flatMap(({ name, settings }) => {
        const skew = settings?.['clockSkew']
        const isOdd = typeof skew === 'number' && (skew < limits.leastSkew || skew > limits.greatestSkew)
        return problemIf(
          isOdd,
          `features.${name}.clockSkew`,
          `${limits.leastSkew} to ${limits.greatestSkew} seconds are wanted`,
        )
      }),
  },
]

const authorizationRules: readonly ProfileRule[] = [
  implicitRule(`${document} §5.3.2.2-1`),
  {
    id: 'pushed-requests',
    says: 'clients push their authorization requests; others are refused',
    source: `${document} §5.3.2.2-2 and -3`,
    declares: { features: { pushedRequests: { required: true } } },
    findProblems: ({ metadata }) =>
      problemIf(
        metadata.pushed_authorization_request_endpoint === undefined ||
          metadata.require_pushed_authorization_requests !== true,
        'features.pushedRequests',
        '`{ required: true }` is wanted',
      ),
  },
  alwaysKept({
    id: 'pushed-by-clients',
    says: 'a request is taken from a client that has proved who it is',
    source: `${document} §5.3.2.2-4`,
    always: 'the pushed request endpoint authenticates clients as the token endpoint does, where `none` is no method',
  }),
  pkceRule(`${document} §5.3.2.2-5`),
  {
    id: 'redirect-uri',
    says: 'a pushed request names its redirect URI',
    source: `${document} §5.3.2.2-6`,
    requestRule: (_context, { parameters }) =>
      parameters.get('redirect_uri') === undefined
        ? refuse('invalid_request', '`redirect_uri` is missing: each request must name it')
        : undefined,
  },
  alwaysKept({
    id: 'issuer-in-answers',
    says: 'an authorization response names the issuer',
    source: `${document} §5.3.2.2-7`,
    always: 'every authorization response has `iss`, errors too',
  }),
  {
    id: 'secure-redirects',
    says: 'answers travel over TLS, or stay on the machine of a native app',
    source: `${document} §5.3.2.2-8`,
    findClientProblems: ({ redirectUris, applicationType }) =>
      clientProblemIf(
        redirectUris.some(uri => /^http:/i.test(uri) && !(applicationType === 'native' && isLoopbackUri(uri))),
        'redirectUris',
        'https is wanted; http is for the loopback address of a native app alone',
      ),
  },
  alwaysKept({
    id: 'code-once',
    says: 'a code is good once',
    source: `${document} §5.3.2.2-9`,
    always: 'a code is spent in one step with what is issued for it; a second use revokes that',
  }),
  alwaysKept({
    id: 'see-other',
    says: 'no redirect repeats what a user typed',
    source: `${document} §5.3.2.2-10 and -11`,
    always: 'every redirect is a 303',
  }),
  {
    id: 'request-uri-lifetime',
    says: 'a pushed request waits for less than 600 seconds',
    source: `${document} §5.3.2.2-12`,
    findProblems: ({ options }) => {
      const ttl = options.features?.find(({ name }) => name === 'pushedRequests')?.settings?.['ttl']
      const isLong = typeof ttl === 'number' && ttl > limits.requestUri
      return problemIf(isLong, 'features.pushedRequests.ttl', `at most ${limits.requestUri} seconds are wanted`)
    },
  },
  alwaysKept({
    id: 'consent',
    says: 'users see who asks for what',
    source: `${document} §5.3.2.2-13`,
    always: 'the consent page names the client and each scope',
  }),
  alwaysKept({
    id: 'nonce-length',
    says: 'a nonce may have 64 characters',
    source: `${document} §5.3.2.2-14`,
    always: 'nonces of up to 512 characters are taken',
  }),
]

const cryptographyRules: readonly ProfileRule[] = [
  algorithmsRule(`${document} §5.4.1-1`, algorithms),
  alwaysKept({
    id: 'key-lengths',
    says: 'RSA keys have at least 2048 bits, elliptic curves at least 224',
    source: `${document} §5.4.1-2 and -3`,
    always: 'keys are of P-256, Ed25519 or RSA with 2048 bits, and smaller ones of clients verify nothing',
  }),
  alwaysKept({
    id: 'entropy',
    says: 'secrets cannot be guessed',
    source: `${document} §5.4.1-4`,
    always: 'codes, tokens and references hold 210 random bits',
  }),
]

/** What open banking, health and government ask for. @spec FAPI 2.0 Security Profile §5 */
export const fapi2Security: Profile = {
  name: 'fapi2-security',
  title: 'FAPI 2.0 Security Profile',
  rules: [...networkRules, ...generalRules, ...authorizationRules, ...cryptographyRules],
}
