// RFC 9396 §2, §3, §9
import { isObject } from '../../call/resolve-schema.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { TokenChange } from '../../node/forge-token.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { ApiOperation } from '../../target/api-operation.ts'
import { attempt, forgedToken, tryCall } from './attempt.ts'
import { bodyOf, valueAtPath, withValueAt } from './call-values.ts'
import { placeOf } from './conditions-places.ts'
import { planOnGoverned } from './conditions-plan.ts'
import type { Governed } from './conditions-trial.ts'
import { attributesOf } from './conditions-values.ts'
import { inconclusive, isAccepted } from './guarded-call.ts'
import { probeOn, skipOn } from './probe-on.ts'
import { judgeScopeRefusal } from './scope-judge.ts'
import { asksForScope } from './scope-oracle.ts'

type Detail = Readonly<Record<string, unknown>>

const limitsText: CaseText = {
  id: 'RS-RAR-01',
  title: 'a permission for something else',
  why: 'Authorization details say exactly what the user agreed to: this payment, this account, this amount. Where they are not compared, the user agreed to everything.',
  remedy: 'Compare type, locations and each member of the details with what the call wants to do.',
  severity: 'critical',
  level: 'L1',
  sources: ['RFC 9396 §2', 'RFC 9396 §9', 'OWASP ASVS 5.0 §10.3.2'],
  tags: ['authorization details'],
}

/** RS-RAR-01: details of another type, for another place, or of too little. */
export const otherDetails: TestCase = detailsCase(limitsText, (governed, good) => {
  const { operation } = governed
  const changed = (variant: string, detail: Detail) => ({
    variant,
    token: { claims: { authorization_details: [detail] } },
  })
  return [
    changed('another type', { ...good, type: 'tester_other' }),
    changed('the type in capitals', { ...good, type: String(good['type']).toUpperCase() }),
    ...(operation.resource === undefined
      ? []
      : [changed('another location', { ...good, locations: ['https://elsewhere.tester.test'] })]),
    ...smallerOnes(governed, good).map(({ name, detail }) => changed(`less \`${name}\``, detail)),
    { variant: 'too little twice', token: { claims: { authorization_details: twice(governed, good) } } },
  ]
})

/** Details whose numbers are less than what the call wants. */
function smallerOnes(governed: Governed, good: Detail): readonly { readonly name: string; readonly detail: Detail }[] {
  return attributesOf(governed.action, 'details').flatMap(({ path }) => {
    const wanted = wantedOf(governed)
    const now = valueAtPath(good, path)
    if (typeof now !== 'number' || wanted === undefined) return []
    const detail = withValueAt(good, path, wanted - 1)
    return isObject(detail) ? [{ name: path.join('.'), detail }] : []
  })
}

/** Two details that only together would be enough. */
function twice(governed: Governed, good: Detail): readonly Detail[] {
  const smaller = smallerOnes(governed, good).map(({ detail }) => detail)
  return smaller.length === 0 ? [] : [...smaller, ...smaller]
}

/** The first number that the positive call wants. */
function wantedOf({ operation, action }: Governed): number | undefined {
  const values = attributesOf(action, 'input').map(({ path }) => {
    const place = placeOf(operation, path[0] ?? '')
    return place?.in === 'body' ? valueAtPath(bodyOf(operation), place.path) : undefined
  })
  return values.find((value): value is number => typeof value === 'number')
}

const bothText: CaseText = {
  id: 'RS-RAR-02',
  title: 'scope without details, and details without scope',
  why: 'Where either alone is enough, the other one is decoration: nobody agreed to what happens.',
  remedy: 'Ask for the scope and for the details, each for itself.',
  severity: 'high',
  level: 'L1',
  sources: ['RFC 9396 §3'],
  tags: ['authorization details', 'scope'],
}

/** RS-RAR-02: one of the two is missing. */
export const detailsOrScope: TestCase = detailsCase(bothText, ({ operation }) => {
  const without = (variant: string, value: unknown) => ({
    variant,
    token: { claims: { authorization_details: value } },
  })
  return [
    without('scope, and no details', undefined),
    without('scope, and an empty list of details', []),
    without('scope, and details that are a text', 'tester'),
    ...(asksForScope(operation) ? [{ variant: 'details, and no scope', token: { scope: [] } }] : []),
  ]
})

type Trying = { readonly variant: string; readonly token: TokenChange }

function detailsCase(text: CaseText, trials: (governed: Governed, good: Detail) => readonly Trying[]): TestCase {
  return {
    ...text,
    plan: target =>
      planOnGoverned(text, target, {
        none: 'no operation is known to ask for authorization details',
        plan: (governed): readonly (Probe | Skip)[] => {
          const { operation, action, testClaims } = governed
          const { detailType } = action
          if (detailType === undefined) return []
          const good = goodDetail(testClaims, detailType)
          if (good === undefined)
            return [
              skipOn(text, `the test issuer is not told what good details of type \`${detailType}\` are`, operation),
            ]
          return trials(governed, good).map(trial =>
            probeOn(text, operation, { variant: trial.variant }, context => tryDetails(context, operation, trial)),
          )
        },
      }),
  }
}

function goodDetail({ authorization_details: details }: Detail, type: string): Detail | undefined {
  return Array.isArray(details) ? details.filter(isObject).find(detail => detail['type'] === type) : undefined
}

function tryDetails(context: ProbeContext, operation: ApiOperation, { variant, token }: Trying): Promise<Judgement> {
  const scope = context.leastScope(operation)
  const supply = (change: TokenChange) => forgedToken(operation, { scope, ...change })
  return tryCall(context, { operation, token: supply(token) }, async exchange => {
    const judgement = judgeScopeRefusal(exchange, `a token with ${variant}`)
    if (judgement.verdict !== 'pass') return judgement
    const good = await attempt(context, { operation, token: supply({}) })
    if (good.kind === 'sent' && isAccepted(good.exchange)) return judgement
    return inconclusive('a token with good details was not accepted either, so that a refusal proves nothing')
  })
}

/** RS-RAR-01 and RS-RAR-02: what the user agreed to in particular. */
export const authorizationDetailsCases: readonly TestCase[] = [otherDetails, detailsOrScope]
