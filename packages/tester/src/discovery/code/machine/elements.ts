import type { Node } from 'oxc-parser'
import { evaluate, type Machine } from './machine.ts'
import type { Scope } from './scope.ts'
import { nothing, unknown, type Value } from './value.ts'

/** The values of elements, those of spread lists one by one. */
export function evaluateAll(machine: Machine, nodes: readonly (Node | null)[], scope: Scope): readonly Value[] {
  return nodes.flatMap((node): readonly Value[] => {
    if (node === null) return [nothing]
    if (node.type !== 'SpreadElement') return [evaluate(machine, node, scope)]
    const spread = evaluate(machine, node.argument, scope)
    return spread.kind === 'list' ? spread.items : [unknown(undefined, [spread])]
  })
}
