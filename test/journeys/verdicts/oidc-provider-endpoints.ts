import { passes, type VerdictTable } from './verdict-table.ts'

const noScopes = 'its clients here know no two scopes of an API to choose among'

/**
 * What the cases about the token endpoint and all behind it must come to on oidc-provider 9, set up as `tested-provider.ts`
 * says. Written from its documentation and code, before the first run.
 */
export const endpointsOfOidcProvider: VerdictTable = {
  'AS-TOK-01': passes,
  'AS-TOK-02': passes,
  'AS-TOK-03': passes,
  'AS-TOK-04': {
    verdict: 'warn',
    variants: ['expires_in'],
    because: 'access tokens without a resource live for an hour by default',
  },
  'AS-TOK-05': passes,
  'AS-TOK-06': {
    verdict: 'warn',
    variants: ['client_credentials', 'authorization_code'],
    because: 'a grant that the client may not use is `invalid_request` there, and the table had `unauthorized_client`',
  },
  'AS-TOK-07': passes,
  'AS-TOK-08': { verdict: 'warn', because: 'slowing down guesses is for whoever runs it' },

  'AS-CLI-01': passes,
  'AS-CLI-02': passes,
  'AS-CLI-03': passes,
  'AS-CLI-04': passes,
  'AS-CLI-05': {
    verdict: 'warn',
    variants: ['token endpoint', 'a list'],
    because: 'outside the FAPI profiles it takes the token endpoint and lists as RFC 7523 allows',
  },
  'AS-CLI-06': passes,
  'AS-CLI-07': { verdict: 'not_applicable', because: 'no client here shows a certificate' },
  'AS-CLI-08': {
    verdict: 'warn',
    variants: ['client_credentials'],
    because: 'as above: refused, but by `invalid_request`',
  },

  'AS-REF-01': {
    verdict: 'warn',
    variants: ['confidential client'],
    because: 'by default it rotates the tokens of confidential clients only near their end',
  },
  'AS-REF-02': passes,
  'AS-REF-03': passes,
  'AS-REF-04': { verdict: 'not_applicable', because: noScopes },
  'AS-REF-05': { verdict: 'not_applicable', because: noScopes },
  'AS-REF-06': {
    verdict: 'warn',
    variants: ['logout'],
    because: 'what was given for `offline_access` persists the logout',
  },
  'AS-REF-07': passes,

  'AS-SCP-01': {
    verdict: 'warn',
    variants: ['unknown'],
    because:
      'it ignores unknown scopes and says so; where none is left it ends in `access_denied`. The table had read the handler of `client_credentials` without what comes before it',
  },
  'AS-SCP-02': { verdict: 'not_applicable', because: 'it names no scope that a client here may not have' },
  'AS-SCP-03': {
    verdict: 'warn',
    variants: ['for a user'],
    because: 'where there is nothing to agree to it says `access_denied`',
  },
  'AS-SCP-04': passes,
  'AS-SCP-05': { verdict: 'not_applicable', because: noScopes },
  'AS-SCP-06': { verdict: 'not_applicable', because: noScopes },
  'AS-SCP-07': passes,

  'AS-REV-01': passes,
  'AS-REV-02': passes,
  'AS-REV-03': passes,

  'AS-INT-01': {
    verdict: 'warn',
    variants: ['no authentication', 'a token that is none'],
    because: 'where no client is named it answers 400 `invalid_request` instead of 401',
  },
  'AS-INT-02': {
    verdict: 'fail',
    variants: ['of another client'],
    because: 'by default each confidential client may ask about all tokens',
  },

  'AS-PAR-01': passes,
  'AS-PAR-02': passes,
  'AS-PAR-03': { verdict: 'not_applicable', because: 'it does not demand that requests are pushed' },
  'AS-PAR-04': passes,

  'AS-JAR-01': {
    verdict: 'warn',
    variants: ['no exp'],
    because: 'outside the FAPI profiles a request object need not expire, as RFC 9101 allows',
  },
  'AS-JAR-02': passes,

  'AS-DEV-01': {
    verdict: 'warn',
    variants: ['too fast'],
    because: 'it never answers `slow_down`',
  },
  'AS-DEV-02': {
    verdict: 'warn',
    variants: ['brute force'],
    because: 'slowing down guesses is for whoever runs it',
  },

  'AS-DCR-01': {
    verdict: 'fail',
    variants: ['redirect URI with http', 'redirect URI with a wildcard'],
    because: 'web clients may register plain http, and a star is a host like any other',
  },
  'AS-DCR-02': {
    verdict: 'fail',
    variants: ['no authentication'],
    because: 'registration is open here, and a client without authentication may register `client_credentials`',
  },

  'AS-EXC-01': { verdict: 'not_applicable', because: 'it has no token exchange of its own' },
  'AS-DPO-01': {
    verdict: 'warn',
    variants: ['used before'],
    because: 'a proof that was used before is `invalid_grant` there, not `invalid_dpop_proof`',
  },
  'AS-OID-01': passes,
  'AS-OID-02': passes,
  'AS-TLS-01': { verdict: 'not_applicable', because: 'on loopback plain http is right' },
}
