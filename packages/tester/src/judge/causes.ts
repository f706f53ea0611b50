import type { CaseId } from '../catalogue/case-id.ts'

/** In what way a result is bad; a cause explains only what is bad in the same way. */
export type Manner = 'accepted' | 'crashed' | 'refused'

/** How the scope that was sent must stand to the operation for a cause to explain its result. */
export type ScopeTrait =
  /** The token held no scope. */
  | 'no_scope'
  /** It held a scope that opens reading at the same path. */
  | 'reading_scope'
  /** It held one of several scopes that are wanted together. */
  | 'one_of_wanted'
  /** It held a scope that has a wanted one in its name, or the other way round. */
  | 'look_alike'
  /** It held a wanted scope but for upper and lower case. */
  | 'other_case'
  /** The cause names it in its variant. */
  | 'named_by_cause'

/** What two results must have in common for one to explain the other. */
export type Likeness =
  /** The same request was sent, but for its headers. */
  | 'call'
  /** Their variants name the same in typographic quotes: a condition. */
  | 'condition'
  /** Their variants name the same in backticks: a member. */
  | 'member'

/** One reason why a result is bad only because of another one. */
export type Cause = {
  readonly cause: CaseId
  /** Ids, or beginnings of ids: `RS-JWT`. */
  readonly explains: readonly string[]
  /** Beginnings of ids that `explains` would reach too far with. */
  readonly butNot?: readonly string[]
  /** Absent: bad in any way. */
  readonly manner?: Manner
  /** On the same operation, on all that have the same guard, or on the whole API. */
  readonly reach: 'operation' | 'guard' | 'api'
  /**
   * Whether some results of the cause may have passed. Absent: one that passed on that operation shows that the thing is looked
   * at after all, and nothing is explained.
   */
  readonly isPartial?: boolean
  /** Results that passed on the explained operation and speak against it: there the thing is looked at. */
  readonly unless?: readonly CaseId[]
  /** One of these must hold of the scope that was sent: that of the cell, or one that the reason names. */
  readonly traits?: readonly ScopeTrait[]
  /** Both variants must speak of one of these: `roles`. */
  readonly words?: readonly string[]
  /** What variant or reason of the cause and of the result must say; one pair must fit. */
  readonly about?: readonly (readonly [cause: RegExp, result: RegExp])[]
  readonly same?: Likeness
  /** The cell of the cause must hold a scope. */
  readonly holdsScope?: boolean
  /** Where one result of the explained case passed that `about` fits as well, there is more to it than the cause. */
  readonly isForAll?: boolean
  /** For people, behind `because`. */
  readonly because: string
}

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

/**
 * What explains what. The rule for a row: whoever repairs the cause has repaired the effect. Where that is not sure, there is
 * no row, and two findings are told. Rows are tried from the top, and the first that fits counts.
 */
