import { guardsOf } from '../guards/classify.ts'
import { eitherGuard, type Guard } from '../guards/guard.ts'
import { callFunction, callUnknown, type Machine, note } from '../machine/machine.ts'
import {
  asText,
  asTexts,
  type Call,
  nothing,
  ownMember,
  type RouterValue,
  recordOf,
  unknown,
  type Value,
} from '../machine/value.ts'
import { autoload } from './autoload.ts'
import { flattened } from './express.ts'
import { httpMethods } from './http-methods.ts'
import { pluginOf, registerIn } from './plugins.ts'
import { addRoute, type Given, givenTo, methodOf, pathsOf } from './register.ts'

/** The hooks in which a request can be refused before its handler. */
const guardingHooks = ['onRequest', 'preParsing', 'preValidation', 'preHandler']

/** What a method of a Fastify instance does. */
export function callFastify(machine: Machine, target: RouterValue, name: string, call: Call): Value {
  switch (name) {
    case 'register':
      return register(machine, target, call)
    case 'route':
      return route(machine, target, call)
    case 'addHook':
      return addHook(machine, target, call)
    case 'decorate':
    case 'decorateRequest':
      return decorate(target, call)
    case 'auth':
      return auth(machine, call)
    case 'after':
    case 'ready':
      callUnknown(machine, unknown(name), call)
      return target
    default:
      if (name === 'all' || httpMethods.has(name)) return shorthand(machine, target, name, call)
      return name === 'listen' || name === 'inject' ? callUnknown(machine, unknown(name), call) : target
  }
}

function shorthand(machine: Machine, target: RouterValue, name: string, call: Call): Value {
  const [path, ...others] = givenTo(call)
  if (path === undefined || others.length === 0) return target
  const paths = pathsOf(machine, path, call.scope)
  if (paths === undefined) note(machine, call, 'the path of this route is known only when it runs')
  const options = others.length > 1 ? others[0] : undefined
  const only = others.at(-1)
  const isWhole = others.length === 1 && only?.value.kind === 'record' && only.value.parent === undefined
  const described = isWhole ? only : options
  const handler = isWhole ? handlerIn(only) : only
  addRoute(
    machine,
    target,
    {
      method: methodOf(name),
      paths: paths ?? [],
      handlers: handler === undefined ? [] : [handler],
      more: described === undefined ? [] : guardsInOptions(machine, described, call),
    },
    call,
  )
  return target
}

function handlerIn({ value, node }: Given): Given | undefined {
  const handler = ownMember(value, 'handler')
  return handler === undefined ? undefined : { value: handler, node }
}

function guardsInOptions(machine: Machine, { value, node }: Given, { scope }: Call): readonly Guard[] {
  return guardingHooks.flatMap(hook => {
    const given = ownMember(value, hook)
    if (given === undefined) return []
    const property =
      node.type === 'ObjectExpression'
        ? node.properties.find(
            each => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === hook,
          )
        : undefined
    const at = property?.type === 'Property' ? property.value : node
    return guardsOf(machine, given, { node: at, scope })
  })
}

function route(machine: Machine, target: RouterValue, call: Call): Value {
  const [described] = givenTo(call)
  if (described === undefined) return target
  const { value, node } = described
  const methods = asTexts(ownMember(value, 'method'))
  const path = ownMember(value, 'url') ?? ownMember(value, 'path')
  const paths = path === undefined ? undefined : pathsOf(machine, { value: path, node }, call.scope)
  if (methods === undefined || paths === undefined)
    note(machine, call, 'method or path of this route is known only when it runs')
  const handler = handlerIn(described)
  for (const method of methods ?? [])
    addRoute(
      machine,
      target,
      {
        method: method.toUpperCase(),
        paths: paths ?? [],
        handlers: handler === undefined ? [] : [handler],
        more: guardsInOptions(machine, described, call),
      },
      call,
    )
  return target
}

function addHook(machine: Machine, target: RouterValue, call: Call): Value {
  const [name, hook] = givenTo(call)
  if (hook === undefined || !guardingHooks.includes(asText(name?.value) ?? '')) return target
  target.router.hooks.push(...guardsOf(machine, hook.value, { node: hook.node, scope: call.scope }))
  return target
}

function decorate(target: RouterValue, { args: [name, value] }: Call): Value {
  const text = asText(name)
  if (text !== undefined) target.router.decorations.set(text, value ?? nothing)
  return target
}

/** `fastify.auth([a, b], { relation: 'and' })`: any one is enough unless it says otherwise. */
function auth(machine: Machine, call: Call): Value {
  const [list, options] = givenTo(call)
  const place = call.scope.file.placeOf(call.node)
  if (list === undefined) return unknown('auth')
  const guards = flattened([list]).map(({ value, node }) => guardsOf(machine, value, { node, scope: call.scope }))
  if (asText(ownMember(options?.value, 'relation')) === 'and') return list.value
  const either = guards.some(({ length }) => length === 0) ? undefined : eitherGuard(guards.flat(), place)
  return { kind: 'guard', guard: either ?? { kind: 'unknown', name: 'fastify.auth', place } }
}

function register(machine: Machine, target: RouterValue, call: Call): Value {
  const [plugin, options] = givenTo(call)
  if (plugin === undefined) return target
  const value = pluginOf(machine, plugin.value)
  const prefix = asText(ownMember(options?.value, 'prefix')) ?? ''
  if (value.kind === 'external') return registerPackage(machine, target, value, call)
  if (value.kind !== 'function') {
    const isRouted = plugin.value.kind !== 'unknown' || prefix !== ''
    note(machine, call, 'what is registered here is not read', isRouted)
    return target
  }
  const given = options?.value ?? recordOf()
  const args = (instance: RouterValue) =>
    given.kind === 'function' ? callFunction(machine, given, { args: [instance] }) : given
  if (value.isShared === true) {
    callFunction(machine, value, { args: [target, args(target)] })
    return target
  }
  registerIn(machine, target, { plugin: value, prefix, options: args(target) }, call)
  return target
}

function registerPackage(
  machine: Machine,
  target: RouterValue,
  { module }: Extract<Value, { kind: 'external' }>,
  call: Call,
): Value {
  const place = call.scope.file.placeOf(call.node)
  if (module === '@fastify/autoload' || module === 'fastify-autoload') autoload(machine, target, call)
  else if (module === '@fastify/bearer-auth' || module === 'fastify-bearer-auth')
    target.router.hooks.push({ kind: 'token', anyOf: [[]], place })
  else if (module === '@fastify/basic-auth') return target
  else if (/static|swagger|http-proxy|reply-from|graphql|mercurius|metrics|under-pressure/.test(module))
    note(machine, call, `\`${module}\` may add routes of its own`, false)
  return target
}
