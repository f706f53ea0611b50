// RFC 7515 §4.1.9, §4.1.11; RFC 9068 §2.1, §4; RFC 8725 §3.11
import type { TestCase } from '../../catalogue/test-case.ts'
import { splitJws } from '../../node/forge-jws.ts'
import { type Forging, forgedToken } from './forged-token.ts'
import { caseOnGuards } from './guarded-case.ts'

/** A token that says it must not be accepted by who does not understand it. */
export const criticalCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-12',
    title: 'a token with an extension that must be understood',
    why: 'An extension can change what a token means or how its signature is computed. The issuer marks it as critical so that nobody who does not know it reads the token wrongly.',
    remedy: 'Refuse tokens whose header has `crit` with anything that the API does not implement.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 7515 §4.1.11', 'RFC 7797 §6'],
    tags: ['jwt', 'signature'],
  },
  [
    forgedToken({
      variant: 'unknown extension',
      sent: 'a token with a critical extension that nobody knows',
      change: { header: { crit: ['zz'], zz: true } },
    }),
    forgedToken({
      variant: 'unencoded payload',
      sent: 'a token that says its payload is not encoded',
      change: { header: { crit: ['b64'], b64: false } },
    }),
    forgedToken({
      variant: 'empty list',
      sent: 'a token with an empty list of critical extensions',
      change: { header: { crit: [] } },
      acceptedIs: 'warn',
    }),
  ],
)

const otherTypes = ['JWT', undefined, 'logout+jwt', 'dpop+jwt'] as const

/** A token of another type than access tokens. */
export const typeCase: TestCase = caseOnGuards(
  {
    id: 'RS-JWT-13',
    title: 'a signed token of another type',
    why: 'One issuer signs several kinds of tokens with the same key. Where the type is not looked at, a token that was meant for a client or for a logout opens the API.',
    remedy: 'Accept only tokens whose header has `typ` `at+jwt`, where the authorization server writes that.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 9068 §2.1', 'RFC 9068 §4', 'RFC 8725 §3.11', 'OWASP ASVS 5.0 §9.2.2'],
    tags: ['jwt', 'token-kind'],
  },
  otherTypes.map(typ =>
    forgedToken({
      variant: typ ?? 'no type',
      sent: typ === undefined ? 'a token without a type' : `a token of type \`${typ}\``,
      change: { header: { typ } },
      acceptedIs: writesTypes,
    }),
  ),
)

/** Whether the real tokens carry the type; where they do not, the API cannot demand it. */
function writesTypes({ token }: Forging): 'fail' | 'warn' {
  const typ = splitJws(token.accessToken.reveal())?.header.typ
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ) ? 'fail' : 'warn'
}
