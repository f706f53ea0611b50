import type { Cause } from './cause.ts'

/** Authorization servers. */
export const serverCauses: readonly Cause[] = [
  {
    cause: 'AS-RED-01',
    explains: ['AS-RED-02', 'AS-RED-07'],
    reach: 'operation',
    because: 'any redirect URI is taken, whatever it looks like',
  },
  {
    cause: 'AS-PKC-04',
    explains: ['AS-PKC-03'],
    reach: 'operation',
    because: 'the verifier is not looked at, so it is not missed either',
  },
  {
    cause: 'AS-COD-01',
    explains: ['AS-COD-02'],
    reach: 'operation',
    because: 'a code is not spent when it is used, at the same time or later',
  },
  {
    cause: 'AS-REF-01',
    explains: ['AS-REF-02'],
    reach: 'operation',
    because: 'a refresh token is not spent when it is used, at the same time or later',
  },
]
