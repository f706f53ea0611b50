/** Where a condition takes a value from. */
export type Source =
  /** The access token: its claims by name, and `acr` and `auth_time` among them. */
  | 'token'
  /** The object of the call, as the application has it. */
  | 'resource'
  /** What the caller wants to do with it. */
  | 'input'
  /** What had to be fetched: relations, sharing lists. */
  | 'fact'
  /** The members of one authorization detail of the declared type. @spec RFC 9396 §2 */
  | 'details'

/** A value that is written in a condition, or that an attribute has. */
export type Scalar = string | number | boolean

/** One side of a comparison. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Scalar | readonly Scalar[] }
  | {
      readonly kind: 'attribute'
      readonly source: Source
      /** The members to follow, outermost first. */
      readonly path: readonly string[]
    }
  /** How high the token's `acr` stands in the policy's ordered levels; missing where it is none of them. */
  | { readonly kind: 'level'; readonly of: Operand }

/** The comparisons of two values of one type; `lt` to `gte` and `within` want numbers. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'

/**
 * A condition as a tree: evaluated, explained, evaluated in part, exported and turned into boundary cases from one
 * declaration. A missing attribute or a wrong type is an error; `and` and `or` read from left to right and stop where
 * the rest cannot change the outcome, and an error that is reached makes the whole condition an error.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand }
  /** `left` differs from `right` by at most `percent` of `right`. */
  | { readonly kind: 'within'; readonly left: Operand; readonly percent: number; readonly right: Operand }
  /** `item` is one of `list`, which is an array. */
  | { readonly kind: 'in'; readonly item: Operand; readonly list: Operand }
  | { readonly kind: 'is'; readonly value: boolean; readonly of: Operand }
  /** The attribute is there and is not null. Never an error. */
  | { readonly kind: 'present'; readonly of: Operand }
  | { readonly kind: 'and'; readonly all: readonly Expression[] }
  | { readonly kind: 'or'; readonly any: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
