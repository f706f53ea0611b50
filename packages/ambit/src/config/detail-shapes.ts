// RFC 9396 §2
import type { LocalizedText } from '@ambit/scope'
import type { DetailField, DetailFields, DetailTypes } from '@ambit/server'
import { type Field, field, flag, isObject, join, listOf, mapOf, object, oneOf, text, whole } from './fields.ts'
import { resourceUri } from './values.ts'

/** Words in one language, or in several by their tags. */
const localized: Field<LocalizedText> = {
  wanted: 'a text, or an object of texts by language,',
  parse: (value, place) => (isObject(value) ? mapOf(text).parse(value, place) : text.parse(value, place)),
}

const number = field('a number', (value): value is number => typeof value === 'number' && Number.isFinite(value))

const declared = { label: localized, optional: flag } as const

/** What each kind of field says of itself; `object` holds fields in turn. */
const kinds = {
  text: object({ kind: oneOf('text'), ...declared, maxLength: whole(1, 10_000), pattern: text }, ['kind', 'label']),
  number: object({ kind: oneOf('number'), ...declared, min: number, max: number, whole: flag, narrow: flag }, [
    'kind',
    'label',
  ]),
  amount: object({ kind: oneOf('amount'), ...declared, currencies: listOf(text), max: text, narrow: flag }, [
    'kind',
    'label',
    'currencies',
  ]),
  choices: object({ kind: oneOf('choices'), ...declared, values: mapOf(localized), narrow: flag }, [
    'kind',
    'label',
    'values',
  ]),
  locations: object({ kind: oneOf('locations'), ...declared }, ['kind', 'label']),
  object: object({ kind: oneOf('object'), ...declared, fields: lazily(() => detailFields) }, [
    'kind',
    'label',
    'fields',
  ]),
} as const satisfies { readonly [K in DetailField['kind']]: Field<DetailField> }

const kind = oneOf('text', 'number', 'amount', 'choices', 'locations', 'object')

const detailField: Field<DetailField> = {
  wanted: 'an object with `kind` and `label`',
  parse(value, place) {
    const named = kind.parse(isObject(value) ? value['kind'] : value, { ...place, path: join(place.path, 'kind') })
    return named && kinds[named].parse(value, place)
  },
}

const detailFields: Field<DetailFields> = mapOf(detailField)

/** The types of authorization details by their names. @spec RFC 9396 §2 */
export const detailTypes: Field<DetailTypes> = mapOf(
  object(
    {
      title: localized,
      description: localized,
      risk: oneOf('ordinary', 'sensitive', 'dangerous'),
      fields: detailFields,
      resource: resourceUri,
      mustBeAlone: flag,
      clientCredentials: listOf(text),
    },
    ['title', 'fields'],
  ),
)

/** A field that is not there yet when it is named. */
function lazily<T>(find: () => Field<T>): Field<T> {
  return { wanted: 'an object', parse: (value, place) => find().parse(value, place) }
}
