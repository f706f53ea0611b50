import type { MemberExpression, Node } from 'oxc-parser'
import { httpMethods } from '../frameworks/http-methods.ts'
import { callFramework, callFunction, evaluate, type Machine } from './machine.ts'
import { exportOf } from './module.ts'
import type { Scope } from './scope.ts'
import {
  asText,
  type ClassValue,
  type FunctionValue,
  native,
  nothing,
  type RecordValue,
  type RouterValue,
  recordOf,
  unknown,
  type Value,
} from './value.ts'

type Keyed = { readonly key: Node; readonly computed: boolean }

/** The name of a property as it stands, or as it is computed. */
export function keyOf(machine: Machine, { key, computed }: Keyed, scope: Scope): string | undefined {
  if (computed) return asText(evaluate(machine, key, scope))
  if (key.type === 'Identifier') return key.name
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Literal' && key.value !== null ? String(key.value) : undefined
}

/** The name of the member that an expression asks for. */
export function memberName(machine: Machine, node: MemberExpression, scope: Scope): string | undefined {
  return keyOf(machine, { key: node.property, computed: node.computed }, scope)
}

/** A member of a value; what a record does not have is nothing, what nobody knows stays unknown. */
export function memberOf(machine: Machine, value: Value, name: string): Value {
  switch (value.kind) {
    case 'record':
      return memberOfRecord(machine, value, name)
    case 'module':
      return exportOf(value.module, name) ?? (name === '__esModule' ? nothing : unknown(name))
    case 'class':
      return memberOfClass(machine, value, name)
    case 'function':
      return memberOfFunction(value, name)
    case 'list':
      return memberOfList(value.items, name)
    case 'external':
      return {
        kind: 'external',
        module: value.module,
        path: name === 'default' ? value.path : dotted(value.path, name),
      }
    case 'router':
      return value.router.decorations.get(name) ?? methodOfRouter(machine, value, name)
    case 'unknown':
      return unknown(value.name === undefined ? name : `${value.name}.${name}`)
    default:
      return unknown(name)
  }
}

function dotted(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function memberOfRecord(machine: Machine, record: RecordValue, name: string): Value {
  const found = record.members.get(name) ?? inherited(machine, record.parent, name)
  if (found === undefined) return record.parent === undefined ? nothing : unknown(name)
  if (found.kind !== 'function') return found
  if (found.isGetter === true) return callFunction(machine, found, { args: [], self: record })
  return found.self === undefined ? { ...found, self: record } : found
}

function inherited(machine: Machine, parent: RecordValue['parent'], name: string): Value | undefined {
  if (parent === undefined) return undefined
  if (parent.kind === 'record') return parent.members.get(name) ?? inherited(machine, parent.parent, name)
  const own = methodOf(machine, parent, name)
  if (own !== undefined) return own
  const { base } = parent
  return base?.kind === 'class' || base?.kind === 'record' ? inherited(machine, base, name) : undefined
}

/** A method or getter that stands in the class itself. */
function methodOf(machine: Machine, { node, scope }: ClassValue, name: string): FunctionValue | undefined {
  for (const element of node.body.body) {
    if (element.type !== 'MethodDefinition' || element.static || element.kind === 'set') continue
    if (keyOf(machine, element, scope) !== name) continue
    const isGetter = element.kind === 'get'
    return { kind: 'function', node: element.value, scope, name, members: new Map(), ...(isGetter && { isGetter }) }
  }
  return undefined
}

function memberOfClass(machine: Machine, value: ClassValue, name: string): Value {
  const own = value.members.get(name)
  if (own?.kind === 'function' && own.isGetter === true) return callFunction(machine, own, { args: [], self: value })
  if (own !== undefined) return own.kind === 'function' ? { ...own, self: value } : own
  if (name === 'name' && value.name !== undefined) return { kind: 'text', text: value.name }
  return value.base === undefined ? unknown(name) : memberOf(machine, value.base, name)
}

function memberOfFunction(value: FunctionValue, name: string): Value {
  const own = value.members.get(name)
  if (own !== undefined) return own
  if (name === 'default') return value
  if (name !== 'prototype') return unknown(name)
  const prototype = recordOf()
  value.members.set('prototype', prototype)
  return prototype
}

/** A method without its call: `router.del = router.delete`. */
function methodOfRouter(machine: Machine, router: RouterValue, name: string): Value {
  if (!httpMethods.has(name) && name !== 'all' && name !== 'use') return unknown(name)
  return native(name, call => callFramework(machine, router, name, call))
}

function memberOfList(items: readonly Value[], name: string): Value {
  if (name === 'length') return { kind: 'plain', value: items.length }
  return /^\d+$/.test(name) ? (items[Number(name)] ?? nothing) : unknown(name)
}

/** Puts a value where an expression like `exports.router` says. */
export function setMember(machine: Machine, target: MemberExpression, value: Value, scope: Scope): void {
  const owner = evaluate(machine, target.object, scope)
  const name = memberName(machine, target, scope)
  if (name === undefined) return
  if (owner.kind === 'record' || owner.kind === 'function' || owner.kind === 'class') owner.members.set(name, value)
  else if (owner.kind === 'router') owner.router.decorations.set(name, value)
  else if (owner.kind === 'list' && /^\d{1,4}$/.test(name)) owner.items[Number(name)] = value
}
