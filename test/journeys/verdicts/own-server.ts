import { passes, type VerdictTable } from './verdict-table.ts'

/** What the cases about metadata, the front channel and codes must come to on our own server. Written before the first run. */
export const frontOfOwnServer: VerdictTable = {
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
  'AS-RED-05': passes,
  'AS-RED-06': passes,
  'AS-RED-07': passes,

  'AS-AUT-01': passes,
  'AS-AUT-02': passes,
  'AS-AUT-03': passes,
  'AS-AUT-04': passes,
  'AS-AUT-05': passes,
  'AS-AUT-06': passes,
  'AS-AUT-07': passes,
  'AS-AUT-08': passes,
  'AS-AUT-09': passes,
  'AS-AUT-10': passes,
  'AS-AUT-11': passes,

  'AS-PKC-01': passes,
  'AS-PKC-02': passes,
  'AS-PKC-03': passes,
  'AS-PKC-04': passes,
  'AS-PKC-05': passes,
  'AS-PKC-06': passes,

  'AS-COD-01': passes,
  'AS-COD-02': passes,
  'AS-COD-03': passes,
  'AS-COD-04': passes,
  'AS-COD-05': passes,
  'AS-COD-06': passes,
  'AS-COD-07': { verdict: 'not_applicable', because: 'it does not offer DPoP' },
}
