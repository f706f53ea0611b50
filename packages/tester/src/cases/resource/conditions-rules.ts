// OWASP ASVS 5.0 §8.2.4
import type { Rule } from '@ambit/policy'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Target } from '../../target/target.ts'
import { isMalformed, judgeDecision, refreshObjects, sendTrial } from './conditions-call.ts'
import { caseOnGoverned } from './conditions-plan.ts'
import { undo } from './conditions-restore.ts'
import { decideTrial, forbiddenTrial, type Governed } from './conditions-trial.ts'
import { inconclusive } from './guarded-call.ts'
import { probeOn, skipOn } from './probe-on.ts'

const conditionText: CaseText = {
  id: 'RS-CND-01',
  title: 'one condition that does not hold, while all others do',
  why: 'A condition that is written down and not asked protects nothing, and nobody notices: good calls go through all the same.',
  remedy: 'Ask every condition of the policy in the code of this operation, or let the policy decide.',
  severity: 'high',
  level: 'L2',
  sources: ['OWASP ASVS 5.0 §8.2.4'],
  tags: ['conditions'],
}

/** RS-CND-01: each condition made false alone. */
export const falseConditions: TestCase = caseOnGoverned(conditionText, {
  plan: (governed, target) => planRules(conditionText, { governed, target, kind: 'when' }),
  none: 'no action of the policy has a condition',
})

const forbidText: CaseText = {
  id: 'RS-CND-03',
  title: 'one prohibition that holds, while all else allows',
  why: 'A prohibition is the exception that somebody thought of. Where it is not asked, the exception is the rule.',
  remedy: 'Ask every prohibition of the policy in the code of this operation, or let the policy decide.',
  severity: 'high',
  level: 'L2',
  sources: ['OWASP ASVS 5.0 §8.2.4'],
  tags: ['conditions'],
}

/** RS-CND-03: each prohibition made true alone. */
export const trueForbids: TestCase = caseOnGoverned(forbidText, {
  plan: (governed, target) => planRules(forbidText, { governed, target, kind: 'forbid' }),
  none: 'no action of the policy has a prohibition',
})

type Planning = { readonly governed: Governed; readonly target: Target; readonly kind: Rule['kind'] }

function planRules(text: CaseText, { governed, target, kind }: Planning): readonly (Probe | Skip)[] {
  const { operation, action } = governed
  const rules = action.rules.filter(rule => rule.kind === kind && !readsDetails(governed, rule))
  return rules.map(({ name }) => {
    const variant = `“${name}”`
    if (forbiddenTrial(governed, name) === undefined) return skipOn(text, `${variant}: ${unarranged}`, operation)
    return probeOn(text, operation, { variant }, context => tryRule(context, { governed, target, rule: name }))
  })
}

const unarranged =
  'with the objects and holders that are known, no call can be made which this rule alone forbids; name more of them'

/** Authorization details have a case of their own. */
function readsDetails({ action }: Governed, rule: Rule): boolean {
  return action.detailType !== undefined && JSON.stringify(rule).includes('"details"')
}

type Trying = { readonly governed: Governed; readonly target: Target; readonly rule: string }

async function tryRule(context: ProbeContext, { governed, target, rule }: Trying): Promise<Judgement> {
  const objects = await refreshObjects(context, governed)
  const trial = forbiddenTrial(governed, rule, objects)
  if (trial === undefined)
    return inconclusive(`the objects have changed so that “${rule}” can no longer be tried alone`)
  const made = await sendTrial(context, governed, trial)
  if (made.kind === 'not_sent') return made.judgement
  const { exchange } = made
  if (isMalformed(exchange))
    return inconclusive(
      `a call that “${rule}” alone forbids was refused for its form, before any rule was asked`,
      exchange,
    )
  await undo(context, governed, { trial, exchange, target })
  return judgeDecision(exchange, decideTrial(governed, trial), `a call that “${rule}” alone forbids`)
}
