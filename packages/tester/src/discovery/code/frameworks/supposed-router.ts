import type { CallExpression, NewExpression, Node } from 'oxc-parser'
import { type Machine, note } from '../machine/machine.ts'
import type { Scope } from '../machine/scope.ts'
import type { RouterValue, Value } from '../machine/value.ts'
import { lastName, nameOfNode, type ParsedFile } from '../source.ts'
import { httpMethods } from './http-methods.ts'
import { createRouter, type Framework } from './router.ts'

const routerName = /^(?:\w*(?:app|router|server|fastify|instance|koa|hono)|api|route|routes)$/i
const clientName = /axios|request|agent|client|http|supertest|chai|got|nock|fetch|superagent|mock|test|redis|cache/i

/** Whether a name of the code is one that apps and routers usually have. */
export function soundsLikeRouter(name: string | undefined): boolean {
  return name !== undefined && routerName.test(name) && !clientName.test(name)
}

/** Whether a call reads like the registration of a route: `app.get('/pets', listPets)`. */
export function readsLikeRoute(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false
  const { object, property } = node.callee
  const method = property.type === 'Identifier' ? property.name : ''
  if (!httpMethods.has(method) && method !== 'all') return false
  const [path] = node.arguments
  const last = node.arguments.at(-1)
  const owner = lastName(nameOfNode(object))
  if (node.arguments.length < 2 || path === undefined || last === undefined) return false
  if (!isPath(path)) return mayBePath(path) && /(?:router|app|fastify|server)$/i.test(owner ?? '')
  if (object.type === 'CallExpression' || clientName.test(owner ?? '')) return false
  const isHandler = last.type === 'FunctionExpression' || last.type === 'ArrowFunctionExpression'
  return isHandler ? isHandlerOf(last.params.length) : soundsLikeRouter(owner)
}

function isHandlerOf(parameters: number): boolean {
  return parameters > 0
}

/** Something that only running tells may be a path. */
function mayBePath({ type }: Node): boolean {
  return type === 'Identifier' || type === 'MemberExpression' || type === 'TemplateLiteral'
}

function isPath(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && node.value.startsWith('/')
  return node.type === 'TemplateLiteral' && (node.quasis[0]?.value.raw ?? '').startsWith('/')
}

type Called = {
  readonly node: CallExpression | NewExpression
  readonly name: string | undefined
  readonly owner: Value
}

const registering = new Set([...httpMethods, 'all', 'use', 'route', 'register', 'addHook'])

/** What a method is called of: where that is not known and it sounds like a router, it is supposed to be one. */
export function supposedRouter(machine: Machine, { node, name, owner }: Called, scope: Scope): Value {
  const isOpen = owner.kind === 'unknown' || (owner.kind === 'external' && owner.module === 'global')
  if (!isOpen || node.type === 'NewExpression' || node.callee.type !== 'MemberExpression') return owner
  const { object } = node.callee
  const isNamed = object.type === 'Identifier' && soundsLikeRouter(object.name)
  if (isNamed && owner.kind === 'unknown' && owner.from.length === 0 && registering.has(name ?? '')) {
    const made = guessRouter(machine, { node: object, scope })
    scope.assign(object.name, made)
    return made
  }
  noteRoute(machine, node, scope)
  return owner
}

/** Notes a call that reads like the registration of a route, on something that is no router as far as reading tells. */
export function noteRoute(machine: Machine, node: CallExpression | NewExpression, scope: Scope): void {
  if (node.callee.type !== 'MemberExpression' || !readsLikeRoute(node)) return
  const name = nameOfNode(node.callee.object)
  note(machine, { node, scope }, `this reads like a route, and \`${name}\` is no router as far as reading tells`)
}

/** Supposes that something is a router of the framework that the file, or the project, works with. */
export function guessRouter(machine: Machine, { node, scope }: { node: Node; scope: Scope }): RouterValue {
  const framework = frameworkOf(machine, { node, file: scope.file })
  const place = scope.file.placeOf(node)
  return { kind: 'router', router: createRouter(machine, { framework, place, isGuessed: true }) }
}

const byType: Readonly<Record<string, Framework>> = {
  FastifyInstance: 'fastify',
  FastifyTypedInstance: 'fastify',
  Express: 'express',
  Application: 'express',
  IRouter: 'express',
  Hono: 'hono',
  Koa: 'koa',
}

function frameworkOf(machine: Machine, { node, file }: { node: Node; file: ParsedFile }): Framework {
  const typed = node.type === 'Identifier' ? typeOf(node) : undefined
  const known = typed !== undefined && Object.hasOwn(byType, typed) ? byType[typed] : undefined
  if (known !== undefined) return known
  const imports = file.program.body.flatMap(each => (each.type === 'ImportDeclaration' ? [each.source.value] : []))
  const own = frameworkNamed(imports)
  if (own !== undefined) return own
  if (node.type === 'Identifier' && /fastify|instance/i.test(node.name)) return 'fastify'
  return frameworkNamed(dependenciesOf(machine)) ?? 'express'
}

function frameworkNamed(names: readonly string[]): Framework | undefined {
  const packages: readonly (readonly [RegExp, Framework])[] = [
    [/^fastify(?:-plugin|-type-provider.*)?$|^@fastify\//, 'fastify'],
    [/^hono(?:\/|$)|^@hono\//, 'hono'],
    [/^@?koa(?:-router|\/router)?$/, 'koa'],
    [/^express(?:$|-)/, 'express'],
  ]
  return packages.find(([pattern]) => names.some(name => pattern.test(name)))?.[1]
}

function typeOf({ typeAnnotation }: Extract<Node, { type: 'Identifier' }>): string | undefined {
  const type = typeAnnotation?.typeAnnotation
  if (type?.type !== 'TSTypeReference') return undefined
  const { typeName } = type
  if (typeName.type === 'Identifier') return typeName.name
  return typeName.type === 'TSQualifiedName' ? typeName.right.name : undefined
}

function dependenciesOf({ texts }: Machine): readonly string[] {
  const manifests = [...texts].filter(([path]) => path.endsWith('package.json'))
  return manifests.flatMap(([, text]) =>
    [...text.matchAll(/"([@\w/.-]+)"\s*:\s*"[~^]?\d/g)].flatMap(([, name]) => name ?? []),
  )
}
