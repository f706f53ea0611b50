// Fetch Standard §3.2; RFC 9700 §2.6
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { worstOf } from '../../judge/judge-refusal.ts'
import { type Exchange, fieldValue, type SentRequest, withField } from '../../wire/exchange.ts'
import { callOf, inconclusive, isJudgement } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** A page of a site that nobody knows asks in a browser. */
export const corsCase: TestCase = caseOnGuards(
  {
    id: 'RS-TRN-06',
    title: 'a call from a web page of a foreign site',
    why: 'Where any site may read answers together with cookies and logins, a page that somebody happens to visit reads their data.',
    remedy:
      'Name the sites that may call from a browser one by one, or allow all of them without credentials. A preflight carries no token and must not need one.',
    severity: 'medium',
    level: 'L0',
    sources: ['RFC 9700 §2.6', 'Fetch Standard §3.2', 'OWASP API8:2023'],
    tags: ['transport', 'browser'],
  },
  [fromOrigin('a foreign site', 'https://foreign.example'), fromOrigin('a page without an origin', 'null')],
)

function fromOrigin(variant: string, origin: string): Trial {
  return {
    variant,
    run: async (context, operation) => {
      const call = callOf(context, operation)
      if (isJudgement(call)) return call
      const preflight = await context.send(preflightOf(call, origin))
      const actual = await context.send(withField(call, ['Origin', origin]))
      return worstOf(
        judgeSharing(preflight, `the preflight of ${variant}`, origin),
        judgeSharing(actual, `the answer to ${variant}`, origin),
        judgePreflight(preflight, actual),
      )
    },
  }
}

function preflightOf(call: SentRequest, origin: string): SentRequest {
  const { method, origin: at, target } = call
  const headers = [
    ['Origin', origin],
    ['Access-Control-Request-Method', method],
    ['Access-Control-Request-Headers', 'authorization'],
  ] as const
  return { method: 'OPTIONS', origin: at, target, headers }
}

/** Whether an answer may be read by any site with the user's credentials. */
function judgeSharing(exchange: Exchange, what: string, origin: string): Judgement {
  if (exchange.kind === 'failed') return inconclusive(`${what} did not come: ${exchange.detail}`, exchange)
  const { status, headers } = exchange.response
  const evidence = [exchange]
  if (status === 429 || status === 503) return inconclusive(`${what} is ${status}, which says nothing`, exchange)
  const allowed = fieldValue(headers, 'access-control-allow-origin')
  const withCredentials = fieldValue(headers, 'access-control-allow-credentials') === 'true'
  if (withCredentials && (allowed === origin || allowed === '*'))
    return {
      verdict: 'fail',
      reason: `${what} lets every site read with the visitor's credentials: \`Access-Control-Allow-Origin: ${allowed}\` together with \`Access-Control-Allow-Credentials: true\``,
      complaint: 'any origin with credentials',
      evidence,
    }
  return { verdict: 'pass', reason: `${what} gives no foreign site a visitor's credentials`, evidence }
}

/** Where answers are meant for browsers, their preflight must be answered without a token. */
function judgePreflight(preflight: Exchange, actual: Exchange): Judgement {
  const isMeantForBrowsers =
    actual.kind === 'answered' && fieldValue(actual.response.headers, 'access-control-allow-origin') !== undefined
  const isRefused = preflight.kind === 'answered' && [401, 403].includes(preflight.response.status)
  if (!isMeantForBrowsers || !isRefused)
    return { verdict: 'pass', reason: 'no preflight is refused that a browser would need', evidence: [preflight] }
  return {
    verdict: 'warn',
    reason: `answers are shared with browsers, but their preflight is refused by ${preflight.response.status}: it never carries a token`,
    complaint: 'preflight needs a token',
    evidence: [preflight],
  }
}
