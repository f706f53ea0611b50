import type { ActionModel, PolicyModel } from '../model.ts'
import { isIdentifier, quote } from './cedar-text.ts'
import { type AttributeTypes, type CedarType, itemType, type TypedAttribute } from './cedar-types.ts'

/** Gives each kind of object a name that Cedar allows, and each another one. */
export function entityNames({ actions }: PolicyModel): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const taken = new Set([
    'Token',
    'Action',
    'Bool',
    'Boolean',
    'Entity',
    'Extension',
    'Long',
    'Record',
    'Set',
    'String',
  ])
  for (const { resource } of actions.values()) {
    if (names.has(resource)) continue
    const plain = resource.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^[^A-Za-z]/, 'Object$&')
    const wanted = `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`
    let name = wanted
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`
    taken.add(name)
    names.set(resource, name)
  }
  return names
}

/** Writes the schema of a policy's requests: the token, the kinds of objects, and what comes with each action. */
export function schemaText(
  { actions }: PolicyModel,
  types: AttributeTypes,
  entities: ReadonlyMap<string, string>,
): string {
  const at = (place: string): string =>
    recordText(types.all.filter(attribute => attribute.place === place).map(attribute => ({ attribute, depth: 0 })))
  const objects = [...entities].map(([resource, name]) => `entity ${name} = ${at(resource)};`)
  const rules = [...actions.values()].map(action => actionText(action, entities.get(action.resource) ?? '', at))
  return `${[`entity Token = ${at('token')};`, ...objects, ...rules].join('\n')}\n`
}

function actionText({ name }: ActionModel, entity: string, at: (place: string) => string): string {
  const parts = ['input', 'fact', 'details'].map(source => `${source}: ${at(`${name} ${source}`)}`)
  const context = `{ scope: Set<String>, now: Long, ${parts.join(', ')} }`
  return `action ${quote(name)} appliesTo { principal: [Token], resource: [${entity}], context: ${context} };`
}

type Place = { readonly attribute: TypedAttribute; readonly depth: number }

function recordText(places: readonly Place[]): string {
  const inside = places.filter(({ attribute, depth }) => attribute.path.length > depth)
  const members = Map.groupBy(inside, ({ attribute, depth }) => attribute.path[depth] ?? '')
  const texts = [...members].map(([name, same]) => {
    const own = same.find(({ attribute, depth }) => attribute.path.length === depth + 1)
    const deeper = same.map(({ attribute, depth }) => ({ attribute, depth: depth + 1 }))
    const isRecord = same.some(({ attribute, depth }) => attribute.path.length > depth + 1)
    const mark = own?.attribute.isOptional ? '?' : ''
    const type = own === undefined || isRecord ? recordText(deeper) : typeText(own.attribute.type)
    return `${isIdentifier(name) ? name : quote(name)}${mark}: ${type}`
  })
  return texts.length === 0 ? '{}' : `{ ${texts.join(', ')} }`
}

function typeText(type: CedarType): string {
  const names = { string: 'String', long: 'Long', bool: 'Bool' } as const
  const item = names[itemType(type)]
  return type.endsWith('s') ? `Set<${item}>` : item
}
