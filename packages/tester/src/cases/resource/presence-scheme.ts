// RFC 9110 §11.1; RFC 6750 §2, §2.1
import type { TestCase } from '../../catalogue/test-case.ts'
import { judgeAcceptance, judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { SentRequest } from '../../wire/exchange.ts'
import {
  atMostWarn,
  type GoodCall,
  goodCall,
  inconclusive,
  isAccepted,
  isJudgement,
  notApplicable,
  withAuthorization,
} from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** A good token whose scheme is written in small or in capital letters. */
export const schemeCase: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-05',
    title: 'the scheme in small and in capital letters',
    why: 'Names of schemes may be written either way, and clients do. A guard that knows one spelling turns good clients away.',
    remedy: 'Compare the scheme without regard to case: `bearer`, `Bearer` and `BEARER` are the same.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 9110 §11.1'],
    tags: ['token', 'presence', 'interoperability'],
  },
  [
    spelling('small letters', scheme => scheme.toLowerCase()),
    spelling('capital letters', scheme => scheme.toUpperCase()),
  ],
)

function spelling(variant: string, spell: (scheme: string) => string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const reference = await context.send(context.withToken(good.call, good.token))
      if (!isAccepted(reference))
        return inconclusive(
          'the call is refused with the usual spelling as well, so the spelling decides nothing',
          reference,
        )
      const scheme = spell(good.token.tokenType)
      const exchange = await context.send(inScheme(context, good, scheme))
      return atMostWarn(judgeAcceptance(exchange, `a good token in the scheme \`${scheme}\``))
    },
  }
}

/** The good call, its token in another scheme; a proof stays. */
function inScheme(context: ProbeContext, { call, token }: GoodCall, scheme: string): SentRequest {
  return withAuthorization(context.withToken(call, token), `${scheme} ${token.accessToken.reveal()}`)
}

/** A good token in a scheme that is not for it. */
export const otherSchemeCase: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-06',
    title: 'a good token in a scheme of another kind',
    why: 'A guard that ignores the scheme can be told apart from others in front of it: a gateway lets pass what it does not know, and the API takes it.',
    remedy: 'Take tokens in the schemes Bearer and DPoP alone; in any other scheme no token was sent.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 6750 §2.1', 'RFC 9110 §11.1'],
    tags: ['token', 'presence'],
  },
  ['Basic', 'Token', 'JWT'].map(scheme => ({
    variant: scheme,
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const exchange = await context.send(inScheme(context, good, scheme))
      return judgeRefusal(exchange, { statuses: [401], sent: `a good token in the scheme \`${scheme}\`` })
    },
  })),
)

/** Two tokens at once, of which one is good. */
export const twoTokensCase: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-07',
    title: 'two `Authorization` headers, of which one holds a good token',
    why: 'A gateway may look at the first token and the API at the second: then what was checked is not what is used.',
    remedy:
      'Refuse a request with several `Authorization` headers by 400. Some frameworks hide the second one: look at the raw headers.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 6750 §2', 'RFC 6750 §3.1'],
    tags: ['token', 'presence'],
  },
  [
    twoTokens('the good one first', good => [good, 'garbage']),
    twoTokens('the good one last', good => ['garbage', good]),
  ],
)

function twoTokens(variant: string, order: (good: string) => readonly string[]): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const { token } = good
      const fields = order(token.accessToken.reveal()).map(text => `${token.tokenType} ${text}`)
      const exchange = await context.send(withAuthorization(context.withToken(good.call, token), ...fields))
      return judgeRefusal(exchange, { statuses: [400, 401], sent: `a call with two tokens (${variant})` })
    },
  }
}

/** A good token with something that does not belong to it. */
export const mangledTokenCase: TestCase = caseOnGuards(
  {
    id: 'RS-TOK-09',
    title: 'a good token with characters added or replaced',
    why: 'Where several texts pass for the same token, lists of revoked tokens and logs can be walked around by another spelling.',
    remedy: 'Take a token as it stands: do not trim, unescape or normalize it, and decode base64url strictly.',
    severity: 'low',
    level: 'L0',
    sources: ['RFC 6750 §2.1', 'RFC 7515 §2'],
    tags: ['token', 'presence'],
  },
  [
    mangled('an equals sign behind it', text => `${text}=`),
    mangled('an encoded line break behind it', text => `${text}%0A`),
    mangled('an encoded space behind it', text => `${text}%20`),
    mangled('wide dots for the dots', text => (text.includes('.') ? text.replaceAll('.', '\uff0e') : undefined)),
  ],
)

function mangled(variant: string, mangle: (text: string) => string | undefined): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const good = await goodCall(context, operation)
      if (isJudgement(good)) return good
      const text = mangle(good.token.accessToken.reveal())
      if (text === undefined) return notApplicable('the access token has no dots')
      const request = context.withToken(good.call, good.token)
      const exchange = await context.send(withAuthorization(request, `${good.token.tokenType} ${text}`))
      return judgeRefusal(exchange, { statuses: [unauthorized.statuses[0], 400], sent: `a good token with ${variant}` })
    },
  }
}
