import fc from 'fast-check'
import type { Circumstances, TokenView } from '../decision.ts'
import type { Attribute, Expression, Operand } from '../expression.ts'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'
import { scopes } from './shop.ts'

const names = ['a', 'b', 'eq', 'constructor']
const levels = ['low', 'high']

const scalar = fc.oneof(fc.constantFrom('x', 'y', ''), fc.integer({ min: -3, max: 3 }), fc.boolean())

/** Whatever an application may hand over where a scalar or a list is wanted. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 7n, ['x', 1], {}),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1e308, -1e308, Symbol('s'), () => 'x', new Date(0), [[]]) },
)

const attribute: fc.Arbitrary<Attribute> = fc
  .record({
    source: fc.constantFrom('token', 'resource', 'input', 'fact', 'details' as const),
    path: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...names).map(name => [name]) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)) },
    ),
  })
  .map(({ source, path }) => ({ kind: 'attribute', source, path }))

const operand: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 5, arbitrary: attribute },
  { weight: 3, arbitrary: scalar.map((value): Operand => ({ kind: 'literal', value })) },
  {
    weight: 1,
    arbitrary: fc.constant<Operand>({ kind: 'level', of: { kind: 'attribute', source: 'token', path: ['acr'] } }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...levels)
      .map((level): Operand => ({ kind: 'level', of: { kind: 'literal', value: level } })),
  },
)

const list: fc.Arbitrary<Operand> = fc.oneof(
  attribute,
  fc.constantFrom<Operand>({ kind: 'literal', value: ['x', 'y'] }, { kind: 'literal', value: [1, 2] }),
)

/** Any condition, most of them over values that are sometimes missing or of the wrong type. */
export const anyCondition: fc.Arbitrary<Expression> = fc.letrec<{ whole: Expression; single: Expression }>(tie => ({
  single: fc.oneof(
    fc.record({
      kind: fc.constant('compare' as const),
      by: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte' as const),
      left: operand,
      right: operand,
    }),
    fc.record({ kind: fc.constant('within' as const), left: operand, percent: fc.nat(100), right: operand }),
    fc.record({ kind: fc.constant('in' as const), item: operand, list }),
    fc.record({ kind: fc.constant('is' as const), value: fc.boolean(), of: attribute }),
    fc.record({ kind: fc.constant('present' as const), of: attribute }),
    fc.record({ kind: fc.constant('constant' as const), value: fc.boolean() }),
  ),
  whole: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    tie('single'),
    fc.record({ kind: fc.constant('and' as const), all: fc.array(tie('whole'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('or' as const), any: fc.array(tie('whole'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('whole') }),
  ),
})).whole

const members = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value)),
  {
    maxKeys: 4,
  },
)

const detail = members.map(own => ({ ...own, type: 'payment' }))

/** All facts are known, and some of them to be missing. */
const noFacts = Object.fromEntries(names.map(name => [name, undefined]))

/** A request: a token with all scopes, and whatever circumstances. */
export type RandomCall = { readonly token: TokenView; readonly circumstances: Circumstances }

/** Any request. */
export const anyCall: fc.Arbitrary<RandomCall> = fc
  .record({
    claims: members,
    acr: fc.constantFrom<unknown>(...levels, 'other', undefined, 5),
    authTime: fc.constantFrom<unknown>(0, 90, 100, 1000, undefined, '90'),
    details: fc.array(detail, { maxLength: 2 }),
    resource: fc.oneof({ weight: 9, arbitrary: members }, { weight: 1, arbitrary: value }),
    input: fc.oneof({ weight: 9, arbitrary: members }, { weight: 1, arbitrary: value }),
    facts: members,
  })
  .map(({ claims, acr, authTime, details, resource, input, facts }) => ({
    token: {
      scope: scopes.set('inventory:read'),
      claims: { ...claims, acr, auth_time: authTime, authorization_details: details },
    },
    circumstances: { resource, input, facts: { ...noFacts, ...facts }, now: 100 },
  }))

const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ kind: fc.constant('when' as const), name: fc.constant('w'), condition: anyCondition }),
  fc.record({ kind: fc.constant('forbid' as const), name: fc.constant('f'), condition: anyCondition }),
  fc.record({
    kind: fc.constant('stepUp' as const),
    name: fc.constant('s'),
    acr: fc.constantFrom(...levels),
    unless: anyCondition,
  }),
  fc.record({
    kind: fc.constant('stepUp' as const),
    name: fc.constant('s'),
    maxAge: fc.constantFrom(0, 10, 100),
    unless: anyCondition,
  }),
)

/** Any policy of one action, which reads authorization details in half of the cases. */
export const anyModel: fc.Arbitrary<PolicyModel> = fc
  .record({ rules: fc.array(anyRule, { maxLength: 4 }), readsDetails: fc.boolean(), isHidden: fc.boolean() })
  .map(({ rules, readsDetails, isHidden }) => {
    const action: ActionModel = {
      name: 'thing.do',
      resource: 'thing',
      requirement: { anyOf: [scopes.set('inventory:read')] },
      rules: rules.map((rule, at) => ({ ...rule, name: `${rule.name}${at}` })),
      facts: [],
      ...(readsDetails && { detailType: 'payment' }),
      isHidden,
    }
    return { catalogue: scopes, actions: new Map([[action.name, action]]), levels }
  })
