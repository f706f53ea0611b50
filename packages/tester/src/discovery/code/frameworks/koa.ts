import { guardsOf } from '../guards/classify.ts'
import type { Guard } from '../guards/guard.ts'
import { callUnknown, type Machine, note } from '../machine/machine.ts'
import { asText, asTexts, type Call, ownMember, type RouterValue, unknown, type Value } from '../machine/value.ts'
import { flattened } from './express.ts'
import { httpMethods } from './http-methods.ts'
import { addGuards, addRoute, type Given, givenTo, methodOf, mount, pathsOf } from './register.ts'
import { routerOf } from './routers-in.ts'

/** What a method of a Koa app, or of a router for Koa, does. */
export function callKoa(machine: Machine, target: RouterValue, name: string, call: Call): Value {
  const given = givenTo(call)
  if (name === 'routes' || name === 'middleware') return target
  if (name === 'prefix') return setPrefix(target, call)
  if (name === 'use') return use(machine, target, given, call)
  if (name === 'register' || name === 'route') return registerMany(machine, target, given, call)
  if (name === 'all' || httpMethods.has(name)) return register(machine, target, { name, given }, call)
  return callUnknown(machine, unknown(name), call)
}

function setPrefix(target: RouterValue, { args: [path] }: Call): Value {
  target.router.prefix = `${asText(path) ?? ''}${target.router.prefix}`
  return target
}

type Named = { readonly name: string; readonly given: readonly Given[] }

/** A route may have a name before its path. */
function register(machine: Machine, target: RouterValue, { name, given }: Named, call: Call): Value {
  const [first, second] = given
  const isNamed = given.length > 2 && first?.value.kind === 'text' && second?.value.kind === 'text'
  const [path, ...handlers] = isNamed ? given.slice(1) : given
  const paths = path === undefined ? undefined : pathsOf(machine, path, call.scope)
  if (path === undefined || (paths === undefined && handlers.length === 0)) return target
  if (paths === undefined) note(machine, call, 'the path of this route is known only when it runs')
  addRoute(machine, target, { method: methodOf(name), paths: paths ?? [], handlers }, call)
  return target
}

/** `router.register(path, ['GET'], handlers)`, or the record of koa-joi-router. */
function registerMany(
  machine: Machine,
  target: RouterValue,
  [first, second, ...rest]: readonly Given[],
  call: Call,
): Value {
  const record = first?.value.kind === 'list' ? first.value.items : [first?.value]
  for (const each of record) {
    const [path, methods, handler] = [ownMember(each, 'path'), ownMember(each, 'method'), ownMember(each, 'handler')]
    if (first === undefined || path === undefined || handler === undefined) continue
    const handlers = flattened([{ value: handler, node: first.node }])
    const paths = pathsOf(machine, { value: path, node: first.node }, call.scope) ?? []
    for (const method of asTexts(methods) ?? [])
      addRoute(machine, target, { method: methodOf(method), paths, handlers }, call)
  }
  const paths = first === undefined ? undefined : pathsOf(machine, first, call.scope)
  for (const method of asTexts(second?.value) ?? [])
    addRoute(machine, target, { method: methodOf(method), paths: paths ?? [], handlers: rest }, call)
  return target
}

function use(machine: Machine, target: RouterValue, given: readonly Given[], call: Call): Value {
  const [first, ...others] = given
  const paths = first === undefined || others.length === 0 ? undefined : pathsOf(machine, first, call.scope)
  const guards: Guard[] = []
  for (const { value, node } of flattened(paths === undefined ? given : others)) {
    const found = routerOf(machine, value)
    const own = found === undefined ? guardsOf(machine, value, { node, scope: call.scope }) : []
    guards.push(...own)
    for (const path of paths ?? ['']) {
      if (found === undefined) addGuards(target, path, own)
      else mount(target, found.mountAt === undefined ? path : `${path}${found.mountAt}`, found.router, guards)
    }
  }
  return target
}
