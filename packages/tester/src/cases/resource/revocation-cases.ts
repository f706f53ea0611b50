// RFC 7009 §2, §2.1; RFC 7662 §2.2, §4

import type { CaseText, Judgement, TestCase } from '../../catalogue/test-case.ts'
import { accepted } from '../../judge/complaint.ts'
import { judgeRefusal, unauthorized } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import type { ApiTarget, IntrospectionControl } from '../../target/target.ts'
import type { HeldToken } from '../../tokens/token.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, heldToken, statusOf, tryCall } from './attempt.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { caseOnGuards, type Trial, type TrialsOf } from './guarded-case.ts'
import { tooLittle } from './scope-oracle.ts'

const accessText: CaseText = {
  id: 'RS-REV-01',
  title: 'an access token that was revoked',
  why: 'Revoking is what one does when a token was lost. Where the API goes on taking it, there is nothing that helps.',
  remedy:
    'Ask the authorization server about tokens, or follow its list of revoked ones, at least as often as you promise.',
  severity: 'high',
  level: 'L0',
  sources: ['RFC 7009 §2', 'RFC 7662 §4', 'OWASP ASVS 5.0 §8.3.2'],
  tags: ['revocation'],
}

/** RS-REV-01: the revoked token itself. */
export const revokedToken: TestCase = caseOnGuards(accessText, (operation, api) => [
  {
    run: context => tryRevoked(context, { operation, api, what: 'access_token', late: 'fail' }),
  },
])

const refreshText: CaseText = {
  id: 'RS-REV-02',
  title: 'an access token after its refresh token was revoked',
  why: 'Who logs out or takes back a permission expects that all tokens of it are dead, not only the one that makes others.',
  remedy:
    'Let the revocation of a refresh token end the access tokens of its grant, or give these a short life and say so.',
  severity: 'medium',
  level: 'L0',
  sources: ['RFC 7009 §2.1'],
  tags: ['revocation'],
}

/** RS-REV-02: the token whose grant has ended. */
export const revokedGrant: TestCase = caseOnGuards(refreshText, (operation, api) => [
  {
    variant: 'its refresh token',
    run: context => tryRevoked(context, { operation, api, what: 'refresh_token', late: 'warn' }),
  },
])

type Revoking = {
  readonly operation: ApiOperation
  readonly api: ApiTarget
  readonly what: 'access_token' | 'refresh_token'
  /** What it is to be accepted after the promised time. */
  readonly late: 'fail' | 'warn'
}

/** Seconds after the revocation at which is asked. */
const polls = [0, 1, 5, 30, 60]

async function tryRevoked(context: ProbeContext, revoking: Revoking): Promise<Judgement> {
  const { operation, what } = revoking
  const wish = { isFresh: true, ...(what === 'refresh_token' && { alsoWants: ['refresh_token'] as const }) }
  const made = await attempt(context, { operation, token: heldToken(operation, context.leastScope(operation), wish) })
  if (made.kind === 'not_sent') return made.judgement
  const { exchange, token } = made
  if (!isAccepted(exchange) || token === undefined)
    return inconclusive(
      `a fresh token was answered by ${statusOf(exchange) ?? 'nothing'}, so that nothing can be taken back`,
      exchange,
    )
  if (token.from === 'test_issuer') return notApplicable('tokens of the test issuer are revoked by nobody')
  const secret = what === 'access_token' ? token.accessToken : token.refreshToken
  if (secret === undefined)
    return notApplicable('the authorization server gives no refresh token that could be revoked')
  const revoked = await context.tokens.revoke(secret, what)
  if (revoked === 'unsupported') return notApplicable('the authorization server names no revocation endpoint')
  if (revoked === 'failed') return inconclusive('the authorization server did not revoke the token')
  return poll(context, revoking, token)
}

/** Asks again and again until the token is refused, or the promised time is over. */
async function poll(
  context: ProbeContext,
  { operation, api, what, late }: Revoking,
  token: HeldToken,
): Promise<Judgement> {
  const promised = api.revocationWindow
  const revocationWindow = promised ?? (isSelfContained(token) ? 0 : usualWindow)
  const sent = what === 'access_token' ? 'a revoked token' : 'a token whose refresh token was revoked'
  const moments = [...new Set([...polls.filter(at => at <= revocationWindow), Math.min(revocationWindow, 60)])].sort(
    (a, b) => a - b,
  )
  let waited = 0
  let last: Exchange | undefined
  for (const at of moments) {
    await context.wait((at - waited) * 1000)
    waited = at
    const made = await attempt(context, { operation, token: () => ({ kind: 'token', token }) })
    if (made.kind === 'not_sent') return made.judgement
    last = made.exchange
    if (isAccepted(last)) continue
    const judgement = judgeRefusal(last, { ...unauthorized, sent })
    return { ...judgement, figures: { secondsUntilRefused: at } }
  }
  if (promised === undefined && isSelfContained(token) && last !== undefined)
    return judgeLife(context, { token, sent, exchange: last })
  if (revocationWindow > 60)
    return inconclusive(
      `${sent} was accepted for 60 s, and the API promises only ${revocationWindow} s`,
      ...(last ? [last] : []),
    )
  const reason = `${sent} was accepted after ${waited} s, which is longer than the API promises`
  return { verdict: late, reason, ...(last && { evidence: [last] }), complaint: accepted }
}

/** Seconds in which a revocation should be noticed where nobody promises anything and the API can ask. */
const usualWindow = 60
/** Seconds of life for which a token that tells about itself may be taken although it was revoked. */
const shortLife = 900

type Alive = { readonly token: HeldToken; readonly sent: string; readonly exchange: Exchange }

