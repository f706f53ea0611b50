import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CatalogueError } from './catalogue-error.ts'
import type { CatalogueDeclaration, ScopeDeclaration } from './declaration.ts'
import { type Catalogue, defineScopes } from './index.ts'

/** A random catalogue, with a second, slow reading of the coverage rules to compare it with. */
export type World = {
  readonly catalogue: Catalogue
  /** All plain tokens, and all instances with the values 1 and 2. */
  readonly tokens: readonly string[]
  /** What the rules say, worked out token by token. */
  readonly reaches: (held: string, needed: string) => boolean
}

type RandomName = { readonly path: readonly string[]; readonly verb: string | undefined }
type Link = readonly [from: number, to: number]

const VERBS = { write: { includes: ['read'] }, read: {}, list: {} } as const
const VERB_ORDER = ['write', 'read', 'list']

const anyName: fc.Arbitrary<RandomName> = fc.record({
  path: fc.array(fc.constantFrom('a', 'b', '{p}', '{q}'), { minLength: 1, maxLength: 3 }),
  verb: fc.constantFrom(undefined, undefined, 'read', 'write', 'list'),
})

/** Makes random catalogues: paths, verbs, parameters, implications, scopes that cover all instances. */
export const anyWorld: fc.Arbitrary<World> = fc
  .record({
    names: fc.array(anyName, { minLength: 3, maxLength: 10 }),
    links: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 8 }),
    segments: fc.constantFrom(true, true, false),
  })
  .map(({ names, links, segments }) => makeWorld(inOrder(names), links, segments))

// no two names match the same token, and none covers one that stands before it
function inOrder(names: readonly RandomName[]): readonly RandomName[] {
  const usable = names.filter(({ path }) => new Set(path.filter(isParameter)).size === path.filter(isParameter).length)
  const byShape = new Map(usable.map(name => [textOf(name).replaceAll(/\{.\}/g, '{}'), name]))
  const rank = ({ path, verb }: RandomName) => path.length * 10 + VERB_ORDER.indexOf(verb ?? '')
  return [...byShape.values()].sort((a, b) => rank(a) - rank(b))
}

function makeWorld(names: readonly RandomName[], links: readonly Link[], segments: boolean): World {
  const declared = declare(names, links)
  const { scopes, catalogue } = defineOr(declared, withoutWideScopes(declared), segments)
  const instances = names.flatMap(name => instancesOf(textOf(name)).map(token => readInstance(name, token)))
  const tokens = instances.map(({ token }) => token)
  const direct = new Map(
    instances.map(held => [
      held.token,
      instances.filter(needed => coversDirectly({ scopes, segments }, held, needed)).map(({ token }) => token),
    ]),
  )
  const reached = new Map(tokens.map(token => [token, closureOf(token, direct)]))
  return { catalogue, tokens, reaches: (held, needed) => reached.get(held)?.has(needed) ?? false }
}

type Scopes = Readonly<Record<string, ScopeDeclaration>>

function declare(names: readonly RandomName[], links: readonly Link[]): Scopes {
  const texts = names.map(textOf)
  const entries = texts.map((text, index): [string, ScopeDeclaration] => {
    const linked = links.filter(([from]) => from % texts.length === index).map(([, to]) => to % texts.length)
    const targets = [...new Set(linked)].flatMap(to => (to > index ? [texts[to] ?? ''] : []))
    const own = parametersOf(text)
    const implies = targets.filter(target => parametersOf(target).every(parameter => own.includes(parameter)))
    const coversInstances = own.length > 0 ? [] : targets.filter(target => parametersOf(target).length > 0)
    const parameters = Object.fromEntries(own.map(parameter => [parameter, 'integer'] as const))
    return [text, { implies, coversInstances, parameters }]
  })
  return Object.fromEntries(entries)
}

function withoutWideScopes(scopes: Scopes): Scopes {
  return Object.fromEntries(Object.entries(scopes).map(([name, scope]) => [name, { ...scope, coversInstances: [] }]))
}

// two wide scopes may have in common what no token says: such a catalogue is refused, and tried again without them
function defineOr(scopes: Scopes, otherwise: Scopes, segments: boolean): { scopes: Scopes; catalogue: Catalogue } {
  const declarationOf = (chosen: Scopes): CatalogueDeclaration =>
    segments ? { verbs: VERBS, scopes: chosen } : { segments, scopes: chosen }
  try {
    return { scopes, catalogue: defineScopes(declarationOf(scopes)) }
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    assert.ok(
      error.problems.every(({ message }) => /cover every instance/.test(message)),
      error.message,
    )
    return { scopes: otherwise, catalogue: defineScopes(declarationOf(otherwise)) }
  }
}

type Rules = { readonly scopes: Scopes; readonly segments: boolean }

// scope-language: the rules of coverage, read word by word on two tokens
function coversDirectly({ scopes, segments }: Rules, held: Instance, needed: Instance): boolean {
  const scope = scopes[held.text]
  if (scope?.implies?.some(target => fill(target, held.values) === needed.token)) return true
  if (scope?.coversInstances?.includes(needed.text)) return true
  if (!segments || !isSameRecord(held.values, needed.values)) return false
  if (held.name.path.some((part, index) => part !== needed.name.path[index])) return false
  return held.name.verb === needed.name.verb || (held.name.verb === 'write' && needed.name.verb === 'read')
}

/** A token, and the name that it is an instance of. */
type Instance = {
  readonly token: string
  readonly name: RandomName
  readonly text: string
  readonly values: Readonly<Record<string, string>>
}

function readInstance(name: RandomName, token: string): Instance {
  const parts = token.split(':')
  const values = name.path.flatMap((part, index): [string, string][] =>
    isParameter(part) ? [[part, parts[index] ?? '']] : [],
  )
  return { token, name, text: textOf(name), values: Object.fromEntries(values) }
}

function closureOf(token: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set([token])
  for (const next of reached) for (const further of direct.get(next) ?? []) reached.add(further)
  return reached
}

function instancesOf(text: string): readonly string[] {
  const parameter = /\{.\}/.exec(text)?.[0]
  return parameter === undefined ? [text] : ['1', '2'].flatMap(value => instancesOf(text.replace(parameter, value)))
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{.\}/g, parameter => values[parameter] ?? parameter)
}

function isSameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every(key => a[key] === b[key])
}

function parametersOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/\{(.)\}/g), match => match[1] ?? '')
}

function isParameter(part: string): boolean {
  return part.startsWith('{')
}

function textOf({ path, verb }: RandomName): string {
  return [...path, ...(verb === undefined ? [] : [verb])].join(':')
}
