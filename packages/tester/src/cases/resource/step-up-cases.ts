// RFC 9470 §3, §6
import type { ActionModel, PolicyModel, Rule } from '@ambit/policy'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import type { CallChange, ProbeContext } from '../../run/probe-context.ts'
import { readChallenges } from '../../wire/challenge.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt, forgedToken, statusOf, tryCall } from './attempt.ts'
import { bodyOf, withValueAt } from './call-values.ts'
import { planOnGoverned } from './conditions-plan.ts'
import type { Governed } from './conditions-trial.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { probeOn } from './probe-on.ts'

type StepUp = Extract<Rule, { kind: 'stepUp' }>

/** What an action asks of the login: the highest level and the shortest age of all its rules. */
export type WantedLogin = { readonly acr?: string; readonly maxAge?: number }

/** What an action asks of the login; `undefined` where it asks nothing. */
export function loginOf({ rules }: ActionModel, { levels }: Pick<PolicyModel, 'levels'>): WantedLogin | undefined {
  const asked = rules.filter((rule): rule is StepUp => rule.kind === 'stepUp')
  if (asked.length === 0) return undefined
  const ranks = asked.flatMap(({ acr }) => (acr === undefined ? [] : [levels.indexOf(acr)]))
  const acr = levels[Math.max(-1, ...ranks)]
  const ages = asked.flatMap(({ maxAge }) => (maxAge === undefined ? [] : [maxAge]))
  return { ...(acr !== undefined && { acr }), ...(ages.length > 0 && { maxAge: Math.min(...ages) }) }
}

const sources = ['RFC 9470 §3', 'OWASP ASVS 5.0 §10.3.4'] as const

const weakText: CaseText = {
  id: 'RS-STP-01',
  title: 'a weak login where a strong one is wanted',
  why: 'An operation that wants a second factor is worth no more than a password where nobody looks how the user logged in.',
  remedy:
    'Compare `acr` with what the operation wants, and answer 401 with `insufficient_user_authentication` and `acr_values`.',
  severity: 'high',
  level: 'L1',
  sources,
  tags: ['step-up'],
}

/** RS-STP-01: levels below the wanted one. */
export const weakLogin: TestCase = stepUpCase(weakText, ({ model }, { acr }) => {
  if (acr === undefined) return []
  const below = model.levels.slice(0, Math.max(model.levels.indexOf(acr), 0))
  return [
    ...below.map(level => ({ variant: `level \`${level}\``, claims: { acr: level }, wants: 'acr_values' as const })),
    { variant: 'no level', claims: { acr: undefined }, wants: 'acr_values' as const },
  ]
})

const oldText: CaseText = {
  id: 'RS-STP-02',
  title: 'a login that is too long ago',
  why: 'Whoever finds a browser open must not be able to do what wants a fresh login.',
  remedy: 'Compare `auth_time` with the age that the operation allows, and answer 401 with `max_age`.',
  severity: 'high',
  level: 'L1',
  sources,
  tags: ['step-up'],
}

/** RS-STP-02: logins older than the wanted age. */
export const oldLogin: TestCase = stepUpCase(oldText, (_governed, { maxAge }) => {
  if (maxAge === undefined) return []
  const ago = (seconds: number) => ({ variant: `${seconds} s ago`, age: seconds, wants: 'max_age' as const })
  return [
    ago(maxAge + 61),
    ago(maxAge + 86_400),
    { variant: 'no time of login', claims: { auth_time: undefined }, wants: 'max_age' as const },
  ]
})

const spoofedText: CaseText = {
  id: 'RS-STP-03',
  title: 'a level that nobody knows, or that only the request claims',
  why: 'The level of a login is what the authorization server says. A name that nobody knows is no level, and a header is no login.',
  remedy: 'Accept the levels that you know, and read them from the verified token alone.',
  severity: 'critical',
  level: 'L1',
  sources: ['RFC 9470 §6', 'OWASP ASVS 5.0 §10.3.4'],
  tags: ['step-up', 'headers'],
}

