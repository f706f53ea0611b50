import { defineScopes, type Needs, requirementOf } from '@ambit/scope'
import type { Circumstances, TokenView } from '../decision.ts'
import type { Attribute, Comparison, Expression, Literal, Operand, Source } from '../expression.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'

/** Gives the same choices in each run. */
export type Chance = {
  /** A whole number below this one. */
  readonly below: (limit: number) => number
  readonly pick: <const T extends readonly unknown[]>(items: T) => T[number]
  /** True in so many of a hundred cases. */
  readonly isIn: (percent: number) => boolean
}

/** Makes the choices that belong to a seed. */
export function chanceFrom(seed: number): Chance {
  let state = seed | 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    pick: items => items[below(items.length)],
    isIn: percent => below(100) < percent,
  }
}

const scopes = defineScopes({ scopes: { a: {}, 'a:b': {}, c: { implies: ['d'] }, d: {}, e: {} } })
const levels = ['low', 'high', 'höchste "Stufe"']
const detailType = 'payment'

const strings = ['x', 'y', '', 'a"b\\c', 'ü\n\u0000', '*', '😀'] as const
const numbers = [0, 1, 2, -1, 1000, 1200, 1200, 1201, -0, Number.MAX_SAFE_INTEGER] as const
const named = {
  string: ['s', '__entity'],
  number: ['n', 'n 2'],
  boolean: ['has'],
  strings: ['l'],
  numbers: ['m'],
} as const
type Type = keyof typeof named

/** Makes a policy of one action. */
export function randomPolicy(chance: Chance): PolicyModel {
  const needs: Needs<'a' | 'a:b' | 'c' | 'd' | 'e'> = chance.pick([
    'a:b',
    'd',
    { allOf: ['a', 'd'] },
    { anyOf: ['e', { allOf: ['a:b', 'd'] }] },
    { allOf: [] },
  ])
  const rules = Array.from({ length: chance.below(4) }, (_, index) => randomRule(chance, `rule "${index}"\n`))
  const action: ActionModel = {
    name: chance.pick(['item.read', 'it"em\\.wri\nte']),
    resource: 'item',
    requirement: requirementOf(scopes, needs),
    rules,
    facts: [],
    isHidden: chance.isIn(20),
    ...(chance.isIn(20) && { detailType }),
  }
  return { catalogue: scopes, actions: new Map([[action.name, action]]), levels }
}

function randomRule(chance: Chance, name: string): Rule {
  const condition = randomCondition(chance, 3)
  const kind = chance.pick(['when', 'when', 'forbid', 'stepUp'])
  if (kind !== 'stepUp') return { kind, name, condition }
  const acr = chance.pick([{ acr: 'low' }, { acr: 'high' }, { acr: 'höchste "Stufe"' }, { acr: 'none' }, {}])
  return { kind, name, ...acr, ...(chance.isIn(50) && { maxAge: chance.pick([0, 60, 100]) }), unless: condition }
}

function randomCondition(chance: Chance, depth: number): Expression {
  const parts = () => Array.from({ length: chance.below(4) }, () => randomCondition(chance, depth - 1))
  if (depth === 0 || chance.isIn(40)) return randomComparison(chance)
  return chance.pick([
    () => ({ kind: 'and', all: parts() }) as const,
    () => ({ kind: 'or', any: parts() }) as const,
    () => ({ kind: 'not', of: randomCondition(chance, depth - 1) }) as const,
  ])()
}

const makers: readonly [(chance: Chance) => Expression, ...((chance: Chance) => Expression)[]] = [
  chance => {
    const type = chance.pick(['string', 'number', 'boolean'])
    return { kind: 'compare', by: chance.pick(['eq', 'ne']), left: operand(chance, type), right: operand(chance, type) }
  },
  chance => {
    const by: Comparison = chance.pick(['lt', 'lte', 'gt', 'gte'])
    return { kind: 'compare', by, left: operand(chance, 'number'), right: operand(chance, 'number') }
  },
  chance => ({
    kind: 'within',
    left: operand(chance, 'number'),
    percent: chance.pick([0, 20, 20, 100]),
    right: operand(chance, 'number'),
  }),
  chance => {
    const [type, list] = chance.pick([
      ['string', 'strings'],
      ['number', 'numbers'],
    ] as const)
    return { kind: 'in', item: operand(chance, type), list: operand(chance, list) }
  },
  chance => ({ kind: 'is', value: chance.isIn(50), of: operand(chance, 'boolean') }),
  chance => ({ kind: 'present', of: attribute(chance, chance.pick(['string', 'number', 'strings'])) }),
  chance => ({ kind: 'present', of: { kind: 'level', of: attribute(chance, 'string') } }),
  chance => ({ kind: 'present', of: chance.isIn(70) ? level(chance) : { kind: 'literal', value: 'x' } }),
  chance => ({
    kind: 'compare',
    by: chance.pick(['gte', 'lt', 'eq', 'ne']),
    left: level(chance),
    right: level(chance),
  }),
  chance => ({ kind: 'constant', value: chance.isIn(50) }),
]

