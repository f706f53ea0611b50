// RFC 6749, OpenID Connect Core
import type { Profile, ProfileRule } from './profile.ts'
import { problemIf } from './rules.ts'

const rules: readonly ProfileRule[] = [
  {
    id: 'rs256',
    says: 'ID tokens are signed by RS256, which every OpenID client understands',
    source: 'OpenID Connect Core §15.1',
    declares: { idTokenAlgorithm: 'RS256' },
    danger: 'RSA signatures by PKCS #1 v1.5 are good today, and the weakest of those here',
    findProblems: ({ options }) =>
      problemIf(!options.signer.algorithms.includes('RS256'), 'keys.algorithms', '`RS256` is wanted among them'),
  },
  {
    id: 'bearer',
    says: 'clients that bind their tokens to nothing are served',
    source: 'RFC 6750 §1',
    danger: 'whoever has such a token can use it; RFC 9700 §2.2.1 asks for bound ones',
    findProblems: ({ options }) =>
      problemIf(options.requireSenderConstraint === true, 'requireSenderConstraint', 'must not be set'),
  },
  {
    id: 'plain-requests',
    says: 'authorization requests come through the browser',
    source: 'RFC 6749 §4.1.1',
    danger: 'whoever sees or changes an address sees or changes the request, within what its client may have',
    findProblems: ({ metadata }) => [
      ...problemIf(
        metadata.require_pushed_authorization_requests === true,
        'features.pushedRequests.required',
        'must not be set',
      ),
      ...problemIf(
        metadata.require_signed_request_object === true,
        'features.requestObjects.required',
        'must not be set',
      ),
    ],
  },
  {
    id: 'secrets',
    says: 'clients authenticate by a secret, in the header or in the form',
    source: 'RFC 6749 §2.3.1',
    danger: 'a secret is sent with each request, so whoever sees one request has it',
    findProblems: ({ metadata }) => {
      const methods = metadata.token_endpoint_auth_methods_supported ?? []
      const isThere = ['client_secret_basic', 'client_secret_post'].every(method => methods.includes(method))
      return problemIf(
        !isThere,
        'clientAuthenticationMethods',
        '`client_secret_basic` and `client_secret_post` are wanted among them',
      )
    },
  },
  {
    id: 'unknown-scope',
    says: 'scope that is not known is ignored, not refused',
    source: 'OpenID Connect Core §3.1.2.1',
    sets: { unknownScope: 'ignore' },
    danger: 'a misspelt scope is missing in the token, and nobody is told at once',
    findProblems: ({ options }) => problemIf(options.unknownScope !== 'ignore', 'unknownScope', '`ignore` is wanted'),
  },
  {
    id: 'old-grants',
    says: 'the implicit and the password grant stay off until their own switches are set, on the server and on the client',
    source: 'RFC 9700 §2.1.2 and §2.4',
    always: 'no profile sets `dangerouslyAllowImplicit` or `dangerouslyAllowPassword`',
    danger: 'where they are set: tokens in addresses leak, and clients see passwords',
  },
  {
    id: 'pkce',
    says: 'code challenges stay required; a confidential OpenID client may be excepted by a switch of its own',
    source: 'RFC 9700 §2.1.1',
    always: 'no profile sets `dangerouslyAcceptNonceInsteadOfPkce`',
    danger: 'where it is set: the client must check the nonce, which this server cannot see',
  },
]

/** What clients need that were written before RFC 9700; each danger is named, and none is switched on in silence. */
export const legacy: Profile = {
  name: 'legacy',
  title: 'clients of OAuth 2.0 and OpenID Connect from before RFC 9700',
  rules,
}
