import type { Node } from 'oxc-parser'
import type { Scope } from './scope.ts'
import type { FunctionValue } from './value.ts'

/** A function as a value, by the name that it has itself or that it is given. */
export function functionOf(
  node: FunctionValue['node'],
  scope: Scope,
  name: string | undefined = node.id?.name,
): FunctionValue {
  const made: FunctionValue = { kind: 'function', node, scope, members: new Map(), ...(name !== undefined && { name }) }
  closures.set(node, made)
  return made
}

const closures = new WeakMap<Node, FunctionValue>()

/** A function as it was last met, with the names around it. */
export function metFunction(node: FunctionValue['node']): FunctionValue | undefined {
  return closures.get(node)
}
