// ID-JAG
import type { Feature } from '../../feature.ts'
import { findIssuerProblems, type TrustedIssuer } from '../jwt-bearer/trusted-issuer.ts'
import { tokenTypes } from '../token-exchange/token-type.ts'
import { identityAssertionGrant } from './accept-grant.ts'
import { rememberEnd } from './ended-login.ts'
import { findIdentityPolicyProblems, type IdentityAssertionPolicy } from './identity-policy.ts'
import { identityAssertionExchange } from './issue-grant.ts'

/** Both sides of access across domains; each is there where it is declared. */
export type IdentityAssertionOptions = {
  /** For whom identity assertions are made here: this server is the identity provider. */
  readonly issue?: readonly IdentityAssertionPolicy[]
  /** Whose identity assertions are taken here: this server is the resource's authorization server. */
  readonly accept?: readonly TrustedIssuer[]
}

const profile = 'urn:ietf:params:oauth:grant-profile:id-jag'

/**
 * Access to another domain's API without a login there: a server that both sides trust asserts who the user is.
 * @spec ID-JAG §4
 * @example
 * identityAssertion({ issue: [{ client: 'wiki', audience: 'https://chat.example', clientId: 'wiki-at-chat', scope: ['chat.read'] }] })
 */
export function identityAssertion({ issue = [], accept = [] }: IdentityAssertionOptions): Feature {
  return {
    name: 'identityAssertion',
    grants: [
      ...(issue.length > 0 ? [identityAssertionExchange(issue)] : []),
      ...(accept.length > 0 ? [identityAssertionGrant(accept)] : []),
    ],
    metadata: () => ({
      ...(issue.length > 0 && { identity_chaining_requested_token_types_supported: [tokenTypes.identityAssertion] }),
      ...(accept.length > 0 && { authorization_grant_profiles_supported: [profile] }),
    }),
    ...(issue.length > 0 && { sessionEnded: rememberEnd }),
    needsOutbound: accept.some(({ jwksUri }) => jwksUri !== undefined),
    findProblems: server => [
      ...findIdentityPolicyProblems(issue, server, 'features.identityAssertion.issue'),
      ...findIssuerProblems(accept, server, 'features.identityAssertion.accept'),
    ],
  }
}
