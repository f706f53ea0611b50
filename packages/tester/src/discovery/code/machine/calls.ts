import type { CallExpression, NewExpression, Node } from 'oxc-parser'
import { noteRoute, supposedRouter } from '../frameworks/supposed-router.ts'
import { unlessPath } from '../guards/known-guards.ts'
import { ruledGuard } from '../guards/ruled-guard.ts'
import { lastName, nameOfNode } from '../source.ts'
import { callBuiltin, callRuntime } from './builtins.ts'
import { instantiate } from './classes.ts'
import { evaluateAll } from './elements.ts'
import { interopOf } from './interop.ts'
import {
  type Cost,
  callFramework,
  callFunction,
  callUnknown,
  callValue,
  evaluate,
  executeAll,
  type Handed,
  limits,
  type Machine,
} from './machine.ts'
import { memberName, memberOf } from './members.ts'
import { bindPattern } from './patterns.ts'
import { Scope } from './scope.ts'
import { type Call, type FunctionValue, isKnown, listOf, nothing, returned, unknown, type Value } from './value.ts'

/** What a call comes to, with everything that it registers. */
export function evaluateCall(machine: Machine, node: CallExpression | NewExpression, scope: Scope): Value {
  machine.visited.add(node)
  const callee = unwrapped(node.callee)
  const args = evaluateAll(machine, node.arguments, scope)
  const call: Call = { args, argNodes: node.arguments, node, scope, isNew: node.type === 'NewExpression' }
  const interop = interopOf(machine, lastName(nameOfNode(callee)), call)
  if (interop !== undefined) return interop
  if (callee.type === 'Super') return callSuper(machine, call)
  if (callee.type !== 'MemberExpression') return callNamed(machine, evaluate(machine, callee, scope), call, callee)
  const name = memberName(machine, callee, scope)
  const owner = supposedRouter(machine, { node, name, owner: evaluate(machine, callee.object, scope) }, scope)
  if (name === undefined) return callAnyMember(machine, owner, call)
  const self = callee.object.type === 'Super' ? scope.find('this') : owner
  const done = callMethod(machine, { owner, name }, { ...call, ...(self !== undefined && { self }) })
  if (done !== undefined) return done
  const member = memberOf(machine, owner, name)
  if (member.kind === 'unknown') noteRoute(machine, node, scope)
  return callNamed(machine, member, { ...call, self: self ?? owner }, callee)
}

function unwrapped(callee: Node): Node {
  switch (callee.type) {
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSInstantiationExpression':
      return unwrapped(callee.expression)
    default:
      return callee
  }
}

/** A member that only running chooses: `router[method](…)`. */
function callAnyMember(machine: Machine, owner: Value, call: Call): Value {
  return owner.kind === 'router'
    ? callFramework(machine, owner, undefined, call)
    : callUnknown(machine, unknown(), call)
}

type Method = { readonly owner: Value; readonly name: string }

/** Methods that this reader knows by itself; `undefined` where it is one of the project's. */
function callMethod(machine: Machine, { owner, name }: Method, call: Call): Value | undefined {
  if (owner.kind === 'router') {
    const decorated = owner.router.decorations.get(name)
    return decorated === undefined ? callFramework(machine, owner, name, call) : undefined
  }
  if (name === 'then' || name === 'finally' || name === 'catch') {
    const [callback] = call.args
    const given = name === 'then' ? owner : unknown()
    const result = callback === undefined ? owner : callValue(machine, callback, { ...call, args: [given] })
    return name === 'then' ? result : owner
  }
  if (owner.kind === 'guard' && name === 'unless') return unlessPath(owner.guard, call)
  if (owner.kind === 'guard' || owner.kind === 'function' || owner.kind === 'native') {
    if (name === 'bind') return owner
    if (name === 'call') return callValue(machine, owner, withoutFirst(call))
    if (name === 'apply') return callValue(machine, owner, { ...call, args: itemsOf(call.args[1]) })
  }
  return callBuiltin(machine, { owner, name }, call)
}

function withoutFirst(call: Call): Call {
  const [self, ...args] = call.args
  return { ...call, args, argNodes: call.argNodes.slice(1), ...(self !== undefined && { self }) }
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : []
}

function callSuper(machine: Machine, call: Call): Value {
  const held = call.scope.find('super')
  const constructor = held?.kind === 'record' ? held.members.get('()') : held
  return constructor === undefined ? nothing : callValue(machine, constructor, call)
}

/** Calls something by its name in the code: what the configuration calls a guard is one, whatever it does. */
function callNamed(machine: Machine, callee: Value, call: Call, node: Node): Value {
  const name = nameOfNode(node)
  return ruledGuard(machine, name, call) ?? followValue(machine, callee, call, name)
}

