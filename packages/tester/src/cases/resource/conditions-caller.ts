// OWASP ASVS 5.0 §8.3.1, §4.1.3
import { type Attribute, attributesIn } from '@ambit/policy'
import { mayNotWrite } from '../../catalogue/plan-on.ts'
import type { CaseText, Judgement, Probe, Skip, TestCase } from '../../catalogue/test-case.ts'
import type { ProbeContext } from '../../run/probe-context.ts'
import type { Target } from '../../target/target.ts'
import { attempt, type CallTrial, tryCall } from './attempt.ts'
import { isScalar, valueAtPath, withValueAt } from './call-values.ts'
import { callOfTrial, judgeDecision, refreshObjects } from './conditions-call.ts'
import { placeOf } from './conditions-places.ts'
import { planOnGoverned } from './conditions-plan.ts'
import { undo } from './conditions-restore.ts'
import { type ConditionTrial, decideTrial, forbiddenTrial, type Governed } from './conditions-trial.ts'
import { conditionOf } from './conditions-values.ts'
import { inconclusive, isAccepted, notApplicable } from './guarded-call.ts'
import { tokenOf } from './objects-calls.ts'
import { pairOf, pathOf } from './objects-known.ts'
import { planWithPair } from './objects-owner.ts'
import { probeOn, skipOn } from './probe-on.ts'
import { judgeScopeRefusal } from './scope-judge.ts'

const text: CaseText = {
  id: 'RS-CND-05',
  title: 'the caller says what the API should know by itself',
  why: 'What decides must come from the token or the store. A header or a member of the body can be written by anybody.',
  remedy: 'Take whose object it is, and where somebody works, from the token and your own data alone.',
  severity: 'critical',
  level: 'L0',
  sources: ['OWASP ASVS 5.0 §8.3.1', 'OWASP ASVS 5.0 §4.1.3'],
  tags: ['conditions', 'headers'],
}

/** RS-CND-05: attributes in header fields, query and body of a call that is to be refused. */
export const saidByCaller: TestCase = {
  ...text,
  plan: target => {
    const byPolicy =
      target.api?.policy === undefined ? [] : planOnGoverned(text, target, { plan: planPolicy, none: reasonForNone })
    if (byPolicy.some(each => 'run' in each)) return byPolicy
    return planWithPair(text, target, operation => {
      const pair = pairOf(target)
      const path = pair === undefined ? undefined : pathOf(operation, pair)
      if (pair === undefined || path === undefined) return []
      if (operation.isWrite && !target.mayWrite) return [skipOn(text, mayNotWrite, operation)]
      return userFields.map(name =>
        probeOn(text, operation, { variant: `header \`${name}\`` }, context => {
          const headers = [[name, pair.owner.username]] as const
          const call: CallTrial = { operation, token: tokenOf(operation, 'second'), change: { path, headers } }
          return tryCall(context, call, exchange =>
            judgeScopeRefusal(exchange, `a foreign object with \`${name}\` naming its owner`, { statuses: [404, 403] }),
          )
        }),
      )
    })
  },
}

const reasonForNone = 'no condition is known that a caller could answer themselves'
const userFields = ['X-User-Id', 'X-Owner-Id', 'X-Tenant-Id', 'X-Account-Id', 'X-Store-Id']

type Said = { readonly variant: string; readonly apply: (call: CallTrial) => CallTrial }

function planPolicy(governed: Governed, target: Target): readonly (Probe | Skip)[] {
  const { operation, action } = governed
  const probes = action.rules.flatMap(rule => {
    if (rule.kind === 'stepUp') return []
    const trial = forbiddenTrial(governed, rule.name)
    if (trial === undefined) return []
    return attributesIn(conditionOf(rule))
      .flatMap(attribute => waysToSay(governed, attribute, trial))
      .map(({ variant, apply }) =>
        probeOn(text, operation, { variant: `“${rule.name}”, ${variant}` }, context =>
          trySaid(context, { governed, target, rule: rule.name, apply }),
        ),
      )
  })
  return probes.length > 0 ? probes : [skipOn(text, reasonForNone, operation)]
}

/** The places where a careless API could read an attribute, with the value that would satisfy the condition. */
function waysToSay({ operation }: Governed, { source, path }: Attribute, { object }: ConditionTrial): readonly Said[] {
  const name = path.at(-1) ?? ''
  const value = source === 'resource' ? valueAtPath(object?.attributes, path) : undefined
  if (!isScalar(value)) return []
  const put = String(value)
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
  // what the operation itself takes under this name is its input, and no claim of the caller
  const isInput = (place: string, member: string) => placeOf(operation, member)?.in === place
  const members = [name, `${name}Id`].filter(member => !isInput('body', member))
  return [
    ...[`X-${title}-Id`, `X-${title}`, title].map(field => inHeader(field, put)),
    ...(isInput('query', name) ? [] : [inQuery(name, put)]),
    ...(operation.isWrite ? members.map(member => inBody(member, value)) : []),
  ]
}

function inHeader(field: string, value: string): Said {
  const apply = (call: CallTrial): CallTrial => {
    const headers = [...(call.change?.headers ?? []), [field, value] as const]
    return { ...call, change: { ...call.change, headers } }
  }
  return { variant: `header \`${field}\``, apply }
}

function inQuery(name: string, value: string): Said {
  const apply = (call: CallTrial): CallTrial => ({
    ...call,
    change: { ...call.change, query: { ...call.change?.query, [name]: value } },
  })
  return { variant: `query \`${name}\``, apply }
}

function inBody(member: string, value: unknown): Said {
  const apply = (call: CallTrial): CallTrial => ({
    ...call,
    change: { ...call.change, body: withValueAt(call.change?.body, [member], value) },
  })
  return { variant: `body \`${member}\``, apply }
}

type Saying = {
  readonly governed: Governed
  readonly target: Target
  readonly rule: string
  readonly apply: Said['apply']
}

async function trySaid(context: ProbeContext, { governed, target, rule, apply }: Saying): Promise<Judgement> {
  const trial = forbiddenTrial(governed, rule, await refreshObjects(context, governed))
  const call = trial === undefined ? undefined : callOfTrial(governed, trial)
  if (trial === undefined || call === undefined) return inconclusive(`“${rule}” can no longer be tried alone`)
  const plain = await attempt(context, call)
  if (plain.kind === 'not_sent') return plain.judgement
  if (isAccepted(plain.exchange)) {
    await undo(context, governed, { trial, exchange: plain.exchange, target })
    return notApplicable(`“${rule}” is not asked, whatever the caller says`)
  }
  return tryCall(context, apply(call), async exchange => {
    await undo(context, governed, { trial, exchange, target })
    const sent = `a call that “${rule}” forbids, in which the caller says otherwise,`
    return judgeDecision(exchange, decideTrial(governed, trial), sent)
  })
}
