import type { CallExpression, Node } from 'oxc-parser'
import { evaluate, type Machine } from '../machine/machine.ts'
import type { Scope } from '../machine/scope.ts'
import type { FunctionValue, Value } from '../machine/value.ts'
import { nameOfNode, nodesIn } from '../source.ts'
import type { Guard } from './guard.ts'
import { guardFunction } from './known-guards.ts'
import { soundsLikeGuard } from './names.ts'
import { ruleOf } from './ruled-guard.ts'

/** Where something is used. */
export type At = { readonly node: Node; readonly scope: Scope }

/** The guards that a middleware is: what looks like one and is not understood is unknown, never nothing. */
export function guardsOf(machine: Machine, value: Value, at: At): readonly Guard[] {
  const place = at.scope.file.placeOf(at.node)
  const name = nameOfNode(at.node) ?? nameOf(value)
  const rule = ruleOf(machine, name) ?? ruleOf(machine, nameOf(value))
  if (rule === false) return []
  if (value.kind === 'guard') return [{ ...value.guard, place }]
  if (value.kind === 'list') return value.items.flatMap((item, index) => guardsOf(machine, item, elementAt(at, index)))
  if (rule !== undefined) {
    const isBare = rule.scopeArgument === undefined
    return [isBare ? { kind: 'token', anyOf: [[]], place } : { kind: 'unknown', name: name ?? 'guard', place }]
  }
  if (value.kind === 'router') return []
  const base = value.kind === 'class' ? value.base : value.kind === 'record' ? baseOf(value.parent) : undefined
  if (base?.kind === 'guard') return [{ ...base.guard, place }]
  const inside = value.kind === 'function' ? guardsInside(machine, value, 2) : guardsFrom(machine, value, at)
  if (inside.length > 0) return inside.map(guard => ({ ...guard, place }))
  const refuses = value.kind === 'function' && scan(value.node).refuses
  const sounds = [name, nameOf(value)].some(each => each !== undefined && soundsLikeGuard(each))
  if (!refuses && !sounds) return []
  return [{ kind: 'unknown', name: name ?? `a function in ${place.file}:${place.line}`, place }]
}

/** The guards in a handler, which count only where nothing stands before it. */
export function guardsInHandler(machine: Machine, value: Value, at: At): readonly Guard[] {
  const place = at.scope.file.placeOf(at.node)
  if (value.kind === 'guard') return [{ ...value.guard, place }]
  if (value.kind === 'unknown') return value.from.flatMap(each => guardsInHandler(machine, each, at))
  if (value.kind !== 'function') return []
  const inside = guardsInside(machine, value, 1)
  if (inside.length > 0) return inside
  if (!scan(value.node).refuses) return []
  return [{ kind: 'unknown', name: value.name ?? 'the handler', place: value.scope.file.placeOf(value.node) }]
}

function baseOf(parent: Value | undefined): Value | undefined {
  return parent?.kind === 'class' ? parent.base : undefined
}

function nameOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'function':
    case 'class':
    case 'native':
    case 'unknown':
      return value.name
    case 'external':
      return value.path === '' ? value.module : value.path
    case 'record':
      return value.parent?.kind === 'class' ? value.parent.name : undefined
    default:
      return undefined
  }
}

function elementAt({ node, scope }: At, index: number): At {
  const element = node.type === 'ArrayExpression' ? node.elements[index] : undefined
  return { node: element ?? node, scope }
}

/** What was wrapped into something that is not known: `asyncHandler(requireUser)`. */
function guardsFrom(machine: Machine, value: Value, at: At): readonly Guard[] {
  if (value.kind !== 'unknown') return []
  return value.from.flatMap(each =>
    each.kind === 'function' || each.kind === 'guard' ? guardsOf(machine, each, at) : [],
  )
}

/** Known guards that a function calls itself. */
function guardsInside(machine: Machine, value: FunctionValue, depth: number): readonly Guard[] {
  const { calls, verifiesJwt } = scan(value.node)
  const place = value.scope.file.placeOf(value.node)
  const found = calls.flatMap((call): readonly Guard[] => {
    const callee = calleeValue(machine, call, value.scope)
    if (callee?.kind === 'guard') return [{ ...callee.guard, place: value.scope.file.placeOf(call) }]
    if (callee?.kind === 'native' && callee.name === guardFunction) return guardMade(machine, call, value.scope)
    const isOther = callee?.kind === 'function' && callee.node !== value.node && depth > 0
    return isOther && isGuarding(callee.node) ? guardsInside(machine, callee, depth - 1) : []
  })
  if (found.length > 0) return found
  return verifiesJwt ? [{ kind: 'token', anyOf: [[]], place }] : []
}

function isGuarding(node: Node): boolean {
  const { calls, verifiesJwt } = scan(node)
  return verifiesJwt || calls.length > 0
}

function guardMade(machine: Machine, call: CallExpression, scope: Scope): readonly Guard[] {
  const made = evaluate(machine, call, scope)
  return made.kind === 'guard' ? [made.guard] : []
}

/** What is called, where that can be known without running the function around it. */
function calleeValue(machine: Machine, { callee }: CallExpression, scope: Scope): Value | undefined {
  const name = nameOfNode(callee)
  const root = name?.split('.')[0]
  if (root === undefined || callee.type === 'FunctionExpression') return undefined
  const isOurs = callee.type === 'Identifier' || callee.type === 'MemberExpression' || callee.type === 'CallExpression'
  if (!isOurs || scope.find(root) === undefined) return undefined
  return evaluate(machine, callee, scope)
}

type Scan = { readonly calls: readonly CallExpression[]; readonly refuses: boolean; readonly verifiesJwt: boolean }

const scans = new WeakMap<Node, Scan>()
const refusal = /^(?:un_?authori[sz]ed|forbidden|unauthenticated|access_?denied|not_?authori[sz]ed)/i

/** What stands in a function, by its words alone. */
function scan(node: Node): Scan {
  const known = scans.get(node)
  if (known !== undefined) return known
  const calls: CallExpression[] = []
  let [refuses, verifiesJwt] = [false, false]
  for (const each of nodesIn(node)) {
    if (each.type === 'CallExpression') calls.push(each)
    if (each.type === 'CallExpression' && /\bjwtVerify$/.test(nameOfNode(each) ?? '')) verifiesJwt = true
    if (each.type === 'Literal') refuses ||= isRefusal(each.value)
    if (each.type === 'Identifier') refuses ||= refusal.test(each.name)
  }
  const made = { calls, refuses, verifiesJwt }
  scans.set(node, made)
  return made
}

function isRefusal(value: unknown): boolean {
  return value === 401 || value === 403 || (typeof value === 'string' && refusal.test(value))
}