/** A token that tells about itself is good until its end, unless the API promises more. */
function judgeLife({ now }: ProbeContext, { token, sent, exchange }: Alive): Judgement {
  const secondsLeft = Math.round((token.expiresAt - now()) / 1000)
  const reason = `${sent} is accepted until it ends by itself, for ${secondsLeft} s more; the API promises nothing else`
  const told = { reason, evidence: [exchange], figures: { secondsLeft } }
  return secondsLeft <= shortLife ? { verdict: 'pass', ...told } : { verdict: 'warn', ...told, complaint: accepted }
}

const downText: CaseText = {
  id: 'RS-REV-03',
  title: 'nobody can be asked about the token',
  why: 'Where the API lets everybody in while the authorization server does not answer, stopping the server is the way in.',
  remedy: 'Refuse with 503 while a token cannot be judged.',
  severity: 'critical',
  level: 'L1',
  sources: ['RFC 7662 §4', 'OWASP ASVS 5.0 §8.3.1'],
  tags: ['introspection', 'fail closed'],
}

const noControl = 'the way to the introspection endpoint does not lead through the tester'

/** RS-REV-03: the introspection endpoint does not answer. */
export const introspectionDown: TestCase = caseWithControl(downText, (operation, { introspection }) => {
  if (introspection === undefined) return noControl
  return [
    {
      isExclusive: true,
      run: context => whileBehaving(context, { introspection, operation, conduct: { kind: 'fail' } }, judgeDown),
    },
  ]
})

/** Who holds the way to the introspection endpoint needs no test issuer. */
function caseWithControl(text: CaseText, trials: TrialsOf): TestCase {
  return { ...caseOnGuards({ ...text, level: 'L0' }, trials), level: text.level }
}

function judgeDown(exchange: Exchange): Judgement {
  const sent = 'a token that nobody could be asked about'
  const status = statusOf(exchange)
  if (status === 503) return { verdict: 'pass', reason: `${sent} was answered by 503`, evidence: [exchange] }
  if (isAccepted(exchange) && status !== undefined)
    return { verdict: 'fail', reason: `${sent} was accepted by ${status}`, evidence: [exchange], complaint: accepted }
  if (status === undefined || status === 429) return inconclusive(`${sent} got no answer that tells`, exchange)
  const reason = `${sent} was refused by ${status}; 503 is wanted, so that clients try again`
  return { verdict: 'warn', reason, evidence: [exchange], complaint: `${status} instead of 503` }
}

const liesText: CaseText = {
  id: 'RS-REV-04',
  title: 'active, but for somebody else',
  why: 'Active only means that the server knows the token. For whom, for what and until when stands beside it, and has to be read.',
  remedy: 'Compare `aud`, `scope` and `exp` of the answer as you would those of a JWT.',
  severity: 'critical',
  level: 'L1',
  sources: ['RFC 7662 §2.2', 'OWASP ASVS 5.0 §10.3.1'],
  tags: ['introspection'],
}

/** RS-REV-04: the answer says `active` and names another audience, another scope, or a time that is over. */
export const introspectionLies: TestCase = caseWithControl(liesText, (operation, api) => {
  const { introspection } = api
  if (introspection === undefined) return noControl
  const say = (
    variant: string,
    members: Readonly<Record<string, unknown>> | ((now: number) => Readonly<Record<string, unknown>>),
  ): Trial => ({
    variant,
    isExclusive: true,
    run: context => {
      const said = typeof members === 'function' ? members(Math.floor(context.now() / 1000)) : members
      return whileBehaving(context, { introspection, operation, conduct: { kind: 'say', members: said } }, exchange =>
        judgeRefusal(exchange, { statuses: [401, 403], sent: `an active token with ${variant}` }),
      )
    },
  })
  return [
    say('another audience', { aud: 'https://elsewhere.tester.test' }),
    say('another scope', { scope: tooLittle(api, operation).join(' ') }),
    say('no scope', { scope: '' }),
    say('an expiry that is over', now => ({ exp: now - 600 })),
    say('another issuer', { iss: 'https://elsewhere.tester.test' }),
  ]
})

type Behaving = {
  readonly introspection: IntrospectionControl
  readonly operation: ApiOperation
  readonly conduct: Parameters<IntrospectionControl['behave']>[0]
}

/** Sends a token that the API has not seen, while introspection behaves in some way; it must have been good before. */
async function whileBehaving(
  context: ProbeContext,
  { introspection, operation, conduct }: Behaving,
  judge: (exchange: Exchange) => Judgement,
): Promise<Judgement> {
  const scope = context.leastScope(operation)
  const good = await attempt(context, { operation, token: heldToken(operation, scope, { isFresh: true }) })
  if (good.kind === 'not_sent') return good.judgement
  if (!isAccepted(good.exchange)) return inconclusive('a good token was not accepted before', good.exchange)
  if (good.token?.from === 'test_issuer' || isSelfContained(good.token))
    return notApplicable('this API reads its tokens by itself and asks nobody')
  const fresh = await heldToken(operation, scope, { isFresh: true })(context)
  if (fresh.kind === 'unavailable') return inconclusive(fresh.reason)
  introspection.behave(conduct)
  try {
    const raw: ProbeContext = {
      ...context,
      send: (request, options) => context.send(request, { ...options, isRaw: true }),
    }
    return await tryCall(raw, { operation, token: () => fresh }, judge)
  } finally {
    introspection.behave({ kind: 'pass' })
  }
}

/** A token of three parts tells about itself. */
function isSelfContained(token: HeldToken | undefined): boolean {
  return token?.accessToken.reveal().split('.').length === 3
}

/** RS-REV-01 to RS-REV-04: tokens that were taken back, and what is said about tokens. */
export const revocationCases: readonly TestCase[] = [revokedToken, revokedGrant, introspectionDown, introspectionLies]
