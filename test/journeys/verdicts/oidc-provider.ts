import { passes, type VerdictTable } from './verdict-table.ts'

/**
 * What the cases about metadata, the front channel and codes must come to on oidc-provider 9, set up as `tested-provider.ts`
 * says. Written from its documentation and code, before the first run.
 */
export const frontOfOidcProvider: VerdictTable = {
  'AS-MET-01': passes,
  'AS-MET-02': passes,
  'AS-MET-03': passes,
  'AS-MET-04': passes,
  'AS-MET-05': passes,
  'AS-MET-06': passes,
  'AS-MET-07': passes,

  'AS-RED-01': passes,
  'AS-RED-02': passes,
  'AS-RED-03': passes,
  'AS-RED-04': passes,
  'AS-RED-05': {
    verdict: 'fail',
    variants: ['to a client that registered itself'],
    because: 'registration is open here, and errors go at once to whatever address was registered',
  },
  'AS-RED-06': passes,
  'AS-RED-07': passes,

  'AS-AUT-01': passes,
  'AS-AUT-02': passes,
  'AS-AUT-03': passes,
  'AS-AUT-04': passes,
  'AS-AUT-05': {
    verdict: 'fail',
    variants: ['the login page', 'the consent page'],
    because: 'its pages for development come without a policy about frames; real ones are for whoever uses it to write',
  },
  'AS-AUT-06': {
    verdict: 'warn',
    variants: ['the login page', 'the consent page'],
    because: 'its pages for development load a font from elsewhere, and say nothing about `Referer`',
  },
  'AS-AUT-07': passes,
  'AS-AUT-08': passes,
  'AS-AUT-09': {
    verdict: 'warn',
    because: 'its consent page for development does not say how long the access lasts',
  },
  'AS-AUT-10': {
    verdict: 'warn',
    variants: ['a code in the fragment'],
    because: 'it offers `response_mode=fragment` to every client; response types with tokens are refused',
  },
  'AS-AUT-11': passes,

  'AS-PKC-01': {
    verdict: 'warn',
    variants: ['a confidential client'],
    because: 'by default PKCE is demanded of public clients only; the request had a nonce',
  },
  'AS-PKC-02': passes,
  'AS-PKC-03': passes,
  'AS-PKC-04': passes,
  'AS-PKC-05': passes,
  'AS-PKC-06': passes,

  'AS-COD-01': passes,
  'AS-COD-02': passes,
  'AS-COD-03': passes,
  'AS-COD-04': passes,
  'AS-COD-05': {
    verdict: 'fail',
    variants: ['none'],
    because: '`allowOmittingSingleRegisteredRedirectUri` is on by default, and fills in what RFC 6749 §4.1.3 demands',
  },
  'AS-COD-06': passes,
  'AS-COD-07': passes,
}
