import type { Attribute, Source } from '../expression.ts'
import type { ActionModel } from '../model.ts'
import type { Dialect } from './cedar-condition.ts'
import { failingText, hasText, memberText } from './cedar-text.ts'
import { type AttributeTypes, itemType } from './cedar-types.ts'

const roots = {
  token: 'principal',
  resource: 'resource',
  input: 'context.input',
  fact: 'context.fact',
  details: 'context.details',
} as const satisfies Readonly<Record<Source, string>>

/** Attributes as people write them in Cedar; their types stand in the schema, by which requests must be validated. */
export function typedDialect(action: ActionModel, types: AttributeTypes): Dialect {
  return {
    scalar: textOf,
    list: textOf,
    has: hasAttribute,
    isOfType: () => undefined,
    typeOf: attribute => itemType(types.find(action, attribute)?.type ?? 'string'),
    guard: (attributes, text) =>
      attributes
        .filter(attribute => types.find(action, attribute)?.isOptional)
        .reduce(
          (guarded, attribute) => `(if ${hasAttribute(attribute)} then ${guarded} else ${failingText('bool')})`,
          text,
        ),
  }
}

function textOf({ source, path }: Attribute): string {
  return path.reduce(memberText, roots[source])
}

function hasAttribute({ source, path }: Attribute): string {
  const steps = path.map((name, index) => hasText(path.slice(0, index).reduce(memberText, roots[source]), name))
  return steps.join(' && ') || 'true'
}
