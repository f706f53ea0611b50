// RFC 7591 §2
import type { ClientMetadata, ClientRecord } from '../ports/records.ts'

/** A member of the client metadata: how it is checked when a client is registered, and how it is read ever after. @spec RFC 7591 §2 */
export type ClientMetadataField<T> = {
  /** As it is registered. */
  readonly name: string
  /** What is wanted, for whoever sent something else. */
  readonly wanted: string
  /** The value, where it is one. */
  readonly parse: (value: unknown) => T | undefined
}

/** What a client has registered under a name; `undefined` where it has not. */
export function metadataOf<T>(
  { metadata }: Pick<ClientRecord, 'metadata'>,
  field: ClientMetadataField<T>,
): T | undefined {
  const value = metadata?.[field.name]
  return value === undefined ? undefined : field.parse(value)
}

/** Something that is wrong with client metadata: where, and what is wanted. */
export type MetadataProblem = { readonly name: string; readonly message: string }

/** Checks metadata against the fields that are known; what is not known is a problem too. */
export function findMetadataProblems(
  metadata: ClientMetadata,
  fields: readonly ClientMetadataField<unknown>[],
): readonly MetadataProblem[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    const field = fields.find(each => each.name === name)
    if (field === undefined) return [{ name, message: 'is not known here: no feature that is switched on reads it' }]
    return field.parse(value) === undefined ? [{ name, message: `${field.wanted} is wanted` }] : []
  })
}

/** A member that is true or false. */
export function booleanField(name: string): ClientMetadataField<boolean> {
  return { name, wanted: 'true or false', parse: value => (typeof value === 'boolean' ? value : undefined) }
}

/** A member that is one of some words. */
export function wordField<const W extends string>(name: string, words: readonly W[]): ClientMetadataField<W> {
  return { name, wanted: `one of ${words.join(', ')}`, parse: value => words.find(word => word === value) }
}

/** A member that is a text of some form. */
export function textField(
  name: string,
  wanted: string,
  isGood: (text: string) => boolean = text => text !== '',
): ClientMetadataField<string> {
  return { name, wanted, parse: value => (typeof value === 'string' && isGood(value) ? value : undefined) }
}

/** A member that is a list of texts of some form. */
export function textsField(
  name: string,
  wanted: string,
  isGood: (text: string) => boolean = text => text !== '',
): ClientMetadataField<readonly string[]> {
  const isList = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every(each => typeof each === 'string' && isGood(each))
  return { name, wanted, parse: value => (isList(value) ? value : undefined) }
}
