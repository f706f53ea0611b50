// OpenAPI 3.1 §4.8.12, §4.8.13, §4.8.24
/** A parameter as the document shows it. */
export type ParameterDescription = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: true
  readonly schema: object
  readonly example?: unknown
}

/** A body as the document shows it. */
export type BodyDescription = { readonly schema: object; readonly example: object }

/** A name: 1 to 40 characters. */
export const text = { type: 'string', minLength: 1, maxLength: 40 } as const
/** A price. */
export const amount = { type: 'number', minimum: 0, maximum: 1000 } as const
/** A number of things. */
export const whole = { type: 'integer', minimum: 0, maximum: 1000 } as const
/** The number by which something is known. */
export const id = { type: 'integer', minimum: 1 } as const

/** An object that has all of some members. */
export function objectOf(properties: object): object {
  return { type: 'object', required: Object.keys(properties), properties }
}

/** A list of things. */
export function listOf(items: object): object {
  return { type: 'array', items }
}

/** A pet, an order, a supply order and an item, as they are shown. */
export const pet = objectOf({ id, name: text })
export const order = objectOf({ id, pet: text, by: { type: 'string' } })
export const supply = objectOf({ id, supplier: { type: 'string' } })
export const item = objectOf({
  name: text,
  store: { type: 'string' },
  number: { type: 'integer' },
  price: { type: 'number' },
  locked: { type: 'boolean' },
})
