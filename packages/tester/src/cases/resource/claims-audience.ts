// RFC 7519 §4.1.1, §4.1.3; RFC 9068 §4; RFC 8725 §3.8, §3.9
import { skipOf } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import { type Forging, forgedToken } from './forged-token.ts'
import { goodCall, inconclusive, isJudgement, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'

/** Names that look like the issuer's and are not. */
const otherIssuers: readonly (readonly [variant: string, issuer: (own: string) => unknown])[] = [
  ['another issuer', () => 'https://issuer.foreign.example'],
  ['a slash more or less', own => (own.endsWith('/') ? own.slice(0, -1) : `${own}/`)],
  ['capital letters', own => own.toUpperCase()],
  ['a longer name', own => `${own}.foreign.example`],
  ['the name as user of another host', own => `${own}@issuer.foreign.example`],
  ['a list', own => [own]],
  ['missing', () => undefined],
]

/** A token in the name of somebody else, signed by the right key. */
export const issuerCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-05',
    title: 'a token in the name of another issuer',
    why: 'One key set may sign for several issuers or tenants. Where the name is not compared exactly, tokens of one are good at the other.',
    remedy: 'Compare `iss` with the configured issuer character by character, and demand it.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 9068 §4', 'RFC 8725 §3.8', 'RFC 7519 §4.1.1'],
    tags: ['jwt', 'claims', 'issuer'],
  },
  otherIssuers.map(([variant, issuer]) =>
    forgedToken({
      variant,
      sent: `a token whose issuer is wrong (${variant})`,
      change: ({ testIssuer }) => ({ claims: { iss: issuer(testIssuer.issuer) } }),
    }),
  ),
)

const audienceText: CaseText = {
  id: 'RS-CLM-06',
  title: 'a token for another API',
  why: 'An API that gets tokens from its clients could use them at other APIs. That each token names whom it is for is what stops it.',
  remedy:
    'Give the API a name of its own, let the authorization server write it into `aud`, and refuse tokens without exactly that name.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 9068 §4', 'RFC 9700 §2.3', 'RFC 9700 §4.10.2', 'OWASP ASVS 5.0 §10.3.1', 'OWASP ASVS 5.0 §9.2.3'],
  tags: ['jwt', 'claims', 'audience'],
}

const foreign = 'https://api.foreign.example'

const otherAudiences: readonly (readonly [variant: string, audience: (own: string) => unknown])[] = [
  ['another API', () => foreign],
  ['a list of others', () => [foreign, 'https://more.foreign.example']],
  ['an empty list', () => []],
  ['a shorter name', own => own.slice(0, -1)],
  ['a longer name', own => `${own}.foreign.example`],
  ['capital letters', own => own.toUpperCase()],
]

/** A token for somebody else. */
export const audienceCase: TestCase = caseOnGuards(audienceText, (_operation, api, target) => {
  const real = api.otherResource === undefined ? [] : [ofOtherResource(api.otherResource)]
  if (skipOf({ ...audienceText, level: 'L1' }, target) === undefined) return [...real, ...otherAudiences.map(forOther)]
  return real.length > 0 ? real : 'neither a second API at the same server nor a test issuer is configured'
})

function forOther([variant, audience]: (typeof otherAudiences)[number]): Trial {
  return forgedToken({
    variant,
    sent: `a token for somebody else (${variant})`,
    change: forging => withAudience(forging, audience),
  })
}

function withAudience({ operation, testIssuer }: Forging, audience: (own: string) => unknown): TokenChange | Judgement {
  const own = operation.resource ?? testIssuer.claims.aud
  const text: unknown = Array.isArray(own) ? own[0] : own
  if (typeof text !== 'string')
    return notApplicable('nobody says what the API is called, so another name cannot be made')
  const aud = audience(text)
  return aud === text ? notApplicable('the name of the API is written like that') : { claims: { aud } }
}

const sent = 'a real token of the server for another API'

/** A real token of the same server for another API of it. */
function ofOtherResource(resource: string): Trial {
  return {
    variant: 'a real token for another API',
    run: async (context, operation) => {
      const good = await goodCall(context, operation, { resource })
      if (!isJudgement(good)) {
        const exchange = await context.send(context.withToken(good.call, good.token))
        return judgeRefusal(exchange, { ...unauthorized, sent })
      }
      // where scopes belong to one API each, the other one's tokens can have none of these
      const bare = await goodCall(context, operation, { resource, scope: [] })
      if (isJudgement(bare)) return good
      const exchange = await context.send(context.withToken(bare.call, bare.token))
      const isTooLittle = exchange.kind === 'answered' && exchange.response.status === 403
      if (isTooLittle) return inconclusive(`${sent} was refused, perhaps only because it has no scope`, exchange)
      return judgeRefusal(exchange, { ...unauthorized, sent })
    },
  }
}

const noAudiences: readonly (readonly [variant: string, audience: unknown])[] = [
  ['missing', undefined],
  ['null', null],
  ['an empty text', ''],
]

/** A token for nobody in particular. */
export const noAudienceCase: TestCase = caseOnGuards(
  {
    id: 'RS-CLM-07',
    title: 'a token that does not say whom it is for',
    why: 'A check of the form "if there is an audience and it is not ours" lets each token pass that has none.',
    remedy: 'Demand `aud`, and refuse tokens without it.',
    severity: 'high',
    level: 'L1',
    sources: ['RFC 9068 §2.2', 'RFC 9068 §4', 'RFC 8725 §3.9'],
    tags: ['jwt', 'claims', 'audience'],
  },
  noAudiences.map(([variant, aud]) =>
    forgedToken({ variant, sent: `a token whose audience is ${variant}`, change: { claims: { aud } } }),
  ),
)
