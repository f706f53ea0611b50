import type { Class, Decorator, MethodDefinition, Node } from 'oxc-parser'
import type { CodeRoute } from '../../../target/target.ts'
import { combineGuards, type Guard } from '../guards/guard.ts'
import { evaluate, type Machine, note } from '../machine/machine.ts'
import type { Scope } from '../machine/scope.ts'
import { asText, asTexts, type ListValue, ownMember, type Value } from '../machine/value.ts'
import { cleaned, routePaths } from '../route-path.ts'
import { lastName, nameOfNode, nodesIn } from '../source.ts'
import { modulePaths } from './module-paths.ts'
import { nestGuards, versionsOf } from './nest-settings.ts'

/** What the decorators of a class or method say. */
type Said = {
  readonly entries: readonly { readonly name: string; readonly args: readonly Value[]; readonly node: Node }[]
  readonly guards: readonly Guard[]
  readonly isPublic: boolean
}

/** The routes of the controllers of a NestJS program. */
export function readNest(machine: Machine): readonly CodeRoute[] {
  const classes = [...machine.modules.values()].flatMap(({ file, scope }) =>
    [...nodesIn(file.program)].flatMap(node =>
      (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') && node.decorators.length > 0
        ? [{ node, scope }]
        : [],
    ),
  )
  const decorated = classes.map(each => ({ ...each, said: readDecorators(machine, each.node.decorators, each.scope) }))
  for (const { said } of decorated) addAppGuards(machine, said)
  const paths = modulePaths(machine, decorated)
  return decorated.flatMap(each => readController(machine, each, paths.get(each.node) ?? ['']))
}

const publicName =
  /^(?:is_?)?(?:public|anonymous|unauthenticated|no_?auth|skip_?auth\w*|allow_?(?:anonymous|unauthori[sz]ed\w*))(?:_?(?:key|route|metadata))?$/i

function readDecorators(machine: Machine, decorators: readonly Decorator[], scope: Scope): Said {
  const entries: { name: string; args: readonly Value[]; node: Node }[] = []
  const guards: Guard[] = []
  let isPublic = false
  for (const { expression } of decorators) {
    const name = lastName(nameOfNode(expression)) ?? ''
    const values = flat(evaluate(machine, expression, scope))
    isPublic ||= publicName.test(name) && machine.guards[name] !== false
    for (const value of values) {
      if (value.kind === 'guard') guards.push(value.guard)
      const decorator = asText(ownMember(value, 'decorator'))
      if (decorator === undefined) continue
      const args = itemsOf(ownMember(value, 'args'))
      entries.push({ name: decorator, args, node: expression })
      guards.push(...itemsOf(ownMember(value, 'guards')).flatMap(each => (each.kind === 'guard' ? [each.guard] : [])))
      isPublic ||= decorator === 'SetMetadata' && publicName.test(asText(args[0]) ?? '') && isTrue(args[1])
    }
  }
  return { entries, guards, isPublic }
}

function flat(value: Value): readonly Value[] {
  return value.kind === 'list' ? value.items.flatMap(flat) : [value]
}

function itemsOf(value: Value | undefined): ListValue['items'] {
  return value?.kind === 'list' ? value.items : []
}

function isTrue(value: Value | undefined): boolean {
  return value?.kind === 'plain' && value.value === true
}

/** `{ provide: APP_GUARD, useClass: JwtGuard }` of a module guards everything. */
function addAppGuards(machine: Machine, { entries }: Said): void {
  for (const { name, args, node } of entries) {
    if (name !== 'Module') continue
    for (const provider of itemsOf(ownMember(args[0], 'providers'))) {
      const token = ownMember(provider, 'provide')
      if (token?.kind !== 'external' || token.path !== 'APP_GUARD') continue
      const used = ['useClass', 'useExisting', 'useValue', 'useFactory'].map(key => ownMember(provider, key))
      const guard = used.find(value => value !== undefined)
      const scope = guard?.kind === 'class' ? guard.scope : undefined
      if (guard === undefined || scope === undefined) continue
      const at = guard.kind === 'class' ? guard.node : node
      machine.nest.guards.push(...nestGuards(machine, { args: [guard], argNodes: [at], node: at, scope, isNew: false }))
    }
  }
}

type Decorated = { readonly node: Class; readonly scope: Scope; readonly said: Said }

function readController(
  machine: Machine,
  { node, scope, said }: Decorated,
  outer: readonly string[],
): readonly CodeRoute[] {
  const controller = said.entries.find(({ name }) => name === 'Controller')
  if (controller === undefined) return []
  const [given] = controller.args
  const path = ownMember(given, 'path') ?? (given?.kind === 'record' ? undefined : given)
  const bases = given === undefined || (given.kind === 'record' && path === undefined) ? [''] : asTexts(path)
  if (bases === undefined)
    note(machine, { node: controller.node, scope }, 'the path of this controller is known only when it runs')
  const version = ownMember(given, 'version')
  const own = { bases: bases ?? ['{unknown}'], versions: version === undefined ? undefined : versionsOf(version) }
  return methodsOf(node).flatMap(method => {
    const more = readDecorators(machine, method.decorators, scope)
    const guards = guardsFor(machine, said, more)
    return more.entries.flatMap(({ name, args, node: at }) => {
      const sent = methodNames[name]
      if (sent === undefined) return []
      const paths = args.length === 0 ? [''] : asTexts(args[0])
      if (paths === undefined) note(machine, { node: at, scope }, 'the path of this route is known only when it runs')
      const versions = versionEntry(more) ?? own.versions ?? machine.nest.defaultVersions
      const place = scope.file.placeOf(at)
      const places = wholePaths(machine, { outer, bases: own.bases, versions, paths: paths ?? [] })
      return places.map((whole): CodeRoute => {
        return { method: sent, path: whole, place, framework: 'nestjs', guard: combineGuards(guards) }
      })
    })
  })
}

const methodNames: Readonly<Record<string, string>> = {
  Get: 'GET',
  Sse: 'GET',
  Post: 'POST',
  Put: 'PUT',
  Patch: 'PATCH',
  Delete: 'DELETE',
  Head: 'HEAD',
  Options: 'OPTIONS',
  Search: 'SEARCH',
  All: '*',
}

function methodsOf({ body }: Class): readonly MethodDefinition[] {
  return body.body.flatMap(each => (each.type === 'MethodDefinition' && each.decorators.length > 0 ? [each] : []))
}

function versionEntry({ entries }: Said): readonly string[] | undefined {
  const entry = entries.find(({ name }) => name === 'Version')
  return entry === undefined ? undefined : versionsOf(entry.args[0])
}

/** A public method, or one of a public class, is let pass by the guards that hold for all; guards of its own still count. */
function guardsFor({ nest }: Machine, controller: Said, method: Said): readonly Guard[] {
  if (method.isPublic) return method.guards
  if (controller.isPublic) return [...controller.guards, ...method.guards]
  return [...nest.guards, ...controller.guards, ...method.guards]
}

type Parts = {
  readonly outer: readonly string[]
  readonly bases: readonly string[]
  readonly versions: readonly string[]
  readonly paths: readonly string[]
}

function wholePaths({ nest }: Machine, { outer, bases, versions, paths }: Parts): readonly string[] {
  const { versionPrefix } = nest
  const versioned =
    versionPrefix === undefined || versions.length === 0 ? [''] : versions.map(each => `${versionPrefix}${each}`)
  const inner = outer.flatMap(above => bases.flatMap(base => paths.map(path => `${above}/${base}/${path}`)))
  return inner.flatMap(path => {
    const isExcluded = nest.excluded.some(each => cleaned(each) === cleaned(path))
    const prefix = isExcluded ? '' : nest.prefix
    return versioned.flatMap(version => routePaths(`${prefix}/${version}/${path}`, 'nestjs'))
  })
}