export const causes: readonly Cause[] = [
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
  {
    cause: 'RS-CLM-01',
    explains: ['RS-CLM-08'],
    manner: 'accepted',
    reach: 'guard',
    because: 'the end of a token is not looked at, so it does not matter what stands there',
  },
  {
    cause: 'RS-CLM-01',
    explains: ['RS-CLM-02'],
    reach: 'guard',
    because: 'the end of a token is not looked at, so no difference of clocks is too large',
  },
  {
    cause: 'RS-CLM-06',
    explains: ['RS-CLM-07'],
    manner: 'accepted',
    reach: 'guard',
    because: 'for whom a token is is not looked at, so it is not missed either',
  },
  {
    cause: 'RS-JWT-13',
    explains: ['RS-TYP-01', 'RS-TYP-03'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    because: 'the type of a token is not looked at, by which other tokens would be told apart',
  },
  {
    cause: 'RS-CLM-06',
    explains: ['RS-TYP-01', 'RS-TYP-03'],
    manner: 'accepted',
    reach: 'guard',
    because: 'for whom a token is is not looked at, and such tokens are for somebody else',
  },
  {
    cause: 'RS-SCP-02',
    explains: ['RS-SCP', 'RS-ROU-01', 'RS-ROU-02', 'RS-ROU-04'],
    butNot: ['RS-SCP-01', 'RS-SCP-14', 'RS-SCP-15'],
    manner: 'accepted',
    reach: 'operation',
    unless: ['RS-SCP-07'],
    because: 'the scope of a token is not looked at, so it does not matter which one it has',
  },
  {
    cause: 'RS-SCP-02',
    explains: ['RS-SCP-03'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    traits: ['no_scope'],
    because: 'it is the same token without scope',
  },
  {
    cause: 'RS-SCP-02',
    explains: ['RS-SCP-09'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    because: 'a token without the `scope` claim opens everything, and these tokens have none',
  },
  {
    cause: 'RS-SCP-03',
    explains: [
      'RS-SCP-04',
      'RS-SCP-05',
      'RS-SCP-06',
      'RS-SCP-07',
      'RS-SCP-08',
      'RS-SCP-09',
      'RS-SCP-10',
      'RS-SCP-11',
      'RS-SCP-12',
      'RS-SCP-13',
      'RS-SCP-16',
    ],
    manner: 'accepted',
    reach: 'operation',
    holdsScope: true,
    because: 'every scope opens the operation, so it does not matter which one it is',
  },
  {
    cause: 'RS-SCP-04',
    explains: ['RS-SCP-10', 'RS-SCP-07'],
    manner: 'accepted',
    reach: 'operation',
    because: 'any one of several wanted scopes is enough',
  },
  {
    cause: 'RS-SCP-10',
    explains: ['RS-SCP-03'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    traits: ['reading_scope'],
    because: 'it is the scope for reading that opens writing',
  },
  {
    cause: 'RS-SCP-10',
    explains: ['RS-SCP-04', 'RS-SCP-07', 'RS-SCP-16'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    because: 'it is the scope for reading that opens writing, and it is among those that were held',
  },
  {
    cause: 'RS-SCP-04',
    explains: ['RS-SCP-03'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    traits: ['one_of_wanted'],
    because: 'one of several wanted scopes is enough',
  },
  {
    cause: 'RS-SCP-05',
    explains: ['RS-SCP-03', 'RS-SCP-11', 'RS-SCP-12'],
    manner: 'accepted',
    reach: 'api',
    isPartial: true,
    traits: ['look_alike'],
    because: 'scopes are compared as pieces of text, and one is a piece of the other',
  },
  {
    cause: 'RS-SCP-05',
    explains: ['RS-SCP-08'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    because: 'scopes are compared as pieces of text, so it does not matter what is between them',
  },
  {
    cause: 'RS-SCP-06',
    explains: ['RS-SCP-03'],
    manner: 'accepted',
    reach: 'api',
    isPartial: true,
    traits: ['other_case'],
    because: 'upper and lower case are not told apart',
  },
  {
    cause: 'RS-SCP-13',
    explains: ['RS-SCP-09'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    words: ['permissions', 'roles', 'groups', 'authorities', 'scp'],
    because: 'it is the same claim, which counts as if it were scope',
  },
  {
    cause: 'RS-SCP-11',
    explains: ['RS-SCP-03'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    traits: ['named_by_cause'],
    because: 'it is the same scope, which opens more than it covers',
  },
  ...(['RS-SCP-04', 'RS-SCP-11', 'RS-SCP-03'] as const).map(
    (cause): Cause => ({
      cause,
      explains: ['RS-SCP-07'],
      manner: 'accepted',
      reach: 'operation',
      isPartial: true,
      holdsScope: true,
      because: 'one scope that should not open the operation is among all the others',
    }),
  ),
  {
    cause: 'RS-SCP-10',
    explains: ['RS-ROU-03'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    about: [[/./, /a token to read/]],
    because: 'a token to read opens the operation also where no other method is said',
  },
  ...(['RS-SCP-02', 'RS-SCP-03'] as const).map(
    (cause): Cause => ({
      cause,
      explains: ['RS-ROU', 'RS-REV-04'],
      manner: 'accepted',
      reach: 'operation',
      isPartial: true,
      about: [[/./, /too little scope|a token to read|another scope/]],
      isForAll: true,
      because: 'too little scope opens the operation also where nothing else is tried',
    }),
  ),
  {
    cause: 'RS-SCP-01',
    explains: ['RS-SCP-03', 'RS-SCP-08', 'RS-SCP-11', 'RS-TOK-05', 'RS-POP-06'],
    manner: 'refused',
    reach: 'operation',
    because: 'the operation refuses every good token',
  },
  {
    cause: 'RS-CND-01',
    explains: ['RS-CND-02', 'RS-CND-04', 'RS-CND-05', 'RS-OBJ-01', 'RS-OBJ-02'],
    manner: 'accepted',
    reach: 'operation',
    because: 'the condition is not looked at, which would keep them out',
  },
  {
    cause: 'RS-CND-04',
    explains: ['RS-CND-02'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    about: [[/./, / of (?:null|true|false|"|\[|\{)/]],
    same: 'member',
    because: 'it is the same member with a value of the wrong kind',
  },
  {
    cause: 'RS-CND-02',
    explains: ['RS-CND-01', 'RS-CND-03'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    same: 'call',
    because: 'the same call is at the edge of what the condition allows',
  },
  ...(['RS-CND-01', 'RS-CND-03'] as const).map(
    (cause): Cause => ({
      cause,
      explains: ['RS-CND-05'],
      manner: 'accepted',
      reach: 'operation',
      isPartial: true,
      same: 'condition',
      because: 'the condition lets the call pass also where the caller says nothing',
    }),
  ),
  {
    cause: 'RS-OBJ-07',
    explains: ['RS-OBJ-01'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    because: 'it is the same deletion of an object of somebody else',
  },
  {
    cause: 'RS-OBJ-01',
    explains: ['RS-OBJ-02'],
    manner: 'accepted',
    reach: 'operation',
    because: 'whose an object is is not looked at, however it is named',
  },
  {
    cause: 'RS-STP-01',
    explains: ['RS-STP-03'],
    manner: 'accepted',
    reach: 'operation',
    because: 'how the user logged in is not looked at, so it does not matter what is said about it',
  },
  {
    cause: 'RS-STP-01',
    explains: ['RS-CND-02'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    about: [[/./, /token\.acr/]],
    because: 'how the user logged in is not looked at',
  },
  {
    cause: 'RS-STP-02',
    explains: ['RS-CND-02'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    about: [[/./, /token\.auth_time/]],
    because: 'when the user logged in is not looked at',
  },
  {
    cause: 'RS-RAR-01',
    explains: ['RS-RAR-02'],
    manner: 'accepted',
    reach: 'operation',
    because: 'what the details allow is not looked at, so they are not missed either',
  },
  {
    cause: 'RS-POP-02',
    explains: ['RS-POP-03', 'RS-POP-04', 'RS-POP-05', 'RS-POP-06', 'RS-POP-07', 'RS-POP-08', 'RS-POP-09'],
    manner: 'accepted',
    reach: 'guard',
    because: 'no proof is asked for, so a bad one does no harm',
  },
  {
    cause: 'RS-POP-05',
    explains: ['RS-POP-04'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    about: [
      [/another (host|path)/, /htu/],
      [/another method/, /htm/],
      [/another token/, /ath/],
    ],
    because: 'that member of a proof is not looked at, so it is not missed either',
  },
  {
    cause: 'RS-POP-06',
    explains: ['RS-POP-04'],
    manner: 'accepted',
    reach: 'guard',
    isPartial: true,
    about: [[/./, /iat/]],
    because: 'the age of a proof is not looked at, so it is not missed either',
  },
  {
    cause: 'RS-REV-04',
    explains: ['RS-CLM-06'],
    manner: 'accepted',
    reach: 'operation',
    isPartial: true,
    about: [[/another audience/, /real token/]],
    because: 'for whom a token is is not looked at in what the server says of it',
  },
  {
    cause: 'RS-REV-01',
    explains: ['RS-REV-02'],
    manner: 'accepted',
    reach: 'guard',
    because: 'that a token was revoked is not looked at, whoever revoked it',
  },
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

/**
 * Whose finding it is where many cases complain about refusals in the same words: the simplest request that shows it.
 */
export const firstToComplain: readonly CaseId[] = ['RS-TOK-01', 'RS-TOK-02', 'RS-ERR-01', 'RS-SCP-02']

/** What is a trait of the guard, so that it is the same defect on whichever operation it was seen. */
export const guardWide = [
  'RS-TOK-02',
  'RS-TOK-03',
  'RS-TOK-04',
  'RS-TOK-05',
  'RS-TOK-06',
  'RS-TOK-07',
  'RS-TOK-08',
  'RS-TOK-09',
  'RS-TRN',
  'RS-JWT',
  'RS-CLM',
  'RS-TYP',
  'RS-POP',
  'RS-REV',
] as const
