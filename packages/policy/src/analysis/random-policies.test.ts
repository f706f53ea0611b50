import { type Catalogue, defineScopes, type Needs, requirementOf, type ScopeDeclaration } from '@ambit/scope'
import fc from 'fast-check'
import type { ActionModel, PolicyModel, Rule } from '../model.ts'

/** What a random policy is made of. */
export type RandomPolicy = {
  readonly policy: PolicyModel
  /** Every scope-token that a token may carry. */
  readonly tokens: readonly string[]
}

type Link = readonly [from: number, to: number]
type RandomScope = Pick<Required<ScopeDeclaration>, 'risk' | 'deprecated'>

const anyScope: fc.Arbitrary<RandomScope> = fc.record({
  risk: fc.constantFrom('ordinary', 'ordinary', 'sensitive', 'dangerous'),
  deprecated: fc.constantFrom(false, false, false, true),
})

/** Makes the catalogue of the scopes `s0`, `s1`, …, of which any may imply later ones. */
export function linkedScopes(scopes: readonly Partial<RandomScope>[], links: readonly Link[]): Catalogue {
  const impliedBy = (index: number): readonly string[] =>
    links.filter(([from, to]) => from === index && to > from && to < scopes.length).map(([, to]) => `s${to}`)
  const entries = scopes.map((scope, index): [string, ScopeDeclaration] => [
    `s${index}`,
    { ...scope, implies: [...new Set(impliedBy(index))] },
  ])
  return defineScopes({ segments: false, scopes: Object.fromEntries(entries) })
}

/** Makes a policy out of what its actions need, each with the same rules. */
export function policyOf(
  catalogue: Catalogue,
  needs: Readonly<Record<string, Needs>>,
  rules: Readonly<Record<string, readonly Rule[]>> = {},
): PolicyModel {
  const actions = Object.entries(needs).map(([name, needed]): [string, ActionModel] => [
    name,
    {
      name,
      resource: name.split('.')[0] ?? name,
      requirement: requirementOf(catalogue, needed),
      rules: rules[name] ?? [],
      facts: [],
      isHidden: false,
    },
  ])
  return { catalogue, actions: new Map(actions), levels: [] }
}

/** Needs over the scopes `s0` to `s<count - 1>`. */
export function anyNeeds(count: number): fc.Arbitrary<Needs> {
  const anyName = fc.nat(count - 1).map(index => `s${index}`)
  const anyAlternative = fc.oneof(anyName, fc.record({ allOf: fc.array(anyName, { minLength: 1, maxLength: 3 }) }))
  return fc.oneof(
    anyAlternative,
    fc.tuple(anyAlternative, anyAlternative).map(([first, second]) => ({ anyOf: [first, second] as const })),
  )
}

/** Makes random policies of at most so many scopes, whose actions are called `a0`, `a1`, …. */
export function anyPolicy(most: number): fc.Arbitrary<RandomPolicy> {
  return fc.integer({ min: 2, max: most }).chain(count =>
    fc
      .record({
        scopes: fc.array(anyScope, { minLength: count, maxLength: count }),
        links: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count * 2 }),
        needs: fc.array(anyNeeds(count), { minLength: 1, maxLength: 8 }),
      })
      .map(({ scopes, links, needs }) => {
        const catalogue = linkedScopes(scopes, links)
        const named = Object.fromEntries(needs.map((needed, index) => [`a${index}`, needed]))
        return { policy: policyOf(catalogue, named), tokens: catalogue.names }
      }),
  )
}

/** All subsets of a list, the empty one among them. */
export function subsetsOf<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.reduce<readonly (readonly T[])[]>((sets, item) => [...sets, ...sets.map(set => [...set, item])], [[]])
}
