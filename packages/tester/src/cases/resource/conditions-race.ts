// OWASP ASVS 5.0 §15.4.2
import { type Attribute, comparisonsIn, type Expression } from '@ambit/policy'
import { isGuarded, mayNotWrite, planOnApi } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { KnownObject, Target } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { attempt } from './attempt.ts'
import { valueAtPath } from './call-values.ts'
import { callOfTrial, refreshObjects } from './conditions-call.ts'
import { restore } from './conditions-restore.ts'
import {
  type ConditionTrial,
  decideTrial,
  type Governed,
  governedBy,
  trialsOf,
  whyNotArranged,
} from './conditions-trial.ts'
import { conditionOf } from './conditions-values.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { orSkip, probeOn, skipOn } from './probe-on.ts'

const text: CaseText = {
  id: 'RS-CND-06',
  title: 'many calls at once at the limit',
  why: 'Between looking and taking there is time. Who calls twenty times in it takes twenty times what is there.',
  remedy: 'Look and take in one step of the store: a condition in the update, a lock, or a transaction that notices.',
  severity: 'high',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §15.4.2'],
  tags: ['conditions', 'races'],
}

const calls = 20

/** RS-CND-06: twenty calls at once, each of which takes all that there is. */
export const races: TestCase = {
  ...text,
  plan: target =>
    planOnApi(text, target, api => {
      const planned = api.operations.filter(isGuarded).flatMap((operation): readonly (Probe | Skip)[] => {
        const governed = governedBy(operation, api, target)
        const limit = governed === undefined ? undefined : limitOf(governed)
        if (governed === undefined || limit === undefined || !operation.isWrite) return []
        if (!target.mayWrite) return [skipOn(text, mayNotWrite, operation)]
        const lack = whyNotArranged(governed)
        if (lack !== undefined) return [skipOn(text, lack, operation)]
        return [
          probeOn(text, operation, { isExclusive: true }, context => tryRace(context, { governed, limit, target })),
        ]
      })
      return orSkip(
        text,
        planned,
        'no operation is known to use something up: no condition holds an input below what the object has',
      )
    }),
}

type Limit = { readonly input: Attribute; readonly member: Attribute }

/** A condition that keeps an input at or below a member of the object. */
function limitOf({ action }: Governed): Limit | undefined {
  const conditions = action.rules
    .filter(({ kind }) => kind === 'when')
    .flatMap(rule => comparisonsIn(conditionOf(rule)))
  return conditions.map(readLimit).find(limit => limit !== undefined)
}

function readLimit(condition: Expression): Limit | undefined {
  if (condition.kind !== 'compare') return undefined
  const { by, left, right } = condition
  const [low, high] = by === 'lte' || by === 'lt' ? [left, right] : by === 'gte' || by === 'gt' ? [right, left] : []
  if (low?.kind !== 'attribute' || high?.kind !== 'attribute') return undefined
  return low.source === 'input' && high.source === 'resource' ? { input: low, member: high } : undefined
}

type Race = { readonly governed: Governed; readonly limit: Limit; readonly target: Target }

async function tryRace(context: ProbeContext, { governed, limit, target }: Race): Promise<Judgement> {
  const trial = mostAllowed(governed, limit, await refreshObjects(context, governed))
  const call = trial === undefined ? undefined : callOfTrial(governed, trial)
  if (trial?.object === undefined || call === undefined) return inconclusive('there is nothing that could be taken')
  const raw: ProbeContext = {
    ...context,
    send: (request, options) => context.send(request, { ...options, isRaw: true }),
  }
  const made = await Promise.all(Array.from({ length: calls }, () => attempt(raw, call)))
  const exchanges = made.flatMap(each => (each.kind === 'sent' ? [each.exchange] : []))
  const judgement = await judgeRace(context, { governed, limit, trial, exchanges })
  await restore(context, governed, { before: trial.object, target })
  return judgement
}

/** The allowed request that takes most. */
function mostAllowed(
  governed: Governed,
  { input }: Limit,
  objects: readonly KnownObject[],
): ConditionTrial | undefined {
  const amount = (trial: ConditionTrial) => Number(valueAtPath(trial.input, input.path))
  const allowed = [...trialsOf(governed, objects)].filter(
    trial => decideTrial(governed, trial).kind === 'allow' && amount(trial) > 0,
  )
  return allowed.toSorted((a, b) => amount(b) - amount(a))[0]
}

type Ran = {
  readonly governed: Governed
  readonly limit: Limit
  readonly trial: ConditionTrial
  readonly exchanges: readonly Exchange[]
}

async function judgeRace(context: ProbeContext, { governed, limit, trial, exchanges }: Ran): Promise<Judgement> {
  const taken = exchanges.filter(isAccepted)
  const figures = { calls, accepted: taken.length }
  const whole = `${calls} calls at once, each for all that there was:`
  if (taken.length === 0)
    return inconclusive(`${whole} none was accepted, so that nothing was shown`, ...exchanges.slice(0, 1))
  if (taken.length === 1) return { verdict: 'pass', reason: `${whole} one was accepted`, evidence: taken, figures }
  const call = callOfTrial(governed, trial)
  const again = call === undefined ? undefined : await attempt(context, call)
  const isUsedUp = again?.kind === 'sent' && !isAccepted(again.exchange)
  const left = (await refreshObjects(context, governed, trial.object?.id))[0]
  const before = valueAtPath(trial.object?.attributes, limit.member.path)
  const isLess = valueAtPath(left?.attributes, limit.member.path) !== before
  if (!isUsedUp && !isLess) return notApplicable('the call uses nothing up: it can be repeated')
  const reason = `${whole} ${taken.length} were accepted, and one is all that the condition allows`
  return { verdict: 'fail', reason, evidence: taken, figures, complaint: 'race at the limit' }
}
