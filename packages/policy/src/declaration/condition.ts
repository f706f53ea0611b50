import type { Expression } from '../expression.ts'

/** A condition that is built from attributes and their operators, so that it can be read as well as decided. */
export class Condition {
  readonly #expression: Expression

  /** Only the operators of attributes make conditions. */
  constructor(expression: Expression) {
    this.#expression = expression
  }

  /** The condition as a tree. */
  get expression(): Expression {
    return this.#expression
  }

  /** Holds where this and all the others hold; reads from left to right and stops at the first that does not. */
  and(...others: readonly Condition[]): Condition {
    const all = [this, ...others].map(expressionOf)
    return new Condition({ kind: 'and', all: all.flatMap(part => (part.kind === 'and' ? part.all : [part])) })
  }

  /** Holds where this or one of the others holds; reads from left to right and stops at the first that does. */
  or(...others: readonly Condition[]): Condition {
    const any = [this, ...others].map(expressionOf)
    return new Condition({ kind: 'or', any: any.flatMap(part => (part.kind === 'or' ? part.any : [part])) })
  }

  /** Holds where this does not. Where this is an error, so is its opposite. */
  not(): Condition {
    return new Condition({ kind: 'not', of: this.#expression })
  }
}

/**
 * Gives the tree of a condition.
 * @throws {TypeError} for anything that is not built from attributes, such as a boolean or a function
 */
export function expressionOf(condition: unknown): Expression {
  if (condition instanceof Condition) return condition.expression
  const found = typeof condition === 'boolean' ? `\`${condition}\`` : `a value of type ${typeof condition}`
  throw new TypeError(
    `${found} is no condition; one is built with the operators of attributes, as in \`item.store.eq(token.store)\``,
  )
}
