import { guardsOf } from '../guards/classify.ts'
import { callUnknown, type Machine, note } from '../machine/machine.ts'
import { type Call, type RouterValue, unknown, type Value } from '../machine/value.ts'
import { httpMethods } from './http-methods.ts'
import { addGuards, addRoute, type Given, givenTo, joined, methodOf, mount, noteMounted, pathsOf } from './register.ts'
import { routerOf } from './routers-in.ts'

/** What a method of an Express app or router does. */
export function callExpress(machine: Machine, target: RouterValue, name: string, call: Call): Value {
  const given = givenTo(call)
  if (name === 'use') return use(machine, target, given, call)
  if (name === 'route') return route(machine, target, given, call)
  if (name === 'all' || httpMethods.has(name)) return register(machine, target, { name, given }, call)
  const result = callUnknown(machine, unknown(name), call)
  return name === 'param' || name === 'set' || name === 'enable' || name === 'disable' ? target : result
}

type Named = { readonly name: string; readonly given: readonly Given[] }

function register(machine: Machine, target: RouterValue, { name, given }: Named, call: Call): Value {
  const [first, ...others] = given
  if (first === undefined) return target
  if (target.isFixed === true) {
    addOrGuard(machine, target, { name, paths: [''], handlers: given }, call)
    return target
  }
  if (others.length === 0) return unknown(name)
  const paths = pathsOf(machine, first, call.scope)
  if (paths === undefined) note(machine, call, 'the path of this route is known only when it runs')
  addOrGuard(machine, target, { name, paths: paths ?? [], handlers: others }, call)
  return target
}

type Registered = { readonly name: string; readonly paths: readonly string[]; readonly handlers: readonly Given[] }

/** `all` with a guard and nothing else guards what follows. */
function addOrGuard(machine: Machine, target: RouterValue, { name, paths, handlers }: Registered, call: Call): void {
  const { scope } = call
  const last = handlers.at(-1)
  const isOnlyGuard =
    name === 'all' && last !== undefined && guardsOf(machine, last.value, { node: last.node, scope }).length > 0
  if (!isOnlyGuard) return addRoute(machine, target, { method: methodOf(name), paths, handlers }, call)
  const guards = handlers.flatMap(({ value, node }) => guardsOf(machine, value, { node, scope }))
  for (const path of paths) addGuards(target, path, guards, !path.includes('*'))
}

function route(machine: Machine, target: RouterValue, [first]: readonly Given[], call: Call): Value {
  const [path, ...others] = first === undefined ? [] : (pathsOf(machine, first, call.scope) ?? [])
  if (path === undefined || others.length > 0) note(machine, call, 'the path of this route is known only when it runs')
  return { ...target, base: joined(target.base, path ?? '{unknown}'), isFixed: true }
}

function use(machine: Machine, target: RouterValue, given: readonly Given[], call: Call): Value {
  const [first, ...others] = given
  if (first === undefined) return target
  const named = others.length === 0 ? undefined : pathsOf(machine, first, call.scope)
  const isPathUnknown = named === undefined && others.some(({ value }) => routerOf(machine, value) !== undefined)
  if (isPathUnknown && guardsOf(machine, first.value, { node: first.node, scope: call.scope }).length === 0)
    noteUnknownPath(machine, first, call)
  const handlers = flattened(named === undefined ? given : others)
  for (const path of named ?? ['']) useAt(machine, target, { path, handlers, isNamed: named !== undefined }, call)
  return target
}

function noteUnknownPath(machine: Machine, { value, node }: Given, { scope }: Call): void {
  if (value.kind === 'unknown' || value.kind === 'external')
    note(machine, { node, scope }, 'a part of this path is known only when it runs', false)
}

/** The elements of lists one by one. */
export function flattened(given: readonly Given[]): readonly Given[] {
  return given.flatMap(({ value, node }): readonly Given[] => {
    if (value.kind !== 'list') return [{ value, node }]
    const elements = node.type === 'ArrayExpression' ? node.elements : []
    return flattened(value.items.map((item, index) => ({ value: item, node: elements[index] ?? node })))
  })
}

type Used = { readonly path: string; readonly handlers: readonly Given[]; readonly isNamed: boolean }

function useAt(machine: Machine, target: RouterValue, { path, handlers, isNamed }: Used, call: Call): void {
  let hasAnswer = false
  for (const { value, node } of handlers) {
    const found = routerOf(machine, value)
    const guards = found === undefined ? guardsOf(machine, value, { node, scope: call.scope }) : []
    if (found !== undefined) mount(target, joined(found.mountAt, path), found.router)
    addGuards(target, path, guards)
    hasAnswer ||= found !== undefined || guards.length > 0 || value.kind === 'function'
  }
  if (isNamed && path !== '/' && path !== '*' && path !== '/*' && !hasAnswer) noteMounted(machine, call, path)
}
