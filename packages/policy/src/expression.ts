/** Where a condition takes a value from. */
export type Source =
  /** The access token: its claims by name, and `acr` and `auth_time` among them. */
  | 'token'
  /** The object of the call, as the application has it. */
  | 'resource'
  /** What the caller wants to do with it. */
  | 'input'
  /** What had to be fetched: relations, sharing lists; the first member of the path is the fact's name. */
  | 'fact'
  /** The members of one authorization detail of the declared type. @spec RFC 9396 §2 */
  | 'details'

/** A value that is written in a condition, or that an attribute has; a number is finite. */
export type Scalar = string | number | boolean

/** A value that an attribute of the application's data has. */
export type Attribute = {
  readonly kind: 'attribute'
  readonly source: Source
  /** The members to follow, outermost first; none for the source itself. */
  readonly path: readonly string[]
}

/** A value that is written in the condition. The values of a list are of one type; a declared list is not empty. */
export type Literal = { readonly kind: 'literal'; readonly value: Scalar | readonly Scalar[] }

/**
 * How high an authentication context class stands among the policy's levels, from 0 for the weakest; missing where it is
 * none of them.
 */
export type Level = { readonly kind: 'level'; readonly of: Attribute | Literal }

/** One side of a comparison. */
export type Operand = Literal | Attribute | Level

/** The comparisons of two values of one type; `lt` to `gte` want numbers. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'

/**
 * A condition as a tree: evaluated, explained, evaluated in part, exported and turned into boundary cases from one
 * declaration. Its outcome is true, false or an error.
 *
 * What is an error:
 * - An attribute is missing: a step of its path is no own property of an object (arrays, functions and what a prototype
 *   gives do not count), or its value is null or undefined.
 * - Its type is wrong: strings compare with strings by code units, finite numbers with finite numbers, booleans with
 *   booleans, and `eq` and `ne` want both sides of one type. A list is an array of scalars of one type; an item of another
 *   type than the list's is an error, and an empty list has room for no item of any type.
 *
 * `and` and `or` read from left to right and stop where the rest cannot change the outcome; an error that is reached makes
 * the whole condition an error, and `not` of an error is an error.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  /** |left − right| × 100 ≤ percent × |right|, all numbers; an error where either product is not finite. */
  | { readonly kind: 'within'; readonly left: Operand; readonly percent: number; readonly right: Operand }
  /** `item`, a scalar, is one of `list`. */
  | { readonly kind: 'in'; readonly item: Operand; readonly list: Operand }
  /** The attribute is a boolean and is this one. */
  | { readonly kind: 'is'; readonly value: boolean; readonly of: Operand }
  /** The attribute is there and is not null; an error only for a fact that could not be loaded. */
  | { readonly kind: 'present'; readonly of: Operand }
  | { readonly kind: 'and'; readonly all: readonly Expression[] }
  | { readonly kind: 'or'; readonly any: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
