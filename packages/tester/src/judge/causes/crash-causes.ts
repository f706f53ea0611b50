import type { Cause } from './cause.ts'

/** Servers that fail instead of refusing. */
export const crashCauses: readonly Cause[] = [
  ...(['RS-TOK-01', 'RS-TOK-02'] as const).map(
    (cause): Cause => ({
      cause,
      explains: ['RS-TOK', 'RS-TRN-03', 'RS-TRN-05', 'RS-TYP', 'RS-JWT', 'RS-CLM', 'RS-POP', 'RS-REV'],
      manner: 'crashed',
      reach: 'guard',
      because: 'the guard fails wherever it should refuse a token',
    }),
  ),
  {
    cause: 'RS-TOK-03',
    explains: ['RS-TOK-08', 'RS-TOK-09', 'RS-JWT-04', 'RS-JWT-08', 'RS-JWT-14', 'RS-JWT-15', 'RS-TYP-02', 'RS-TYP-03'],
    manner: 'crashed',
    reach: 'guard',
    isPartial: true,
    because: 'the guard fails on what it cannot decode',
  },
  {
    cause: 'RS-SCP-02',
    explains: ['RS-SCP'],
    manner: 'crashed',
    reach: 'guard',
    because: 'the guard fails wherever it should refuse a scope',
  },
]
