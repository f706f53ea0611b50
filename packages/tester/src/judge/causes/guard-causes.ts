import type { Cause } from './cause.ts'

const allThatNeedsAToken = [
  'RS-JWT',
  'RS-CLM',
  'RS-SCP',
  'RS-STP',
  'RS-RAR',
  'RS-POP',
  'RS-CND',
  'RS-OBJ',
  'RS-REV',
] as const
/** About relations between objects, floods and offline guessing: no token could help there. */
const notByToken = ['RS-JWT-09', 'RS-OBJ-03', 'RS-OBJ-05', 'RS-OBJ-06', 'RS-CND-06'] as const

/** Operations that are open, guards that take anything, and signatures that nobody looks at. */
export const guardCauses: readonly Cause[] = [
  {
    cause: 'RS-TOK-01',
    explains: ['RS-TOK', 'RS-TRN-03', 'RS-TRN-04', 'RS-TRN-05', 'RS-TYP', ...allThatNeedsAToken, 'RS-ROU-03'],
    butNot: ['RS-TOK-05', ...notByToken],
    manner: 'accepted',
    reach: 'operation',
    unless: ['RS-TOK-02', 'RS-JWT-02'],
    because: 'an operation that asks for no token does not look at a bad one either',
  },
  {
    cause: 'RS-TOK-01',
    explains: ['RS-ROU-01', 'RS-ROU-02', 'RS-ROU-04', 'RS-ROU-07', 'RS-ERR-03'],
    manner: 'accepted',
    reach: 'operation',
    because: 'other ways to call an operation lead in where it is open anyway',
  },
  {
    cause: 'RS-TOK-01',
    explains: ['RS-PRV-06'],
    reach: 'operation',
    isPartial: true,
    because: 'the code has no guard where the description promises one',
  },
  {
    cause: 'RS-TOK-01',
    explains: ['RS-ERR-05'],
    reach: 'operation',
    about: [[/accepted/, /does not say so/]],
    because: 'an operation that refuses nobody has no refusal to say it in',
  },
  {
    cause: 'RS-TOK-01',
    explains: ['RS-ERR-05'],
    reach: 'guard',
    about: [[/no `WWW-Authenticate` challenge/, /does not say so/]],
    because: 'there is no challenge to say it in',
  },
  ...(['RS-TOK-01', 'RS-TOK-02'] as const).map(
    (cause): Cause => ({
      cause,
      explains: ['RS-RAT-01'],
      reach: 'operation',
      about: [[/accepted/, /bad tokens was answered by 2/]],
      because: 'bad tokens are let in, thirty as well as one',
    }),
  ),
  {
    cause: 'RS-TOK-02',
    explains: ['RS-TOK-03', 'RS-TOK-06', 'RS-TOK-09', 'RS-TYP'],
    manner: 'accepted',
    reach: 'guard',
    because: 'any text at all is taken for a token',
  },
  {
    cause: 'RS-TOK-02',
    explains: allThatNeedsAToken,
    butNot: notByToken,
    manner: 'accepted',
    reach: 'operation',
    unless: ['RS-JWT-02'],
    because: 'any text at all is taken for a token, so nothing in it counts',
  },
  {
    cause: 'RS-ERR-04',
    explains: ['RS-ERR-02'],
    reach: 'guard',
    about: [[/repeats what was sent/, /in the header `www-authenticate`/i]],
    because: 'the challenge repeats what was sent, and a token is sent as well',
  },
  {
    cause: 'RS-JWT-02',
    explains: [
      'RS-JWT-01',
      'RS-JWT-03',
      'RS-JWT-04',
      'RS-JWT-05',
      'RS-JWT-06',
      'RS-JWT-07',
      'RS-JWT-08',
      'RS-JWT-10',
      'RS-JWT-11',
      'RS-JWT-17',
    ],
    manner: 'accepted',
    reach: 'guard',
    because: 'the signature is not looked at, so it does not matter which one is there',
  },
]
