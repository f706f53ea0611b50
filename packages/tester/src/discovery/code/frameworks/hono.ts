import { guardsOf } from '../guards/classify.ts'
import { callUnknown, type Machine, note } from '../machine/machine.ts'
import { asText, asTexts, type Call, ownMember, type RouterValue, unknown, type Value } from '../machine/value.ts'
import { flattened } from './express.ts'
import { httpMethods } from './http-methods.ts'
import { addGuards, addRoute, type Given, givenTo, joined, methodOf, mount, noteMounted, pathsOf } from './register.ts'
import { routerOf } from './routers-in.ts'

/** What a method of a Hono app does. */
export function callHono(machine: Machine, target: RouterValue, name: string, call: Call): Value {
  const given = givenTo(call)
  switch (name) {
    case 'use':
      return use(machine, target, given, call)
    case 'on':
      return on(machine, target, given, call)
    case 'route':
      return route(machine, target, given, call)
    case 'basePath':
      return { ...target, base: joined(target.base, asText(call.args[0]) ?? '') }
    case 'openapi':
      return openapi(machine, target, given, call)
    case 'mount': {
      noteMounted(machine, call, asText(call.args[0]) ?? '')
      return target
    }
    case 'onError':
    case 'notFound':
      return target
    default:
      if (name === 'all' || httpMethods.has(name)) return register(machine, target, { name, given }, call)
      return callUnknown(machine, unknown(name), call)
  }
}

type Named = { readonly name: string; readonly given: readonly Given[] }

/** A call without a path is for the path of the call before. */
function register(machine: Machine, target: RouterValue, { name, given }: Named, call: Call): Value {
  const [first, ...others] = given
  if (first === undefined) return target
  const hasPath = first.value.kind === 'text' || first.value.kind === 'list'
  const isUnknownPath = !hasPath && first.value.kind !== 'function' && first.value.kind !== 'guard' && others.length > 0
  if (isUnknownPath) note(machine, call, 'the path of this route is known only when it runs')
  const paths = hasPath
    ? (pathsOf(machine, first, call.scope) ?? [])
    : isUnknownPath
      ? []
      : [target.router.lastPath ?? '']
  target.router.lastPath = paths[0] ?? ''
  addRoute(
    machine,
    target,
    { method: methodOf(name), paths, handlers: hasPath || isUnknownPath ? others : given },
    call,
  )
  return target
}

function on(machine: Machine, target: RouterValue, [first, second, ...handlers]: readonly Given[], call: Call): Value {
  const methods = asTexts(first?.value)
  const paths = second === undefined ? undefined : pathsOf(machine, second, call.scope)
  if (methods === undefined || paths === undefined)
    note(machine, call, 'method or path of this route is known only when it runs')
  for (const method of methods ?? [])
    addRoute(
      machine,
      target,
      { method: method.toUpperCase() === 'ALL' ? '*' : method.toUpperCase(), paths: paths ?? [], handlers },
      call,
    )
  return target
}

function use(machine: Machine, target: RouterValue, given: readonly Given[], call: Call): Value {
  const [first, ...others] = given
  const paths = first?.value.kind === 'text' ? pathsOf(machine, first, call.scope) : undefined
  for (const { value, node } of flattened(paths === undefined ? given : others)) {
    const guards = guardsOf(machine, value, { node, scope: call.scope })
    for (const path of paths ?? ['*']) addGuards(target, path, guards, !path.endsWith('*'))
  }
  return target
}

function route(machine: Machine, target: RouterValue, [path, sub]: readonly Given[], call: Call): Value {
  const found = sub === undefined ? undefined : routerOf(machine, sub.value)
  const at = asText(path?.value)
  if (found === undefined || at === undefined) note(machine, call, 'what is mounted here is known only when it runs')
  else mount(target, at, found.router)
  return target
}

/** `app.openapi(createRoute({ method, path, middleware }), handler)` */
function openapi(machine: Machine, target: RouterValue, [described, ...handlers]: readonly Given[], call: Call): Value {
  const [method, path] = ['method', 'path'].map(name => asText(ownMember(described?.value, name)))
  const middleware = ownMember(described?.value, 'middleware')
  if (described === undefined || method === undefined || path === undefined) {
    note(machine, call, 'method or path of this route is known only when it runs')
    return target
  }
  const before = middleware === undefined ? [] : flattened([{ value: middleware, node: described.node }])
  const template = path.replaceAll(/\{(\w+)\}/g, ':$1')
  addRoute(
    machine,
    target,
    { method: method.toUpperCase(), paths: [template], handlers: [...before, ...handlers] },
    call,
  )
  return target
}
