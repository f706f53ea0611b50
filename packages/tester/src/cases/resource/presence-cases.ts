// RFC 6750 §2.1, §3, §3.1; RFC 9110 §11.1
import type { TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import { callOf, isJudgement, tokenFor, withAuthorization } from './guarded-call.ts'
import { caseOnGuards, caseOnOperations, type Trial } from './guarded-case.ts'
import { lengthCase } from './presence-length.ts'
import { mangledTokenCase, otherSchemeCase, schemeCase, twoTokensCase } from './presence-scheme.ts'

const noToken: TestCase = caseOnOperations(
  {
    id: 'RS-TOK-01',
    title: 'a call without a token',
    why: 'Whoever finds the address can use the operation: nobody is asked who they are.',
    remedy:
      'Put the guard in front of this operation, and answer 401 with a `WWW-Authenticate` header where no token came.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6750 §3', 'RFC 6750 §3.1', 'OWASP API2:2023', 'OWASP ASVS 5.0 §8.2.1'],
    tags: ['token', 'presence'],
  },
  [
    {
      run: async (context, operation) => {
        const call = callOf(context, operation)
        if (isJudgement(call)) return call
        return judgeRefusal(await context.send(call), {
          statuses: [401],
          error: 'none',
          sent: 'a call without a token',
        })
      },
    },
  ],
)

const garbage: TestCase = caseOnOperations(
  {
    id: 'RS-TOK-02',
    title: 'a word that is no token',
    why: 'Where any word passes for a token, the guard only looks whether something was sent, and everybody can send something.',
    remedy: 'Verify each token before anything else, and answer 401 with `error="invalid_token"` where it is not good.',
    severity: 'critical',
    level: 'L0',
    sources: ['RFC 6750 §3.1', 'OWASP API2:2023'],
    tags: ['token', 'presence'],
  },
  [bearing({ text: 'garbage', sent: 'the word `garbage` in place of a token' })],
)

const encode = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const header = encode('{"alg":"RS256","typ":"at+jwt"}')

/** Texts of three parts that are no signed token, each in another way. */
const malformed: readonly { readonly variant: string; readonly text: string }[] = [
  { variant: 'letters', text: 'a.b.c' },
  { variant: 'characters outside of base64url', text: '+/+/.~~~~.+/+/' },
  { variant: 'a header that is no JSON', text: `${encode('{"alg":')}.${encode('{}')}.AAAA` },
  { variant: 'a header that is a list', text: `${encode('["RS256"]')}.${encode('{}')}.AAAA` },
  { variant: 'a header that is nothing', text: `${encode('null')}.${encode('null')}.AAAA` },
  { variant: 'a header without an algorithm', text: `${encode('{}')}.${encode('{}')}.AAAA` },
  { variant: 'an algorithm that is a number', text: `${encode('{"alg":1}')}.${encode('{}')}.AAAA` },
  { variant: 'a payload that is no JSON', text: `${header}.${encode('{"sub":')}.AAAA` },
  { variant: 'a payload that is a text', text: `${header}.${encode('"sub"')}.AAAA` },
  { variant: 'bytes that are no UTF-8', text: `${header}.${encode('{"sub":"\xff\xfe"}')}.AAAA` },
  { variant: 'empty parts', text: '..' },
]

const malformedToken: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-03',
    title: 'three parts that are no signed token',
    why: 'An API that fails on a malformed token can be made to fail by anybody, and its error pages often tell how it is built.',
    remedy:
      'Treat whatever cannot be decoded as an invalid token: catch the error where the token is read, and answer 401.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 7515 §5.2', 'RFC 6750 §3.1'],
    tags: ['token', 'presence', 'jwt'],
  },
  malformed.map(({ variant, text }) => ({
    variant,
    ...bearing({ text, sent: `a token of three parts (${variant})` }),
  })),
)

const emptyTokens: readonly { readonly variant: string; readonly field: string }[] = [
  { variant: 'nothing behind the scheme', field: 'Bearer' },
  { variant: 'spaces behind the scheme', field: 'Bearer    ' },
  { variant: 'an empty header field', field: '' },
  { variant: 'a quoted nothing', field: 'Bearer ""' },
]

const emptyToken: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-04',
    title: 'an empty token',
    why: 'An empty text can slip through comparisons that are meant for tokens, or make the API fail.',
    remedy: 'Treat an `Authorization` header without a token like none, or as a malformed request: 401 or 400.',
    severity: 'high',
    level: 'L0',
    sources: ['RFC 6750 §2.1', 'RFC 6750 §3.1'],
    tags: ['token', 'presence'],
  },
  emptyTokens.map(({ variant, field }) => ({
    variant,
    run: async (context, operation) => {
      const call = callOf(context, operation)
      if (isJudgement(call)) return call
      const exchange = await context.send(withAuthorization(call, field))
      return judgeRefusal(exchange, { statuses: [401, 400], sent: `an empty token (${variant})` })
    },
  })),
)

/** Sends a text in place of the token, in the scheme that the API's tokens are sent in. */
function bearing({ text, sent }: { readonly text: string; readonly sent: string }): Trial {
  return {
    run: async (context, operation) => {
      const call = callOf(context, operation)
      if (isJudgement(call)) return call
      const token = await tokenFor(context, operation)
      const bad = isJudgement(token) ? call : context.withToken(call, token)
      const scheme = isJudgement(token) ? 'Bearer' : token.tokenType
      return judgeRefusal(await context.send(withAuthorization(bad, `${scheme} ${text}`)), { ...unauthorized, sent })
    },
  }
}

/** Whether a token is asked for at all, and exactly one, in the one place where it belongs. */
export const presenceCases: readonly TestCase[] = [
  noToken,
  garbage,
  malformedToken,
  emptyToken,
  schemeCase,
  otherSchemeCase,
  twoTokensCase,
  lengthCase,
  mangledTokenCase,
]