/** Calls a value. */
export function followValue(machine: Machine, callee: Value, call: Call, name?: string): Value {
  switch (callee.kind) {
    case 'function':
      return call.isNew ? instantiate(machine, callee, call) : callFunction(machine, callee, call)
    case 'class':
      return instantiate(machine, callee, call)
    case 'native':
      return callee.call(call)
    case 'external':
      return callExternal(machine, callee, call)
    case 'guard':
      return callee
    case 'module':
      return callModule(machine, callee, call)
    default:
      return callUnknown(machine, unknown(name ?? nameOf(callee)), call)
  }
}

function nameOf(value: Value): string | undefined {
  return value.kind === 'unknown' ? value.name : undefined
}

function callModule(machine: Machine, callee: Extract<Value, { kind: 'module' }>, call: Call): Value {
  const value = memberOf(machine, callee, 'default')
  return isKnown(value) ? callValue(machine, value, call) : callUnknown(machine, unknown(), call)
}

function callExternal(machine: Machine, { module, path }: Extract<Value, { kind: 'external' }>, call: Call): Value {
  const key = path === '' ? module : `${module}.${path}`
  const known = machine.externals.get(key)
  const end = path.lastIndexOf('.')
  const owner = end < 0 ? module : `${module}.${path.slice(0, end)}`
  const done = known?.(call, machine) ?? callRuntime(owner, path.slice(end + 1), call.args)
  return done ?? callUnknown(machine, unknown(path === '' ? module : path), call)
}

/** What nobody can follow may still call what it is given. */
export function followUnknown(machine: Machine, made: Extract<Value, { kind: 'unknown' }>, call: Call): Value {
  const results = call.args.flatMap((value, index) => {
    const node = call.argNodes[index]
    const isInline = node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression'
    return value.kind === 'function' && isInline ? [callFunction(machine, value, { args: [] })] : []
  })
  return { ...made, from: [...call.args, ...results.filter(isAboutRouters)] }
}

/** Calls a function of the project; what it returns first that is known counts. */
export function followFunction(machine: Machine, called: FunctionValue, { args, self }: Handed): Value {
  const { node } = called
  const depth = machine.running.get(node) ?? 0
  if (depth >= limits.recursion || machine.running.size >= limits.depth) return unknown(called.name)
  const cost = machine.costs.get(node) ?? { runs: 0, steps: 0, isUseful: false }
  if (isUseless(cost) && !args.some(isAboutRouters)) return unknown(called.name)
  const [steps, effects] = [machine.steps, machine.effects]
  machine.visited.add(node)
  machine.running.set(node, depth + 1)
  const scope = new Scope(called.scope, true)
  const held = listOf([])
  scope.define(returned, held)
  const own = called.self ?? self
  if (node.type !== 'ArrowFunctionExpression') scope.define('this', own ?? unknown('this'))
  bindParameters(machine, called, args, scope)
  const result = runBody(machine, node, scope, held.items)
  if (depth === 0) machine.running.delete(node)
  else machine.running.set(node, depth)
  const isUseful = cost.isUseful || machine.effects > effects || isAboutRouters(result)
  machine.costs.set(node, { runs: cost.runs + 1, steps: cost.steps + machine.steps - steps, isUseful })
  return result
}

/** Whether a function is long, and had nothing to do with routes whenever it was followed. */
function isUseless({ runs, steps, isUseful }: Cost): boolean {
  return !isUseful && steps > limits.uselessSteps && steps / runs > limits.costly
}

function isAboutRouters(value: Value): boolean {
  if (value.kind === 'record') return [...value.members.values()].some(each => each.kind === 'router')
  return value.kind === 'router' || value.kind === 'guard'
}

function bindParameters(machine: Machine, { node }: FunctionValue, args: readonly Value[], scope: Scope): void {
  const bind = (name: string, value: Value) => scope.define(name, value)
  bind('arguments', listOf(args))
  for (const [index, parameter] of node.params.entries()) {
    const value = parameter.type === 'RestElement' ? listOf(args.slice(index)) : (args[index] ?? nothing)
    const given = value === nothing && index >= args.length ? missing(parameter) : value
    bindPattern(machine, parameter, given, { scope, bind })
  }
}

/** What nobody gave: its default where it has one, otherwise nobody knows. */
function missing(parameter: Node): Value {
  return parameter.type === 'AssignmentPattern' ? nothing : unknown(nameOfNode(parameter))
}

function runBody(machine: Machine, node: FunctionValue['node'], scope: Scope, items: readonly Value[]): Value {
  const { body } = node
  if (body === null) return unknown()
  if (body.type !== 'BlockStatement') return evaluate(machine, body, scope)
  executeAll(machine, body.body, scope)
  const useful = items.find(value => isKnown(value) && value.kind !== 'plain')
  return useful ?? items[0] ?? nothing
}
