import type { Class, PropertyDefinition } from 'oxc-parser'
import { functionOf } from './functions.ts'
import { callFunction, callValue, evaluate, executeAll, type Machine } from './machine.ts'
import { keyOf } from './members.ts'
import { Scope } from './scope.ts'
import {
  type Call,
  type ClassValue,
  type FunctionValue,
  native,
  nothing,
  type RecordValue,
  recordOf,
  type Value,
} from './value.ts'

/** Makes a class; its static members are made at once. */
export function makeClass(machine: Machine, node: Class, outer: Scope): ClassValue {
  const scope = new Scope(outer)
  const base = node.superClass === null ? undefined : evaluate(machine, node.superClass, outer)
  const name = node.id?.name
  const made: ClassValue = {
    kind: 'class',
    node,
    scope,
    members: new Map(),
    ...(name !== undefined && { name }),
    ...(base !== undefined && { base }),
  }
  if (name !== undefined) scope.define(name, made)
  scope.define('super', base ?? nothing)
  const inside = new Scope(scope)
  inside.define('this', made)
  for (const element of node.body.body) {
    if (element.type === 'StaticBlock') executeAll(machine, element.body, new Scope(inside, true))
    else if (element.type === 'PropertyDefinition' && element.static) defineField(machine, made, element, inside)
    else if (element.type === 'MethodDefinition' && element.static) {
      const key = keyOf(machine, element, scope)
      const method = functionOf(element.value, inside, key)
      const isGetter = element.kind === 'get'
      if (key !== undefined) made.members.set(key, isGetter ? { ...method, isGetter } : method)
    }
  }
  return made
}

function defineField(
  machine: Machine,
  holder: ClassValue | RecordValue,
  field: PropertyDefinition,
  scope: Scope,
): void {
  const key = keyOf(machine, field, scope)
  const { value } = field
  if (key === undefined) return
  const isFunction = value?.type === 'FunctionExpression' || value?.type === 'ArrowFunctionExpression'
  const made = isFunction ? functionOf(value, scope, key) : value === null ? undefined : evaluate(machine, value, scope)
  holder.members.set(key, made ?? nothing)
}

/** Makes an instance of a class, or of a function that is used as one. */
export function instantiate(machine: Machine, made: ClassValue | FunctionValue, call: Call): Value {
  if (made.kind === 'class') {
    const instance: RecordValue = { ...recordOf(), parent: made }
    construct(machine, made, instance, call)
    return instance
  }
  const prototype = made.members.get('prototype')
  const instance: RecordValue =
    prototype?.kind === 'record' ? { ...recordOf(), parent: prototype } : { ...recordOf(), parent: recordOf() }
  const returned = callFunction(machine, made, { args: call.args, self: instance })
  return returned.kind === 'plain' || returned.kind === 'unknown' ? instance : returned
}

function construct(machine: Machine, made: ClassValue, instance: RecordValue, call: Call): void {
  const { node, scope, base } = made
  const method = node.body.body.find(element => element.type === 'MethodDefinition' && element.kind === 'constructor')
  const inside = new Scope(scope, true)
  inside.define('this', instance)
  const fields = () => {
    for (const element of node.body.body)
      if (element.type === 'PropertyDefinition' && !element.static) defineField(machine, instance, element, inside)
  }
  const superCall = native('super', (given): Value => {
    if (base?.kind === 'class') construct(machine, base, instance, given)
    else if (base?.kind === 'function') callFunction(machine, base, { args: given.args, self: instance })
    else if (base !== undefined) callValue(machine, base, { ...given, isNew: true })
    fields()
    return instance
  })
  if (base === undefined) fields()
  if (method?.type !== 'MethodDefinition') {
    if (base !== undefined) superCall.call(call)
    return
  }
  inside.define('super', base === undefined ? nothing : superOf(superCall, base))
  const constructor = functionOf(method.value, inside)
  defineProperties(constructor, instance, call)
  callFunction(machine, constructor, { args: call.args, self: instance })
}

/** `super` is called, and has members. */
function superOf(call: Extract<Value, { kind: 'native' }>, base: Value): Value {
  return base.kind === 'class' ? { ...recordOf(), parent: base, members: new Map([['()', call]]) } : call
}

/** Parameters that TypeScript keeps as members: `constructor(private readonly router: Router)`. */
function defineProperties({ node }: FunctionValue, instance: RecordValue, { args }: Call): void {
  for (const [index, parameter] of node.params.entries()) {
    if (parameter.type !== 'TSParameterProperty') continue
    const inner = parameter.parameter.type === 'AssignmentPattern' ? parameter.parameter.left : parameter.parameter
    if (inner.type === 'Identifier') instance.members.set(inner.name, args[index] ?? nothing)
  }
}
