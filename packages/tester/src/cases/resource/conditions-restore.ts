import type { ProbeContext } from '../../run/probe-context.ts'
import type { KnownObject, Target } from '../../target/target.ts'
import type { Exchange } from '../../wire/exchange.ts'
import { valueAtPath, withValueAt } from './call-values.ts'
import { refreshObjects, sendTrial } from './conditions-call.ts'
import { type ConditionTrial, decideTrial, type Governed, governedBy, trialsOf } from './conditions-trial.ts'
import { attributesOf } from './conditions-values.ts'
import { isAccepted } from './guarded-call.ts'

const mostSteps = 8

/**
 * Brings an object back to what it was, by the operations that write the members which changed: the others first, and where the
 * policy allows no more, in several steps.
 */
export async function restore(
  context: ProbeContext,
  governed: Governed,
  { before, target }: { readonly before: KnownObject; readonly target: Target },
): Promise<boolean> {
  for (let step = 0; step < mostSteps; step++) {
    const now = (await refreshObjects(context, governed, before.id))[0]
    const changed = Object.keys(before.attributes).find(name => now?.attributes[name] !== before.attributes[name])
    if (now === undefined || changed === undefined) return changed === undefined
    if (!(await stepBack(context, { governed, target, before, now, changed }))) return false
  }
  return false
}

type Done = { readonly trial: ConditionTrial; readonly exchange: Exchange; readonly target: Target }

/** Undoes what a call did that should have been refused. */
export async function undo(
  context: ProbeContext,
  governed: Governed,
  { trial, exchange, target }: Done,
): Promise<void> {
  const { object: before } = trial
  if (before === undefined || !governed.operation.isWrite || !isAccepted(exchange)) return
  await restore(context, governed, { before, target })
}

type Step = {
  readonly governed: Governed
  readonly target: Target
  readonly before: KnownObject
  readonly now: KnownObject
  readonly changed: string
}

async function stepBack(context: ProbeContext, { governed, target, before, now, changed }: Step): Promise<boolean> {
  const { api, operation, action } = governed
  const others = api.operations.filter(each => each !== operation && each.isWrite)
  const wanted = before.attributes[changed]
  for (const each of [...others, operation]) {
    const other = governedBy(each, api, target)
    if (other === undefined || other.action.resource !== action.resource) continue
    const trial = towards(other, { now, changed, wanted })
    if (trial === undefined) continue
    const made = await sendTrial(context, other, trial)
    if (made.kind === 'not_sent' || !isAccepted(made.exchange)) continue
    const after = (await refreshObjects(context, governed, before.id))[0]
    if (isNearer(after?.attributes[changed], now.attributes[changed], wanted)) return true
  }
  return false
}

function isNearer(after: unknown, now: unknown, wanted: unknown): boolean {
  if (after === wanted) return true
  if (typeof after !== 'number' || typeof now !== 'number' || typeof wanted !== 'number') return false
  return Math.abs(after - wanted) < Math.abs(now - wanted)
}

type Way = { readonly now: KnownObject; readonly changed: string; readonly wanted: unknown }

/** The allowed request whose input comes nearest to what the member was. */
function towards(governed: Governed, { now, changed, wanted }: Way): ConditionTrial | undefined {
  const path = inputFor(governed, changed)
  if (path === undefined) return undefined
  const allowed = [...trialsOf(governed, [now])].flatMap(trial => {
    const exact = { ...trial, input: withValueAt(trial.input, path, wanted) }
    return [exact, trial].filter(each => decideTrial(governed, each).kind === 'allow')
  })
  const distance = (trial: ConditionTrial) => Math.abs(Number(valueAtPath(trial.input, path)) - Number(wanted))
  return (
    allowed.find(trial => valueAtPath(trial.input, path) === wanted) ??
    allowed.toSorted((a, b) => distance(a) - distance(b))[0]
  )
}

/** The member of the input that writes a member of the object: of its name, or with `new` before it, or what its body has. */
function inputFor(governed: Governed, attribute: string): readonly string[] | undefined {
  const inputs = attributesOf(governed.action, 'input').map(({ path }) => path)
  const same = inputs.find(path => namesOf(path).includes(attribute))
  if (same !== undefined) return same
  const inBody = governed.operation.body !== undefined && inputs.length === 0
  return inBody ? [attribute] : undefined
}

function namesOf(path: readonly string[]): readonly string[] {
  const last = path.at(-1) ?? ''
  const bare = last.replace(/^new(?=[A-Z])/, '')
  return [last, bare.slice(0, 1).toLowerCase() + bare.slice(1)]
}
