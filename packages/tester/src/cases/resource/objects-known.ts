// OWASP API1:2023
import type { ApiOperation } from '../../target/api-operation.ts'
import type { Target, TestUser } from '../../target/target.ts'
import { pathParameters, textOfParameter } from './call-values.ts'

/** The two users of the configuration: whose objects are tried, and who tries. */
export type Pair = { readonly owner: TestUser; readonly stranger: TestUser }

/** The first two users; `undefined` where there are not two. */
export function pairOf({ server }: Target): Pair | undefined {
  const [owner, stranger] = server?.users ?? []
  return owner === undefined || stranger === undefined ? undefined : { owner, stranger }
}

/** Why nothing is tried where there are not two users. */
export const noPair = 'it needs two users, and the configuration has not two'

/** What the objects of a place may be called in `owns`: the name of the place, without `Id`, or the collection before it. */
export function kindsOf(operation: Pick<ApiOperation, 'path'>, name: string): readonly string[] {
  const bare = name.replace(/(?:_?ids?|Ids?|s)$/, '')
  const segments = operation.path.split('/')
  const at = segments.indexOf(`{${name}}`)
  const collection = /^ids?$/i.test(name) ? (at > 0 ? segments[at - 1] : segments.at(-1)) : undefined
  const ofCollection = collection === undefined ? [] : [collection, collection.replace(/s$/, '')]
  return [...new Set([name, bare, ...ofCollection])].filter(kind => kind !== '')
}

/** The ids of a place that one user has and the other has not; those that the configuration gives the operation come first. */
export function exclusiveIds(
  { owner, stranger }: Pair,
  { operation, name }: { readonly operation: Pick<ApiOperation, 'key' | 'path'>; readonly name: string },
): readonly string[] {
  const keys = [...(isLastParameter(operation, name) ? [operation.key] : []), ...kindsOf(operation, name)]
  const known = (user: TestUser) => keys.flatMap(key => (Object.hasOwn(user.owns, key) ? (user.owns[key] ?? []) : []))
  const theirs = new Set(known(stranger))
  return [...new Set(known(owner))].filter(id => !theirs.has(id))
}

/** The same the other way round. */
export function turned({ owner, stranger }: Pair): Pair {
  return { owner: stranger, stranger: owner }
}

function isLastParameter({ path }: Pick<ApiOperation, 'path'>, name: string): boolean {
  return [...path.matchAll(/\{([^{}]+)\}/g)].at(-1)?.[1] === name
}

/** The path values that name an object of a user; `undefined` where nobody says one. */
export function pathOf(operation: ApiOperation, pair: Pair): Readonly<Record<string, string>> | undefined {
  const parameters = pathParameters(operation)
  const own = parameters.map(({ name }) => [name, exclusiveIds(pair, { operation, name })[0]] as const)
  if (own.every(([, id]) => id === undefined)) return undefined
  return Object.fromEntries(
    parameters.map((parameter, index) => [parameter.name, own[index]?.[1] ?? textOfParameter(parameter) ?? '']),
  )
}

/** The value of the second user where the first user's stands, of the same type; `undefined` where it is nobody's. */
export function foreignIdOf(target: Target, value: string | number | boolean): string | number | undefined {
  const pair = pairOf(target)
  if (pair === undefined) return undefined
  const kind = Object.entries(pair.owner.owns).find(([, ids]) => ids.includes(String(value)))?.[0]
  const foreign = kind === undefined ? undefined : pair.stranger.owns[kind]?.find(id => id !== String(value))
  return typeof value === 'number' && foreign !== undefined ? Number(foreign) : foreign
}

/** Operations on one kind of object, by their paths: `/orders` and `/orders/{id}`. */
export type Family = {
  readonly list?: ApiOperation
  readonly create?: ApiOperation
  readonly read?: ApiOperation
  readonly update?: ApiOperation
  readonly remove?: ApiOperation
}

/** The family that an operation belongs to. */
export function familyOf(operations: readonly ApiOperation[], { path }: Pick<ApiOperation, 'path'>): Family {
  const item = /^(.*)\/\{[^{}]+\}$/.exec(path)
  const collection = item?.[1] ?? path
  const isItem = (each: ApiOperation) =>
    /^\/\{[^{}]+\}$/.test(each.path.slice(collection.length)) && each.path.startsWith(collection)
  const find = (methods: readonly string[], fits: (each: ApiOperation) => boolean) =>
    operations.find(each => methods.includes(each.method) && fits(each))
  const isCollection = (each: ApiOperation) => each.path === collection
  const family = {
    list: find(['GET'], isCollection),
    create: find(['POST'], isCollection),
    read: find(['GET'], isItem),
    update: find(['PUT', 'PATCH'], isItem),
    remove: find(['DELETE'], isItem),
  }
  return Object.fromEntries(Object.entries(family).filter(([, each]) => each !== undefined))
}
