import type { PolicyModel } from '../model.ts'
import { checkExpressible } from './cedar-error.ts'
import { type CedarPolicy, forbidText, permitText } from './cedar-policies.ts'
import { entityNames, schemaText } from './cedar-schema.ts'
import { type CedarType, inferTypes } from './cedar-types.ts'
import { typedDialect } from './typed-dialect.ts'

/** A policy in Cedar. */
export type CedarExport = {
  readonly policies: readonly CedarPolicy[]
  /** All policies as one text. */
  readonly text: string
  readonly schema: string
  /** What each kind of object is called in Cedar. */
  readonly entityTypes: ReadonlyMap<string, string>
}

/** What the policy does not say itself. */
export type CedarExportOptions = {
  /**
   * Types of attributes, by names such as `token.store`, `item.price` and `item.updatePrice input.newPrice`. They are worked
   * out from comparisons, and are `string` where nothing tells.
   */
  readonly types?: Readonly<Record<string, CedarType>>
}

/**
 * Writes a policy in Cedar, with its schema. All that must hold stands in the policy that permits, so an error never allows.
 *
 * Requests must be validated by the schema, as Cedar does not call it an error to compare values of two types. The context
 * has the tokens that the token's scope covers (`scope`), the time (`now`), what the caller wants (`input`), facts (`fact`)
 * and one authorization detail (`details`): where a token has several, ask for each.
 * @throws {CedarError} for a policy that Cedar cannot hold, such as one with fractions
 * @example
 * const { text, schema } = toCedar(shop.model)
 */
export function toCedar(model: PolicyModel, { types: given = {} }: CedarExportOptions = {}): CedarExport {
  checkExpressible(model)
  const types = inferTypes(model, given)
  const entityTypes = entityNames(model)
  const policies = [...model.actions.values()].flatMap(action => {
    const dialect = typedDialect(action, types)
    const forbidding = action.rules.flatMap((rule, place) => (rule.kind === 'forbid' ? [{ rule, place }] : []))
    return [
      permitText(action, model, dialect),
      ...forbidding.map(one => forbidText(action, one, { dialect, levels: model.levels })),
    ]
  })
  return {
    policies,
    text: `${policies.map(({ text }) => text).join('\n\n')}\n`,
    schema: schemaText(model, types, entityTypes),
    entityTypes,
  }
}
