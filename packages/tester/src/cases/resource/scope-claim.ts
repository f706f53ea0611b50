// RFC 6749 §3.3; RFC 9068 §2.2.3
import type { Judgement, TestCase } from '../../catalogue/test-case.ts'
import { refusedBy } from '../../judge/complaint.ts'
import { worstOf } from '../../judge/judge-refusal.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import { type ApiOperation, alternativesOf } from '../../target/api-operation.ts'
import type { ProviderName } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { forgedToken, statusOf, tryCall } from './attempt.ts'
import { isAccepted } from './guarded-call.ts'
import { caseOnGuards, type Trial } from './guarded-case.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { allThatDoNotOpen, asksForScope, tooLittle, triedScopes } from './scope-oracle.ts'

const wantsNoScope = 'any good token opens this operation, whatever its scope'

/** RS-SCP-08: order and repetition say nothing, and only a space separates. */
export const separators: TestCase = caseOnGuards(
  {
    id: 'RS-SCP-08',
    title: 'the same scopes, written otherwise',
    why: 'Where the order of scopes matters, good tokens fail by chance. Where something else than a space separates them, one scope can smuggle in another.',
    remedy: 'Split at single spaces, and look at the scopes as a set.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 6749 §3.3', 'RFC 6749 Appendix A.4'],
    tags: ['scope', 'syntax'],
  },
  (operation, api) => {
    if (!asksForScope(operation)) return wantsNoScope
    const [needed = []] = alternativesOf(operation)
    const [other = 'tester_other'] = tooLittle(api, operation)
    const good = [...needed, other]
    const all = needed.join(' ')
    return [
      written(operation, 'another order', `${other} ${all}`, 'accepted'),
      written(operation, 'each twice', [...good, ...good].join(' '), 'accepted'),
      written(operation, 'a double space', good.join('  '), 'either'),
      written(operation, 'spaces around', ` ${all} `, 'either'),
      doubleSpaceAlone(operation, other),
      ...(['\t', '\n', ',', ';', '\u00a0'] as const).map(separator =>
        written(operation, separatorNames[separator], `${other}${separator}${needed.join(separator)}`, 'refused'),
      ),
    ]
  },
)

const separatorNames = {
  '\t': 'a tab between',
  '\n': 'a new line between',
  ',': 'a comma between',
  ';': 'a semicolon between',
  '\u00a0': 'a no-break space between',
} as const

type Wanted = 'accepted' | 'refused' | 'either'

function written(operation: ApiOperation, variant: string, scope: string, wanted: Wanted): Trial {
  const token = forgedToken(operation, { claims: { scope } })
  const sent = `a token whose scopes have ${variant}`
  return {
    variant,
    run: context => tryCall(context, { operation, token }, exchange => judgeWritten(exchange, sent, wanted)),
  }
}

function judgeWritten(exchange: Exchange, sent: string, wanted: Wanted): Judgement {
  if (wanted === 'refused') return judgeScopeRefusal(exchange, sent, { statuses: [403, 401] })
  const status = statusOf(exchange)
  const isRefusal = status === 401 || status === 403
  if (isAccepted(exchange)) return { verdict: 'pass', reason: `${sent} was accepted`, evidence: [exchange] }
  if (isRefusal && wanted === 'either')
    return {
      verdict: 'pass',
      reason: `${sent} was refused by ${status}: a strict reading, and a safe one`,
      evidence: [exchange],
    }
  if (isRefusal)
    return {
      verdict: 'fail',
      reason: `${sent} was refused by ${status}, although the scopes are the same`,
      evidence: [exchange],
      complaint: refusedBy(status),
    }
  return judgeScopeRefusal(exchange, sent, { statuses: [403, 401] })
}

/** The empty word between two spaces must open nothing. */
function doubleSpaceAlone(operation: ApiOperation, other: string): Trial {
  return {
    variant: 'empty words between spaces',
    run: async context => {
      const judge = (scope: string) =>
        tryCall(context, { operation, token: forgedToken(operation, { claims: { scope } }) }, exchange =>
          judgeScopeRefusal(exchange, 'a token of too little scope with empty words', { statuses: [403, 401] }),
        )
      return worstOf(await judge(`${other}  ${other}`), await judge('  '))
    },
  }
}

/** What products call scope in their tokens, beside `scope` as a text. */
const documentedForms: Readonly<Partial<Record<ProviderName, readonly string[]>>> = {
  okta: ['scp as a list'],
  entra: ['scp as a text', 'roles as a list'],
  auth0: ['permissions as a list'],
}

/** RS-SCP-09: the scopes stand where nobody said that they would. */
export const otherForms: TestCase = caseOnGuards(
  {
    id: 'RS-SCP-09',
    title: 'scopes in another form or under another name',
    why: 'A guard that also reads scopes from places that the server does not watch can be given scopes that nobody granted.',
    remedy: 'Read scopes from the one claim and in the one form that your authorization server documents.',
    severity: 'medium',
    level: 'L1',
    sources: ['RFC 9068 §2.2.3'],
    tags: ['scope', 'syntax'],
  },
  (operation, _api, { server }) => {
    if (!asksForScope(operation)) return wantsNoScope
    const needed = alternativesOf(operation)[0] ?? []
    const forms: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'scope as a list': { scope: needed },
      'scope as an object': { scope: Object.fromEntries(needed.map(scope => [scope, true])) },
      'scp as a text': { scope: undefined, scp: needed.join(' ') },
      'scp as a list': { scope: undefined, scp: needed },
      'scopes as a list': { scope: undefined, scopes: needed },
      'roles as a list': { scope: undefined, roles: needed },
      'permissions as a list': { scope: undefined, permissions: needed },
    }
    const documented = documentedForms[server?.provider ?? 'unknown'] ?? []
    return Object.entries(forms)
      .filter(([variant]) => !documented.includes(variant))
      .map(([variant, claims]) => refusedForm(operation, { variant, change: { claims } }))
  },
)

/** RS-SCP-13: another claim promises much, and the scope stays too little. */
export const elevatedClaims: TestCase = caseOnGuards(
  {
    id: 'RS-SCP-13',
    title: 'too little scope, with a claim that promises more',
    why: 'Scope says what the application may do. A role of the user must not make up for it, or every application of an administrator is one.',
    remedy: 'Ask for the scope first; roles and permissions can only take away from what it opens.',
    severity: 'high',
    level: 'L1',
    sources: ['OWASP ASVS 5.0 §10.3.2'],
    tags: ['scope', 'roles'],
  },
  (operation, api) => {
    if (!asksForScope(operation)) return wantsNoScope
    const scope = allThatDoNotOpen(api, operation).slice(0, 1)
    const everything = [...triedScopes(api), 'admin']
    const claims: Readonly<Record<string, unknown>> = {
      permissions: everything,
      roles: ['admin', 'administrator', ...everything],
      groups: ['admin', 'administrators', ...everything],
      entitlements: everything,
      authorities: ['ROLE_ADMIN', ...everything.map(each => `SCOPE_${each}`)],
      realm_access: { roles: ['admin', ...everything] },
      is_admin: true,
    }
    return Object.entries(claims).map(([name, value]) =>
      refusedForm(operation, { variant: name, change: { scope, claims: { [name]: value } } }),
    )
  },
)

function refusedForm(operation: ApiOperation, { variant, change }: { variant: string; change: TokenChange }): Trial {
  const token = forgedToken(operation, change)
  const sent = `a token with what is wanted in ${variant}`
  return {
    variant,
    run: context =>
      tryCall(context, { operation, token }, exchange => judgeScopeRefusal(exchange, sent, { statuses: [403, 401] })),
  }
}
