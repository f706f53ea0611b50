// OWASP ASVS 5.0 §8.2.4
import { type Attribute, type BoundaryCase, boundaryCases } from '@ambit/policy'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { worstOf } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { KnownObject, Target } from '../../target/target.ts'
import { forgedToken, tryCall } from './attempt.ts'
import { withValueAt } from './call-values.ts'
import { atPresent, callOfTrial, judgeDecision, refreshObjects, sendTrial } from './conditions-call.ts'
import { caseOnGoverned } from './conditions-plan.ts'
import { restore } from './conditions-restore.ts'
import { allowedTrial, type ConditionTrial, decideTrial, type Governed } from './conditions-trial.ts'
import { attributesOf, isNumeric, numericEdges } from './conditions-values.ts'
import { inconclusive } from './guarded-call.ts'
import { probeOn, skipOn } from './probe-on.ts'

const text: CaseText = {
  id: 'RS-CND-02',
  title: 'numbers at the edge of what is allowed',
  why: 'Limits are off by one, rounded, or forgotten for numbers below nothing. What is allowed at the edge was decided by nobody.',
  remedy:
    'Compare exactly as the policy says, refuse what is no number of the expected kind, and test the numbers on both sides of the limit.',
  severity: 'high',
  level: 'L2',
  sources: ['OWASP ASVS 5.0 §8.2.4'],
  tags: ['conditions', 'limits'],
}

/** RS-CND-02: each number of the input around its limits, against objects as they are. */
export const numericLimits: TestCase = caseOnGoverned(text, {
  plan: (governed, target) => [...planInputs(governed, target), ...planBoundaries(governed)],
  none: 'no condition of the policy reads a number that the caller says',
})

function planInputs(governed: Governed, target: Target): readonly (Probe | Skip)[] {
  const { operation, action } = governed
  const base = allowedTrial(governed)
  const inputs = attributesOf(action, 'input').filter(input => base !== undefined && isNumeric(action, input, base))
  if (base === undefined && attributesOf(action, 'input').length > 0 && action.detailType === undefined)
    return [skipOn(text, 'with the objects and holders that are known no call can be made that is allowed', operation)]
  return inputs.map(input =>
    probeOn(text, operation, { variant: `\`${input.path.join('.')}\``, isExclusive: operation.isWrite }, context =>
      tryEdges(context, { governed, target, input }),
    ),
  )
}

type Edges = { readonly governed: Governed; readonly target: Target; readonly input: Attribute }

/** What is forbidden goes first, so that the object is still as it was; what changes it is undone. */
async function tryEdges(context: ProbeContext, { governed, target, input }: Edges): Promise<Judgement> {
  const objects = await refreshObjects(context, governed)
  const base = allowedTrial(governed, objects)
  if (base === undefined) return inconclusive('the objects are such that no call is allowed now')
  const trials = edgesOf(governed, base, input)
  const isAllowed = (trial: ConditionTrial) => decideTrial(governed, trial).kind === 'allow'
  const judged: Judgement[] = []
  for (const trial of [...trials.filter(each => !isAllowed(each)), ...trials.filter(isAllowed)]) {
    const judgement = await tryEdge(context, { governed, input, trial })
    judged.push(judgement)
    const isDone = isAllowed(trial) || judgement.verdict === 'fail'
    if (!isDone || !governed.operation.isWrite || base.object === undefined) continue
    if (!(await restore(context, governed, { before: base.object, target }))) break
  }
  const told = judged.filter(({ verdict }) => verdict !== 'inconclusive')
  const [first, ...others] = told.length > 0 ? told : judged
  if (first === undefined) return inconclusive('no number turns this condition')
  const worst = worstOf(first, ...others)
  if (worst.verdict !== 'pass') return worst
  const rest = trials.length - judged.length
  const left = rest === 0 ? '' : `; ${rest} were not tried, because the object could not be brought back to what it was`
  return { ...worst, reason: `${told.length} numbers around the limit were answered as the policy says${left}` }
}

function edgesOf({ action }: Governed, base: ConditionTrial, input: Attribute): readonly ConditionTrial[] {
  return numericEdges(action, input, base).map(value => ({
    ...base,
    input: withValueAt(base.input, input.path, value),
  }))
}

type Edge = { readonly governed: Governed; readonly input: Attribute; readonly trial: ConditionTrial }

async function tryEdge(context: ProbeContext, { governed, input, trial }: Edge): Promise<Judgement> {
  const made = await sendTrial(context, governed, trial)
  if (made.kind === 'not_sent') return made.judgement
  const value = JSON.stringify(input.path.reduce<unknown>(memberOf, trial.input))
  const decision = decideTrial(governed, trial)
  const wanted = decision.kind === 'allow' ? 'which the policy allows' : 'which the policy forbids'
  const sent = `\`${input.path.join('.')}\` of ${value}${objectWords(trial.object)}, ${wanted},`
  return judgeDecision(made.exchange, decision, sent)
}

function objectWords(object: KnownObject | undefined): string {
  return object === undefined ? '' : ` for \`${object.id}\``
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

/** Seconds that a token is on its way, and by which clocks may differ. */
const margins = { onTheWay: 5, ofClocks: 61 } as const

/** A login exactly at the limit of its age is older when it arrives; so time is left on either side of the limit. */
function withMargin(
  claims: Readonly<Record<string, unknown>>,
  decided: BoundaryCase['expected']['kind'],
  now: number,
): Readonly<Record<string, unknown>> {
  const { auth_time: at } = claims
  if (typeof at !== 'number') return claims
  const latest = Math.max(at, Math.floor(now / 1000))
  return { ...claims, auth_time: decided === 'allow' ? Math.min(at + margins.onTheWay, latest) : at - margins.ofClocks }
}

/** Where no object of the API is read, the policy's own boundary cases can be sent as they are. */
function planBoundaries(governed: Governed): readonly (Probe | Skip)[] {
  const { operation, action, model, mayForge } = governed
  const isFree = attributesOf(action, 'resource').length === 0 && attributesOf(action, 'fact').length === 0
  const cases = isFree ? boundaryCases(model, action.name).filter(({ what }) => what === 'boundary') : []
  if (cases.length > 0 && !mayForge)
    return [skipOn(text, 'what tokens say can be varied only with tokens of a test issuer', operation)]
  return cases.map(each =>
    probeOn(text, operation, { variant: each.about }, context => tryBoundary(context, governed, each)),
  )
}

function tryBoundary(
  context: ProbeContext,
  governed: Governed,
  { about, token, circumstances, expected }: BoundaryCase,
): Promise<Judgement> {
  const { operation } = governed
  const trial: ConditionTrial = {
    object: undefined,
    holder: { kind: 'user', user: 'first' },
    claims: {},
    facts: {},
    forged: token.claims,
    input: circumstances.input,
  }
  const call = callOfTrial(governed, trial)
  if (call === undefined) return Promise.resolve(inconclusive('a value of the trial fits no place in the call'))
  const claims = withMargin(atPresent(token.claims, context.now()), expected.kind, context.now())
  const supply = forgedToken(operation, { scope: context.leastScope(operation), claims })
  return tryCall(context, { ...call, token: supply }, exchange =>
    judgeDecision(exchange, expected, `a call with ${about}`),
  )
}
