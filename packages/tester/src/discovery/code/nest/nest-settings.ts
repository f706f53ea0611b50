import { givenTo } from '../frameworks/register.ts'
import { guardsOf } from '../guards/classify.ts'
import type { Guard } from '../guards/guard.ts'
import type { External } from '../machine/machine.ts'
import {
  asText,
  asTexts,
  type Call,
  listOf,
  native,
  ownMember,
  recordOf,
  textOf,
  unknown,
  type Value,
} from '../machine/value.ts'

/** What the bootstrap of a NestJS program says about all its routes. */
export type NestSettings = {
  prefix: string
  /** Paths without the prefix. */
  readonly excluded: string[]
  /** What stands before versions in paths: `v`; absent where versions are not in paths. */
  versionPrefix?: string
  defaultVersions: readonly string[]
  readonly guards: Guard[]
  /** What `RouterModule.register` was given. */
  readonly trees: Value[]
}

/** The settings where no bootstrap says anything. */
export function plainNest(): NestSettings {
  return { prefix: '', excluded: [], defaultVersions: [], guards: [], trees: [] }
}

const create: External = (_, machine) => {
  const { nest } = machine
  const app: Value = recordOf({
    setGlobalPrefix: native('setGlobalPrefix', ({ args: [prefix, options] }) => {
      nest.prefix = asText(prefix) ?? ''
      const excluded = ownMember(options, 'exclude')
      const each = excluded?.kind === 'list' ? excluded.items : []
      nest.excluded.push(...each.flatMap(value => asText(ownMember(value, 'path') ?? value) ?? []))
      return app
    }),
    enableVersioning: native('enableVersioning', ({ args: [options] }) => {
      const type = ownMember(options, 'type')
      const isInPath =
        type === undefined || (type.kind === 'external' ? type.path.endsWith('URI') : asText(type) === '0')
      const given = ownMember(options, 'prefix')
      if (isInPath) nest.versionPrefix = given?.kind === 'plain' && given.value === false ? '' : (asText(given) ?? 'v')
      nest.defaultVersions = versionsOf(ownMember(options, 'defaultVersion'))
      return app
    }),
    useGlobalGuards: native('useGlobalGuards', call => {
      nest.guards.push(...nestGuards(machine, call))
      return app
    }),
  })
  return app
}

/** The versions that a value names; a neutral version is none. */
export function versionsOf(value: Value | undefined): readonly string[] {
  const texts = value?.kind === 'list' ? value.items.flatMap(each => asText(each) ?? []) : asTexts(value)
  return texts ?? []
}

/** Guards as NestJS takes them: whatever stands there guards, unless it is known to look at something else. */
export function nestGuards(machine: Parameters<typeof guardsOf>[0], call: Call): readonly Guard[] {
  return givenTo(call).flatMap(({ value, node }): readonly Guard[] => {
    const at = { node, scope: call.scope }
    const found = guardsOf(machine, value, at)
    if (found.length > 0) return found
    const place = call.scope.file.placeOf(node)
    const name = value.kind === 'class' ? value.name : value.kind === 'record' ? className(value.parent) : undefined
    const isOther = /throttl|csrf|ratelimit|cache/i.test(name ?? '')
    return isOther || name === undefined || machine.guards[name] === false ? [] : [{ kind: 'unknown', name, place }]
  })
}

function className(parent: Value | undefined): string | undefined {
  return parent?.kind === 'class' ? parent.name : undefined
}

/** A decorator as a value: its name and what it is given. */
function decorator(name: string): External {
  return (call, machine) => {
    const guards =
      name === 'UseGuards' ? nestGuards(machine, call).map((guard): Value => ({ kind: 'guard', guard })) : []
    return recordOf({ decorator: textOf(name), args: listOf(call.args), guards: listOf(guards) })
  }
}

const routeDecorators = ['Get', 'Post', 'Put', 'Patch', 'Delete', 'Head', 'Options', 'All', 'Search', 'Sse']
const names = [...routeDecorators, 'Controller', 'UseGuards', 'Version', 'SetMetadata', 'Module']

/** What NestJS has that means something to routes. */
export const nestExternals: Readonly<Record<string, External>> = {
  ...Object.fromEntries(names.map(name => [`@nestjs/common.${name}`, decorator(name)])),
  '@nestjs/common.applyDecorators': ({ args }) => listOf(args),
  '@nestjs/core.NestFactory.create': create,
  '@nestjs/core.RouterModule.register': ({ args: [tree] }, { nest }) => {
    if (tree !== undefined) nest.trees.push(tree)
    return unknown('RouterModule')
  },
}
