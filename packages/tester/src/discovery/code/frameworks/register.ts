import type { Node } from 'oxc-parser'
import { guardsInHandler, guardsOf } from '../guards/classify.ts'
import type { Guard } from '../guards/guard.ts'
import { type Machine, note } from '../machine/machine.ts'
import type { Scope } from '../machine/scope.ts'
import { asText, type Call, gap, type RouterValue, type Value } from '../machine/value.ts'
import { nameOfNode } from '../source.ts'
import type { Router } from './router.ts'

/** The method as it is sent; `*` for a route for every method. */
export function methodOf(name: string): string {
  if (name === 'all' || name === 'any' || name === 'use') return '*'
  return name === 'del' ? 'DELETE' : name.toUpperCase()
}

/** A value with the node that it came from. */
export type Given = { readonly value: Value; readonly node: Node }

/** The arguments of a call with their nodes; of spread lists the node of the spread. */
export function givenTo({ args, argNodes, node }: Call): readonly Given[] {
  const spread = argNodes.findIndex(each => each.type === 'SpreadElement')
  return args.map((value, index) => {
    const own = spread >= 0 && index >= spread ? argNodes[spread] : argNodes[index]
    return { value, node: own ?? node }
  })
}

/** The paths that a value names; `undefined` where it names none. What is not known of it is noted. */
export function pathsOf(machine: Machine, { value, node }: Given, scope: Scope): readonly string[] | undefined {
  if (value.kind === 'list') {
    const each = value.items.map(item => pathsOf(machine, { value: item, node }, scope))
    return each.includes(undefined) ? undefined : each.flatMap(paths => paths ?? [])
  }
  if (value.kind === 'plain' && value.value instanceof RegExp) {
    const path = pathOfExpression(value.value)
    if (path === undefined) note(machine, { node, scope }, `the path \`${value.value}\` is not read`)
    return path === undefined ? [] : [path]
  }
  const text = asText(value)
  if (text?.includes(gap) === true)
    note(machine, { node, scope }, 'a part of this path is known only when it runs', false)
  return text === undefined ? undefined : [text]
}

/** Of expressions only those are read that are a path whose parameters are characters of one class. */
function pathOfExpression({ source }: RegExp): string | undefined {
  const plain = source
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/\\\/\?$/, '')
    .replaceAll(/\[(?:\\.|[^\]\\])*\][+*]\??|\\[dw][+*]/g, part => (/^\[(?!\^).*\//.test(part) ? '*' : ':value'))
    .replaceAll(/\((?:\?:)?|\)/g, '')
    .replaceAll(/\\([/.-])/g, '$1')
  if (/^\/?\.\*$/.test(plain)) return '*'
  return /^\/?[\w/:.@*-]*$/.test(plain) && !plain.includes('.*') ? plain : undefined
}

/** What a route is registered with. */
export type Registration = {
  readonly method: string
  readonly paths: readonly string[]
  /** Everything behind the path, the handler last. */
  readonly handlers: readonly Given[]
  readonly more?: readonly Guard[]
}

/** Registers a route: what stands before the handler guards it, and the handler may guard itself. */
export function addRoute(machine: Machine, target: RouterValue, registration: Registration, call: Call): void {
  const { method, paths, handlers, more = [] } = registration
  const { scope, node } = call
  const last = handlers.at(-1)
  const before = handlers.slice(0, -1).flatMap(({ value, node: at }) => guardsOf(machine, value, { node: at, scope }))
  const own = last === undefined ? [] : handlerGuards(machine, last, scope)
  const guards = [
    ...more,
    ...before,
    ...(own.some(({ kind }) => kind === 'token') || !hasGuard([...more, ...before]) ? own : []),
  ]
  const place = scope.file.placeOf(startOf(node))
  for (const path of paths)
    target.router.layers.push({ kind: 'route', method, path: joined(target.base, path), guards, place })
}

function handlerGuards(machine: Machine, { value, node }: Given, scope: Scope): readonly Guard[] {
  if (value.kind !== 'list') return guardsInHandler(machine, value, { node, scope })
  const before = value.items.slice(0, -1).flatMap((item, index) => {
    const element = node.type === 'ArrayExpression' ? node.elements[index] : undefined
    return guardsOf(machine, item, { node: element ?? node, scope })
  })
  const last = value.items.at(-1)
  return hasGuard(before) || last === undefined ? before : guardsInHandler(machine, last, { node, scope })
}

function hasGuard(guards: readonly Guard[]): boolean {
  return guards.length > 0
}

/** In a chain of calls, each call begins where its own name stands. */
function startOf(node: Node): { readonly start: number } {
  const isChained = node.type === 'CallExpression' && node.callee.type === 'MemberExpression'
  const owner = isChained && node.callee.type === 'MemberExpression' ? node.callee : undefined
  return owner?.object.type === 'CallExpression' ? owner.property : node
}

/** Paths behind each other, as they stand in the code. */
export function joined(base: string | undefined, path: string): string {
  if (base === undefined || base === '' || base === '/') return path
  return path === '' || path === '/' ? base : `${base}/${path}`
}

/** Adds a guard for everything behind it below a path. */
export function addGuards(target: RouterValue, path: string, guards: readonly Guard[], isExact = false): void {
  const whole = joined(target.base, path)
  for (const guard of guards)
    target.router.layers.push({ kind: 'guard', path: whole, guard, ...(isExact && { isExact }) })
}

/** Mounts a router; what was only made for the router itself is none of its parts. */
export function mount(target: RouterValue, path: string, mounted: Router, guards: readonly Guard[] = []): void {
  if (mounted === target.router) return
  mounted.isMounted = true
  target.router.layers.push({ kind: 'mount', path: joined(target.base, path), router: mounted, guards })
}

/** Notes that something answers below a path that nobody can look into. */
export function noteMounted(machine: Machine, call: Call, path: string): void {
  const names = [path, ...call.argNodes.map(nameOfNode)].join(' ')
  const isHarmless =
    /static|public|assets?|docs?|swagger|openapi|redoc|favicon|images?|uploads?|error|not_?found|cors|pars|limit|cach|helmet|log/i.test(
      names,
    )
  note(machine, call, `what answers below \`${path}\` is not read`, !isHarmless)
}
