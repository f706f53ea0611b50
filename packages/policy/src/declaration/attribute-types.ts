import type { Condition } from './condition.ts'

/** Tells attributes of different types apart; it exists in types only. */
declare const typeOf: unique symbol

/** What every attribute can be asked. */
interface AnyAttribute {
  /** Holds where the attribute is there and is not null. */
  present(): Condition
}

/** A text in a condition. */
interface TextAttribute<T extends string = string> extends AnyAttribute {
  readonly [typeOf]: 'text'
  eq(other: T | TextAttribute): Condition
  ne(other: T | TextAttribute): Condition
  in(list: readonly T[] | ListAttribute<string>): Condition
}

/** A number in a condition. */
interface NumberAttribute<T extends number = number> extends AnyAttribute {
  readonly [typeOf]: 'number'
  eq(other: T | NumberAttribute): Condition
  ne(other: T | NumberAttribute): Condition
  lt(other: number | NumberAttribute): Condition
  lte(other: number | NumberAttribute): Condition
  gt(other: number | NumberAttribute): Condition
  gte(other: number | NumberAttribute): Condition
  in(list: readonly T[] | ListAttribute<number>): Condition
  /** Holds where this differs from `base` by at most so many percent of `base`; exact for whole numbers. */
  within(percent: number, base: number | NumberAttribute): Condition
}

/** A boolean in a condition. */
interface FlagAttribute extends AnyAttribute {
  readonly [typeOf]: 'flag'
  isTrue(): Condition
  isFalse(): Condition
  eq(other: FlagAttribute): Condition
  ne(other: FlagAttribute): Condition
}

/** A list of texts or numbers in a condition. */
interface ListAttribute<E extends string | number> extends AnyAttribute {
  readonly [typeOf]: 'list'
  contains(item: E | AttributeOf<E>): Condition
}

/** The token's authentication context class, in the order of the policy's levels. @spec RFC 9470 §4 */
interface LevelAttribute<Level extends string> extends TextAttribute<Level> {
  lt(level: Level): Condition
  lte(level: Level): Condition
  gt(level: Level): Condition
  gte(level: Level): Condition
}

/** An object in a condition: its members are attributes too. */
type ObjectAttribute<T> = AnyAttribute &
  MembersOf<T> & {
    /** Reaches a member by name, also one that is called like an operator. */
    at<K extends MemberName<T>>(name: K): AttributeOf<T[K]>
  }

/** What conditions can read: no methods, and not the two names that every object attribute has itself. */
type MemberName<T> = { [K in keyof T]-?: IsMethod<T[K]> extends true ? never : K }[keyof T] & string

type IsMethod<V> = [NonNullable<V>] extends [(...args: never[]) => unknown] ? true : false

type MembersOf<T> = { readonly [K in Exclude<MemberName<T>, 'at' | 'present'>]-?: AttributeOf<T[K]> }

/** An attribute with the operators of its type. Whether it may be missing makes no difference: where it is, nothing holds. */
export type AttributeOf<V> = AttributeOfPresent<NonNullable<V>>

type AttributeOfPresent<V> = [V] extends [string]
  ? TextAttribute<V>
  : [V] extends [number]
    ? NumberAttribute<V>
    : [V] extends [boolean]
      ? FlagAttribute
      : [V] extends [readonly (infer E)[]]
        ? ListOf<E>
        : [V] extends [object]
          ? ObjectAttribute<V>
          : AnyAttribute

type ListOf<E> = [E] extends [string] ? ListAttribute<E> : [E] extends [number] ? ListAttribute<E> : AnyAttribute

/** The claims of an access token that a condition can read without declaring them. @spec RFC 9068 §2.2 */
type StandardClaims = {
  readonly iss: string
  readonly sub: string
  readonly client_id: string
  readonly auth_time: number
}

/** The token in a condition. */
export type TokenAttribute<Claims, Level extends string> = ObjectAttribute<
  Claims & Omit<StandardClaims, keyof Claims>
> & { readonly acr: LevelAttribute<Level> }
