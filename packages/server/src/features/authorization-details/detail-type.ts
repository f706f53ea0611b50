// RFC 9396 §2
import type { LocalizedText } from '@ambit/scope'

type Declared = {
  /** What the consent page calls it. */
  readonly label: LocalizedText
  /** Whether a request may leave it out. */
  readonly optional?: boolean
}

/** A text of the client's. */
export type TextField = Declared & {
  readonly kind: 'text'
  /** In characters; 140 when absent. */
  readonly maxLength?: number
  /** A regular expression that the whole text must match. */
  readonly pattern?: string
}

/** A number; with `narrow` it is a limit, and a token can be asked for with a lower one. */
export type NumberField = Declared & {
  readonly kind: 'number'
  readonly min?: number
  readonly max?: number
  /** Whether only whole numbers will do. */
  readonly whole?: boolean
  readonly narrow?: boolean
}

/** Money: an object of `currency` and `amount`, a decimal text; with `narrow` a limit, as of a number. */
export type AmountField = Declared & {
  readonly kind: 'amount'
  /** Codes of ISO 4217. */
  readonly currencies: readonly string[]
  /** The most that can be asked for, as a decimal text. */
  readonly max?: string
  readonly narrow?: boolean
}

/** Some of a list of words; with `narrow` the user, and later a token request, can choose fewer. */
export type ChoicesField = Declared & {
  readonly kind: 'choices'
  /** What can be chosen, and what the consent page calls it. */
  readonly values: Readonly<Record<string, LocalizedText>>
  readonly narrow?: boolean
}

/** The resources that a detail is for; only as the field `locations`. @spec RFC 9396 §2.2 */
type LocationsField = Declared & { readonly kind: 'locations' }

/** Fields within a field. */
type ObjectField = Declared & { readonly kind: 'object'; readonly fields: DetailFields }

/** A field of an authorization detail. */
export type DetailField = TextField | NumberField | AmountField | ChoicesField | LocationsField | ObjectField

/** The fields of an authorization detail by their names; others are refused. */
export type DetailFields = { readonly [name: string]: DetailField }

/** A type of authorization details: what it means to people, and what a detail of it must be. @spec RFC 9396 §2 */
export type DetailType = {
  readonly title: LocalizedText
  readonly description?: LocalizedText
  readonly risk?: 'ordinary' | 'sensitive' | 'dangerous'
  readonly fields: DetailFields
  /** The one resource that it is for; absent where the details name theirs by `locations`, or are for any. */
  readonly resource?: string
  /** Whether a request may hold nothing beside one detail of this type. */
  readonly mustBeAlone?: boolean
  /** The clients that may have it without a user, by their ids; none when absent. @spec RFC 6749 §4.4 */
  readonly clientCredentials?: readonly string[]
}

/** The types of a server by their names. */
export type DetailTypes = Readonly<Record<string, DetailType>>

/** The declaration of a type or field; nothing that every object has by itself counts. */
export function ownMember<T>(members: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined
}

/** A value as an object whose members nobody has looked at; `undefined` for what is none. */
export function asMembers(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isMembers(value) ? value : undefined
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as a list of texts; `undefined` for what is none. */
export function asTexts(value: unknown): readonly string[] | undefined {
  return isTexts(value) ? value : undefined
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}
