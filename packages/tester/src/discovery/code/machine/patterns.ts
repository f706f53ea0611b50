import type { Node } from 'oxc-parser'
import { evaluate, type Machine } from './machine.ts'
import { keyOf, memberOf, setMember } from './members.ts'
import type { Scope } from './scope.ts'
import { listOf, nothing, recordOf, unknown, type Value } from './value.ts'

type Bind = (name: string, value: Value) => void

/** Gives the names of a pattern what they stand for. */
export function bindPattern(machine: Machine, pattern: Node, value: Value, { scope, bind }: Binding): void {
  switch (pattern.type) {
    case 'Identifier':
      return bind(pattern.name, value)
    case 'AssignmentPattern': {
      const given = value === nothing ? evaluate(machine, pattern.right, scope) : value
      return bindPattern(machine, pattern.left, given, { scope, bind })
    }
    case 'TSParameterProperty':
      return bindPattern(machine, pattern.parameter, value, { scope, bind })
    case 'RestElement':
      return bindPattern(machine, pattern.argument, value, { scope, bind })
    case 'ArrayPattern':
      return bindArray(machine, pattern.elements, value, { scope, bind })
    case 'ObjectPattern':
      return bindObject(machine, pattern.properties, value, { scope, bind })
    case 'MemberExpression':
      return setMember(machine, pattern, value, scope)
    default:
      return undefined
  }
}

type Binding = { readonly scope: Scope; readonly bind: Bind }

function bindArray(machine: Machine, elements: readonly (Node | null)[], value: Value, binding: Binding): void {
  for (const [index, element] of elements.entries()) {
    if (element === null) continue
    const rest = element.type === 'RestElement' && value.kind === 'list' ? listOf(value.items.slice(index)) : undefined
    const item = value.kind === 'list' ? (value.items[index] ?? nothing) : unknown()
    bindPattern(machine, element, rest ?? item, binding)
  }
}

function bindObject(machine: Machine, properties: readonly Node[], value: Value, binding: Binding): void {
  const taken = new Set<string>()
  for (const property of properties) {
    if (property.type === 'RestElement') {
      const rest = value.kind === 'record' ? [...value.members].filter(([name]) => !taken.has(name)) : []
      bindPattern(machine, property, recordOf(Object.fromEntries(rest)), binding)
    } else if (property.type === 'Property') {
      const key = keyOf(machine, property, binding.scope)
      if (key === undefined) continue
      taken.add(key)
      bindPattern(machine, property.value, memberOf(machine, value, key), binding)
    }
  }
}
