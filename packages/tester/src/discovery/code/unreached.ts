import type { Class, Node } from 'oxc-parser'
import { guessRouter, readsLikeRoute, soundsLikeRouter } from './frameworks/supposed-router.ts'
import { instantiate, makeClass } from './machine/classes.ts'
import { functionOf, metFunction } from './machine/functions.ts'
import { callFunction, type Machine, note } from './machine/machine.ts'
import type { Module } from './machine/module.ts'
import { Scope } from './machine/scope.ts'
import { type FunctionValue, recordOf, unknown, type Value } from './machine/value.ts'
import { childrenOf, lastName, nameOfNode } from './source.ts'

type FunctionNode = FunctionValue['node']
type Around = {
  readonly functions: readonly FunctionNode[]
  readonly made?: Class
}
type Site = Around & { readonly node: Node; readonly isRoute: boolean }

/**
 * Runs the functions and classes that nobody in the code calls and that register routes: a framework calls them, or code that
 * was not read. What still is not reached is noted.
 */
export function runUnreached(machine: Machine): void {
  for (const module of machine.modules.values()) for (const site of sitesIn(module)) reachSite(machine, module, site)
}

function reachSite(machine: Machine, module: Module, site: Site): void {
  const { node, isRoute } = site
  let goesOn = true
  while (goesOn && !machine.visited.has(node)) goesOn = reach(machine, module, site)
  if (machine.visited.has(node) || !isRoute) return
  note(machine, { node, scope: module.scope }, 'this reads like a route, and nothing leads to it')
}

function sitesIn({ file }: Module): readonly Site[] {
  const sites: Site[] = []
  const waiting: (readonly [Node, Around])[] = [[file.program, { functions: [] }]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, around] = next
    const isRoute = readsLikeRoute(node) || isDescribedRoute(node)
    if (isRoute || readsLikeMount(node)) sites.push({ ...around, node, isRoute })
    const inside = insideOf(node, around)
    waiting.push(...[...childrenOf(node)].reverse().map(child => [child, inside] as const))
  }
  return sites
}

function insideOf(node: Node, around: Around): Around {
  if (node.type === 'ClassDeclaration' && around.functions.length === 0) return { ...around, made: node }
  const isFunction =
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
  return isFunction ? { ...around, functions: [...around.functions, node] } : around
}

/** `app.use('/pets', pets)`, `app.register(pets)` */
function readsLikeMount(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { property, object } = node.callee
  const isMount = property.type === 'Identifier' && (property.name === 'use' || property.name === 'register')
  return isMount && node.arguments.length > 0 && soundsLikeRouter(lastName(nameOfNode(object)))
}

/** `app.route({ method: 'GET', url: '/pets', handler })` */
function isDescribedRoute(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { property, object } = node.callee
  const [described] = node.arguments
  if (property.type !== 'Identifier' || property.name !== 'route' || described?.type !== 'ObjectExpression')
    return false
  const keys = described.properties.flatMap(each => (each.type === 'Property' ? (nameOfNode(each.key) ?? []) : []))
  return (
    soundsLikeRouter(nameOfNode(object)) && keys.includes('method') && (keys.includes('url') || keys.includes('path'))
  )
}

/** Goes one function further inwards; `false` where there is none that was not run. */
function reach(machine: Machine, module: Module, { functions, made }: Site): boolean {
  const outermost = functions.find(each => !machine.visited.has(each))
  if (outermost === undefined) return false
  if (made !== undefined && outermost === functions[0]) runClass(machine, module, made, outermost)
  else run(machine, metFunction(outermost) ?? functionOf(outermost, module.scope), undefined)
  return machine.visited.has(outermost)
}

function runClass(machine: Machine, { scope }: Module, node: Class, method: FunctionNode): void {
  const known = node.id === null ? undefined : scope.find(node.id.name)
  const value = known?.kind === 'class' ? known : makeClass(machine, node, scope)
  const constructor = node.body.body.find(each => each.type === 'MethodDefinition' && each.kind === 'constructor')
  const parameters = constructor?.type === 'MethodDefinition' ? constructor.value.params : []
  const args = parameters.map(each => supposed(machine, each, scope))
  const instance = instantiate(machine, value, { args, argNodes: [], node, scope, isNew: true })
  if (machine.visited.has(method)) return
  const body = functionOf(method, value.scope)
  run(machine, body, instance)
}

function run(machine: Machine, value: FunctionValue, self: Value | undefined): void {
  const scope = new Scope(value.scope)
  const args = value.node.params.map(each => supposed(machine, each, scope))
  callFunction(machine, value, { args, ...(self !== undefined && { self }) })
}

/** What a parameter may stand for: a router, where its name or its type says so. */
function supposed(machine: Machine, parameter: Node, scope: Scope): Value {
  switch (parameter.type) {
    case 'Identifier':
      return isRouter(parameter) ? guessRouter(machine, { node: parameter, scope }) : unknown(parameter.name)
    case 'AssignmentPattern':
      return supposed(machine, parameter.left, scope)
    case 'TSParameterProperty':
      return supposed(machine, parameter.parameter, scope)
    case 'ObjectPattern': {
      const members = parameter.properties.flatMap(each =>
        each.type === 'Property' && each.value.type === 'Identifier' && soundsLikeRouter(nameOfNode(each.key))
          ? [[nameOfNode(each.key) ?? '', guessRouter(machine, { node: each.value, scope })] as const]
          : [],
      )
      return members.length === 0 ? unknown() : recordOf(Object.fromEntries(members))
    }
    default:
      return unknown()
  }
}

const routerType = /^(?:Fastify\w*Instance|Express|Application|I?Router|Hono|Koa)$/

function isRouter({ name, typeAnnotation }: Extract<Node, { type: 'Identifier' }>): boolean {
  if (soundsLikeRouter(name)) return true
  const type = typeAnnotation?.typeAnnotation
  const typeName = type?.type === 'TSTypeReference' ? type.typeName : undefined
  return typeName?.type === 'Identifier' && routerType.test(typeName.name)
}
