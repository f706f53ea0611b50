import { passes, type VerdictTable } from './verdict-table.ts'

const notOffered = (what: string) => ({ verdict: 'not_applicable', because: `it does not offer ${what}` }) as const

/** What the cases about the token endpoint and all behind it must come to on our own server. Written before the first run. */
export const endpointsOfOwnServer: VerdictTable = {
  'AS-TOK-01': passes,
  'AS-TOK-02': passes,
  'AS-TOK-03': passes,
  'AS-TOK-04': passes,
  'AS-TOK-05': passes,
  'AS-TOK-06': passes,
  'AS-TOK-07': passes,
  // it slows down wrong secrets of clients, which the table had missed
  'AS-TOK-08': passes,

  'AS-CLI-01': passes,
  'AS-CLI-02': passes,
  'AS-CLI-03': passes,
  'AS-CLI-04': passes,
  'AS-CLI-05': {
    verdict: 'warn',
    variants: ['token endpoint'],
    because: 'it takes its token endpoint as audience too, as RFC 7523 §3 allows and FAPI 2.0 does not',
  },
  'AS-CLI-06': passes,
  'AS-CLI-07': { verdict: 'not_applicable', because: 'no client here shows a certificate' },
  'AS-CLI-08': passes,

  'AS-REF-01': passes,
  'AS-REF-02': passes,
  'AS-REF-03': passes,
  'AS-REF-04': passes,
  'AS-REF-05': passes,
  'AS-REF-06': {
    verdict: 'inconclusive',
    variants: ['last day'],
    because: 'its refresh tokens end when they are not used, and the last day of the grant is not told to clients',
  },
  'AS-REF-07': passes,

  'AS-SCP-01': passes,
  'AS-SCP-02': passes,
  'AS-SCP-03': passes,
  'AS-SCP-04': passes,
  'AS-SCP-05': passes,
  'AS-SCP-06': passes,
  'AS-SCP-07': passes,

  'AS-REV-01': passes,
  'AS-REV-02': passes,
  'AS-REV-03': passes,

  'AS-INT-01': passes,
  // tests may wait until its access tokens have expired
  'AS-INT-02': passes,

  'AS-PAR-01': notOffered('pushed requests'),
  'AS-PAR-02': notOffered('pushed requests'),
  'AS-PAR-03': notOffered('pushed requests'),
  'AS-PAR-04': notOffered('pushed and signed requests'),
  'AS-JAR-01': notOffered('signed requests'),
  'AS-JAR-02': passes,
  'AS-DEV-01': notOffered('the device flow'),
  'AS-DEV-02': notOffered('the device flow'),
  'AS-DCR-01': notOffered('registration'),
  'AS-DCR-02': notOffered('registration'),
  'AS-EXC-01': notOffered('token exchange'),
  'AS-DPO-01': notOffered('DPoP'),
  'AS-OID-01': passes,
  'AS-OID-02': passes,
  'AS-TLS-01': { verdict: 'not_applicable', because: 'on loopback plain http is right' },
}
