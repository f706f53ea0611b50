import { operationOf } from '../catalogue/test-case.ts'
import type { ApiOperation } from '../target/api-operation.ts'
import type { Plan, PlannedProbe } from './make-plan.ts'
import { stableNumber } from './stable-hash.ts'

/** Probes that share a positive control, in the order in which they are tried. */
export type Group = {
  readonly probes: readonly PlannedProbe[]
  /** Whose call with a good token must succeed. */
  readonly control?: ApiOperation
  /** `around`: before the probes and after them. `last`: after everything else, and only then. */
  readonly when: 'around' | 'last' | 'never'
}

/** Groups that may be tried at the same time, or one behind the other. */
export type Stage = { readonly groups: readonly Group[]; readonly isSerial: boolean }

/**
 * Orders a plan so that its probes do not disturb each other: first floods and timings, before
 * anything else has worn the target out, then whatever only reads, then what should be refused although
 * it would write, at last what writes, and deletes behind all other writes. What may leave
 * the target unable to answer comes behind it all.
 */
export function scheduleOf({ probes: all, target, seed }: Plan): readonly Stage[] {
  const probes = all.filter(({ probe }) => probe.isLast !== true)
  const last = all.filter(({ probe }) => probe.isLast === true)
  const reading = probes.filter(({ probe }) => !probe.isWrite && probe.isExclusive !== true)
  const alone = probes.filter(({ probe }) => !probe.isWrite && probe.isExclusive === true)
  const refusals = probes.filter(({ probe }) => probe.isWrite && probe.control !== undefined)
  const writing = probes.filter(({ probe }) => probe.isWrite && probe.control === undefined)
  const find = (key: string) => operationOf(target, key)
  const grouped = (some: readonly PlannedProbe[]) => groupsOf(shuffled(some, seed), find)
  const controls = new Set(all.flatMap(({ probe }) => probe.control ?? []))
  return [
    { groups: grouped(alone), isSerial: true },
    { groups: grouped(reading), isSerial: false },
    { groups: grouped(refusals), isSerial: false },
    { groups: writersOf(writing, { controls, find }), isSerial: true },
    { groups: grouped(last), isSerial: true },
  ]
}

/** Any order is right, and the seed chooses: what depends on the order shows itself under another seed. */
function shuffled(probes: readonly PlannedProbe[], seed: string): readonly PlannedProbe[] {
  const places = new Map(probes.map(({ name }) => [name, stableNumber(`${seed} ${name}`)]))
  return probes.toSorted((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0))
}

type FindOperation = (key: string) => ApiOperation | undefined

function groupsOf(probes: readonly PlannedProbe[], find: FindOperation): readonly Group[] {
  const groups = Map.groupBy(probes, ({ probe }) => JSON.stringify([probe.control, probe.control ?? probe.operation]))
  return [...groups.values()].map((same): Group => {
    const key = same[0]?.probe.control
    const control = key === undefined ? undefined : find(key)
    if (control === undefined) return { probes: same, when: 'never' }
    return { probes: same, control, when: control.isWrite ? 'last' : 'around' }
  })
}

type Writers = { readonly controls: ReadonlySet<string>; readonly find: FindOperation }

/** The operations that write, each with its probes and behind them its control. */
function writersOf(probes: readonly PlannedProbe[], { controls, find }: Writers): readonly Group[] {
  const keys = [...new Set([...probes.map(({ probe }) => probe.operation ?? ''), ...controls])]
  const groups = keys.map((key): Group => {
    const own = probes.filter(({ probe }) => (probe.operation ?? '') === key)
    const control = controls.has(key) ? find(key) : undefined
    return control?.isWrite === true ? { probes: own, control, when: 'last' } : { probes: own, when: 'never' }
  })
  const needed = groups.filter(({ probes: own, control }) => own.length > 0 || control !== undefined)
  return needed.toSorted((a, b) => destructionOf(a, find) - destructionOf(b, find))
}

const destruction: Readonly<Record<string, number>> = { POST: 0, PUT: 1, PATCH: 1, DELETE: 3 }

function destructionOf({ probes, control }: Group, find: FindOperation): number {
  const operation = control ?? find(probes[0]?.probe.operation ?? '')
  return operation === undefined ? 0 : (destruction[operation.method.toUpperCase()] ?? 2)
}
