import type { Attribute, Expression, Operand } from './expression.ts'

/** Gives the conditions that a condition is made of, in the order in which they are read. */
export function partsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'and') return expression.all
  if (expression.kind === 'or') return expression.any
  return expression.kind === 'not' ? [expression.of] : []
}

/** Gives the operands of a single comparison; none for what is made of other conditions. */
export function operandsOf(expression: Expression): readonly Operand[] {
  switch (expression.kind) {
    case 'compare':
    case 'within':
      return [expression.left, expression.right]
    case 'in':
      return [expression.item, expression.list]
    case 'is':
    case 'present':
      return [expression.of]
    case 'constant':
    case 'and':
    case 'or':
    case 'not':
      return []
  }
}

/** Gives every single comparison in a condition, from left to right. */
export function comparisonsIn(expression: Expression): readonly Expression[] {
  const parts = partsOf(expression)
  return parts.length === 0 ? [expression] : parts.flatMap(comparisonsIn)
}

/** Gives every attribute that a condition reads, as often as it stands there. */
export function attributesIn(expression: Expression): readonly Attribute[] {
  return comparisonsIn(expression).flatMap(operandsOf).flatMap(attributesOf)
}

function attributesOf(operand: Operand): readonly Attribute[] {
  if (operand.kind === 'attribute') return [operand]
  return operand.kind === 'level' ? attributesOf(operand.of) : []
}

/** Tells whether another login could change what a condition comes to. */
export function readsLogin(expression: Expression): boolean {
  return attributesIn(expression).some(({ source, path: [first = ''] }) => source === 'token' && loginClaims.has(first))
}

const loginClaims: ReadonlySet<string> = new Set(['acr', 'amr', 'auth_time'])
