// OWASP ASVS 5.0 §8.3.1
import type { Attribute } from '@ambit/policy'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import { judgeRefusal } from '../../judge/judge-refusal.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Target } from '../../target/target.ts'
import { withValueAt } from './call-values.ts'
import { refreshObjects, sendTrial } from './conditions-call.ts'
import { caseOnGoverned } from './conditions-plan.ts'
import { undo } from './conditions-restore.ts'
import { allowedTrial, type ConditionTrial, decideTrial, type Governed } from './conditions-trial.ts'
import { attributesOf } from './conditions-values.ts'
import { inconclusive } from './guarded-call.ts'
import { probeOn, skipOn } from './probe-on.ts'

const text: CaseText = {
  id: 'RS-CND-04',
  title: 'a value that a condition reads is missing, empty or of another kind',
  why: 'Conditions that cannot be decided must refuse. Where a missing value is passed over, leaving it out is the way around the condition.',
  remedy: 'Refuse where a value is missing or of another kind, before any condition is asked.',
  severity: 'high',
  level: 'L2',
  sources: ['OWASP ASVS 5.0 §8.3.1'],
  tags: ['conditions', 'fail closed'],
}

const kinds: Readonly<Record<string, unknown>> = {
  missing: undefined,
  null: null,
  'a text': 'tester',
  'a list': [],
  'an object': {},
  true: true,
}

/** RS-CND-04: what conditions read, left out or of the wrong type. */
export const missingValues: TestCase = caseOnGoverned(text, {
  plan: planMissing,
  none: 'no condition of the policy reads a value that the caller says',
})

function planMissing(governed: Governed, target: Target): readonly (Probe | Skip)[] {
  const { operation, action, mayForge } = governed
  const inputs = attributesOf(action, 'input')
  const claims = attributesOf(action, 'token')
  const base = allowedTrial(governed)
  if (inputs.length + claims.length > 0 && base === undefined && action.detailType === undefined)
    return [skipOn(text, 'with the objects and holders that are known no call can be made that is allowed', operation)]
  return [
    ...inputs.flatMap(input => planKinds({ governed, target }, input)),
    ...(mayForge ? claims.flatMap(claim => planKinds({ governed, target }, claim)) : []),
    ...skipsOf(governed),
  ]
}

/** Why what the object or the API's own data lack is not tried. */
function skipsOf({ operation, action }: Governed): readonly Skip[] {
  const own = [...attributesOf(action, 'resource'), ...attributesOf(action, 'fact')]
  if (own.length === 0) return []
  const names = own.map(({ path }) => `\`${path.join('.')}\``).join(', ')
  return [skipOn(text, `${names}: what the API itself keeps cannot be left out from outside`, operation)]
}

type Planning = { readonly governed: Governed; readonly target: Target }

function planKinds({ governed, target }: Planning, attribute: Attribute): readonly Probe[] {
  return Object.entries(kinds).map(([kind, value]) =>
    probeOn(text, governed.operation, { variant: `\`${attribute.path.join('.')}\` ${kind}` }, context =>
      tryKind(context, { governed, target }, { attribute, kind, value }),
    ),
  )
}

type Kind = { readonly attribute: Attribute; readonly kind: string; readonly value: unknown }

async function tryKind(
  context: ProbeContext,
  { governed, target }: Planning,
  { attribute, kind, value }: Kind,
): Promise<Judgement> {
  const base = allowedTrial(governed, await refreshObjects(context, governed)) ?? detailsBase(governed)
  if (base === undefined) return inconclusive('the objects are such that no call is allowed now')
  const trial = broken(base, attribute, value)
  const sent = `a call in which \`${attribute.path.join('.')}\` is ${kind}`
  if (decideTrial(governed, trial).kind === 'allow' && governed.action.detailType === undefined)
    return { verdict: 'not_applicable', reason: `${sent} is allowed by the policy` }
  const made = await sendTrial(context, governed, trial)
  if (made.kind === 'not_sent') return made.judgement
  await undo(context, governed, { trial, exchange: made.exchange, target })
  return judgeRefusal(made.exchange, { statuses: [403, 400, 401, 404, 409, 415, 422], sent, accepted: 'was allowed' })
}

/** Where authorization details decide, the good token of the test issuer brings them along. */
function detailsBase({ action }: Governed): ConditionTrial | undefined {
  if (action.detailType === undefined) return undefined
  return { object: undefined, holder: { kind: 'user', user: 'first' }, claims: {}, facts: {}, forged: {}, input: {} }
}

function broken(base: ConditionTrial, { source, path }: Attribute, value: unknown): ConditionTrial {
  if (source === 'input') return { ...base, input: withValueAt(base.input, path, value) }
  const forged = withValueAt(base.forged, path, value)
  return { ...base, forged: typeof forged === 'object' && forged !== null ? { ...forged } : {} }
}