function randomComparison(chance: Chance): Expression {
  return chance.pick(makers)(chance)
}

// now and then of another type than is wanted
function operand(chance: Chance, type: Type): Operand {
  const chosen = chance.isIn(5) ? chance.pick(['string', 'number', 'boolean', 'strings', 'numbers']) : type
  if (chance.isIn(4)) return level(chance)
  return chance.isIn(65) ? attribute(chance, chosen) : { kind: 'literal', value: valueOf(chance, chosen) }
}

function level(chance: Chance): Operand {
  if (chance.isIn(50)) return { kind: 'level', of: { kind: 'literal', value: chance.pick(['low', 'high', 'none']) } }
  return { kind: 'level', of: { kind: 'attribute', source: 'token', path: ['acr'] } }
}

function attribute(chance: Chance, type: Type): Attribute {
  const source: Source = chance.pick(['token', 'token', 'resource', 'resource', 'input', 'input', 'fact', 'details'])
  const name = chance.pick(named[type])
  const path = chance.pick([[name], [name], [name], ['o', name], ['o.s', name], ['constructor'], ['o'], []])
  return { kind: 'attribute', source, path: source === 'fact' && path.length === 0 ? [name] : path }
}

function valueOf(chance: Chance, type: Type): Literal['value'] {
  if (type === 'string') return chance.pick(strings)
  if (type === 'number') return chance.pick(numbers)
  if (type === 'boolean') return chance.isIn(50)
  const length = 1 + chance.below(3)
  return type === 'strings'
    ? Array.from({ length }, () => chance.pick(strings))
    : Array.from({ length }, () => chance.pick(numbers))
}

/** A request about the action of a random policy. */
export type RandomRequest = { readonly token: TokenView; readonly circumstances: Circumstances }

/** Makes a request in which values are missing, or are not what conditions want. */
export function randomRequest(chance: Chance): RandomRequest {
  const held = (['a', 'a:b', 'c', 'd', 'e'] as const).filter(() => chance.isIn(60))
  const details = Array.from({ length: chance.below(3) }, () => ({
    ...members(chance),
    type: chance.isIn(80) ? detailType : 'other',
  }))
  const claims = {
    ...members(chance),
    acr: chance.pick(['low', 'high', 'high', 'höchste "Stufe"', 'none', 5, undefined]),
    auth_time: chance.pick([0, 900, 940, 941, 1000, 1060, 1061, '1000', undefined]),
    authorization_details: chance.isIn(90) ? details : 'none',
  }
  const root = () => (chance.isIn(95) ? members(chance) : oddValue(chance))
  return {
    token: { scope: scopes.set(...held), claims },
    circumstances: { resource: root(), input: root(), facts: members(chance), now: 1000 },
  }
}

function members(chance: Chance): Record<string, unknown> {
  const flat = () => {
    const entries = Object.entries(named).flatMap(([type, names]) =>
      names.map((name): [string, unknown] => [name, chance.isIn(85) ? typical(chance, type) : odd(chance, type)]),
    )
    return Object.fromEntries(entries.filter(() => chance.isIn(92)))
  }
  return { ...flat(), o: chance.isIn(90) ? flat() : oddValue(chance), 'o.s': { s: chance.pick(strings) } }
}

function typical(chance: Chance, type: string): unknown {
  if (type === 'string') return valueOf(chance, 'string')
  if (type === 'number') return valueOf(chance, 'number')
  if (type === 'boolean') return chance.isIn(50)
  return chance.isIn(15) ? [] : valueOf(chance, type === 'strings' ? 'strings' : 'numbers')
}

function odd(chance: Chance, type: string): unknown {
  const isList = type === 'strings' || type === 'numbers'
  return isList
    ? chance.pick([['x', 1], [1, 'x'], ['x', null], [undefined], [1, Number.NaN], 'x', 1])
    : oddValue(chance)
}

function oddValue(chance: Chance): unknown {
  return chance.pick([
    null,
    undefined,
    'x',
    1,
    true,
    {},
    ['x', 1],
    [null],
    [undefined],
    [['x']],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    7n,
    Symbol('s'),
    new Date(0),
    () => 'x',
    { __entity: { type: 'Token', id: 'token' } },
    { __extn: { fn: 'ip', arg: '1.1.1.1' } },
  ])
}