/** RS-STP-03: unknown levels, and levels in the request. */
export const spoofedLevel: TestCase = stepUpCase(spoofedText, ({ model, operation }, { acr }) => {
  if (acr === undefined) return []
  const weak = { acr: model.levels.find(level => level !== acr) ?? undefined }
  const said = (variant: string, change: CallChange) => ({ variant, claims: weak, change })
  const unknown = [`${acr}-tester`, `x${acr}`, acr.toUpperCase(), 'tester', ''].filter(
    level => !model.levels.includes(level),
  )
  return [
    ...unknown.map(level => ({ variant: `level \`${level}\``, claims: { acr: level } })),
    { variant: 'a list of levels', claims: { acr: [weak.acr, acr] } },
    ...['X-Acr', 'acr', 'X-Auth-Level'].map(name => said(`header \`${name}\``, { headers: [[name, acr]] })),
    ...['acr', 'acr_values'].map(name => said(`query \`${name}\``, { query: { [name]: acr } })),
    ...(operation.isWrite ? [said('body `acr`', { body: withValueAt(bodyOf(operation), ['acr'], acr) })] : []),
  ]
})

type Login = {
  readonly variant: string
  readonly claims?: Readonly<Record<string, unknown>>
  /** Seconds since the login. */
  readonly age?: number
  readonly change?: CallChange
  /** What the challenge must name. */
  readonly wants?: 'acr_values' | 'max_age'
}

function stepUpCase(text: CaseText, logins: (governed: Governed, wanted: WantedLogin) => readonly Login[]): TestCase {
  return {
    ...text,
    plan: target =>
      planOnGoverned(text, target, {
        none: 'no operation is known to ask for a strong or a fresh login: the policy has no step-up',
        plan: (governed): readonly (Probe | Skip)[] => {
          const wanted = loginOf(governed.action, governed.model)
          if (wanted === undefined) return []
          return logins(governed, wanted).map(login =>
            probeOn(text, governed.operation, { variant: login.variant }, context =>
              tryLogin(context, { governed, wanted, login }),
            ),
          )
        },
      }),
  }
}

type Trying = { readonly governed: Governed; readonly wanted: WantedLogin; readonly login: Login }

async function tryLogin(context: ProbeContext, { governed, wanted, login }: Trying): Promise<Judgement> {
  const { operation } = governed
  const seconds = Math.floor(context.now() / 1000)
  const scope = context.leastScope(operation)
  const strong = { auth_time: seconds, ...(wanted.acr !== undefined && { acr: wanted.acr }) }
  const claims = { ...strong, ...(login.age !== undefined && { auth_time: seconds - login.age }), ...login.claims }
  const token = (change: TokenChange) => forgedToken(operation, { scope, ...change })
  const sent = `a token with ${login.age === undefined ? login.variant : `a login ${login.variant}`}`
  const { change = {} } = login
  return tryCall(context, { operation, token: token({ claims }), change }, async exchange => {
    const judgement = judgeLogin(exchange, sent, login)
    if (judgement.verdict !== 'pass') return judgement
    const good = await attempt(context, { operation, token: token({ claims: strong }) })
    if (good.kind === 'sent' && isAccepted(good.exchange)) return judgement
    return inconclusive(
      'a token with a strong and fresh login was not accepted either, so that a refusal proves nothing',
    )
  })
}

function judgeLogin(exchange: Exchange, sent: string, { wants }: Login): Judgement {
  const judgement = judgeRefusal(exchange, { statuses: [401], error: 'insufficient_user_authentication', sent })
  if (judgement.verdict !== 'pass' || wants === undefined || exchange.kind === 'failed') return judgement
  const { challenges } = readChallenges(exchange.response.headers)
  if (challenges.some(({ parameters }) => parameters.has(wants))) return judgement
  const reason = `${sent} was refused by ${statusOf(exchange)}, but the challenge does not say \`${wants}\``
  return { verdict: 'warn', reason, evidence: [exchange], complaint: `no ${wants}` }
}

/** RS-STP-01 to RS-STP-03: how and when the user logged in. */
export const stepUpCases: readonly TestCase[] = [weakLogin, oldLogin, spoofedLevel]
