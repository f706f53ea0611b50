import type { Severity, Verdict } from '../../catalogue/test-case.ts'
import type { CellState } from '../matrix.ts'

/** How severe a finding is, in a word. */
export const severityWords = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
} as const satisfies Record<Severity, string>

/** What a test came to, in a word. */
export const verdictWords = {
  fail: 'wrong',
  warn: 'doubtful',
  inconclusive: 'not judged',
  pass: 'passed',
  not_applicable: 'does not apply',
} as const satisfies Record<Verdict, string>

/** The sign of a verdict: never colour alone. */
export const verdictSigns = {
  fail: '✗',
  warn: '!',
  inconclusive: '?',
  pass: '✓',
  not_applicable: '–',
} as const satisfies Record<Verdict, string>

/** The sign of a square of the matrix, what it means, and how it is coloured. */
export const cellWords = {
  too_open: { sign: '!!', meaning: 'let in, but should have been refused' },
  too_closed: { sign: '✗', meaning: 'refused, but should have been let in' },
  unknown: { sign: '?', meaning: 'could not be judged' },
  depends: { sign: '~', meaning: 'depends on a condition' },
  allowed: { sign: '✓', meaning: 'let in, as it should be' },
  refused: { sign: '·', meaning: 'refused, as it should be' },
  not_issued: { sign: '–', meaning: 'no such token is given for this API' },
} as const satisfies Record<CellState, { readonly sign: string; readonly meaning: string }>

/** Ten words that one needs to read the report. */
export const glossary: readonly (readonly [word: string, meaning: string])[] = [
  ['Operation', 'One thing that an API can do: a method and a path, such as `GET /pets`.'],
  ['Access token', 'A pass for a short while. A program sends it with each request, and whoever holds it is let in.'],
  [
    'Scope',
    'What a token is good for, as a word: `read_pets`. The person who allowed it was shown that word, so it must open nothing else.',
  ],
  ['Authorization server', 'Where people log in and programs get their tokens.'],
  ['Client', 'A program that asks for tokens and uses them: an app, a web site, another service.'],
  ['Guard', 'What stands in front of an operation, looks at the token, and decides whether to let the request in.'],
  ['401 and 403', 'Two ways to refuse. 401: there is no good token. 403: the token is good, but not for this.'],
  ['Signature', 'What shows that a token was made by the authorization server and that nobody has changed it since.'],
  [
    'Audience',
    'The API that a token was made for. A token for another one must be refused, or one API could act as its user at the next.',
  ],
  [
    'Good call first',
    'Before a bad request is judged, the same request is sent with a good token. Only where that works does a refusal prove anything; otherwise the test could not be judged.',
  ],
]
