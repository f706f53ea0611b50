import type { Class, Node } from 'oxc-parser'
import { guessRouter, readsLikeRoute, soundsLikeRouter } from './frameworks/supposed-router.ts'
import { callFunction } from './machine/calls.ts'
import { instantiate, makeClass } from './machine/classes.ts'
import { functionOf } from './machine/evaluate.ts'
import { type Machine, note } from './machine/machine.ts'
import type { Module } from './machine/module.ts'
import { Scope } from './machine/scope.ts'
import { type FunctionValue, recordOf, unknown, type Value } from './machine/value.ts'
import { childrenOf, nameOfNode } from './source.ts'

type FunctionNode = FunctionValue['node']
type Around = {
  readonly functions: readonly FunctionNode[]
  readonly made?: Class
}
type Site = Around & { readonly node: Node }

/**
 * Runs the functions and classes that nobody in the code calls and that register routes: a framework calls them, or code that
 * was not read. What still is not reached is noted.
 */
export function runUnreached(machine: Machine): void {
  for (const module of machine.modules.values()) {
    for (const site of sitesIn(module)) {
      if (machine.visited.has(site.node)) continue
      reach(machine, module, site)
      if (machine.visited.has(site.node)) continue
      note(machine, { node: site.node, scope: module.scope }, 'this reads like a route, and nothing leads to it')
    }
  }
}

function sitesIn({ file }: Module): readonly Site[] {
  const sites: Site[] = []
  const waiting: (readonly [Node, Around])[] = [[file.program, { functions: [] }]]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, around] = next
    if (readsLikeRoute(node) || isDescribedRoute(node)) sites.push({ ...around, node })
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

function reach(machine: Machine, module: Module, { functions, made }: Site): void {
  if (made !== undefined) runClass(machine, module, made, functions[0])
  const outermost = functions.find(each => !machine.visited.has(each))
  if (outermost === undefined || (made !== undefined && outermost === functions[0])) return
  const value = functionOf(outermost, module.scope)
  run(machine, value, undefined)
}

function runClass(machine: Machine, { scope }: Module, node: Class, method: FunctionNode | undefined): void {
  const known = node.id === null ? undefined : scope.find(node.id.name)
  const value = known?.kind === 'class' ? known : makeClass(machine, node, scope)
  const constructor = node.body.body.find(each => each.type === 'MethodDefinition' && each.kind === 'constructor')
  const parameters = constructor?.type === 'MethodDefinition' ? constructor.value.params : []
  const args = parameters.map(each => supposed(machine, each, scope))
  const instance = instantiate(machine, value, { args, argNodes: [], node, scope, isNew: true })
  if (method === undefined || machine.visited.has(method)) return
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
