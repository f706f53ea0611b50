// RFC 8259 §4
/** A JSON object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object that a text is; `undefined` where it is something else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a value is an object, and neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that is a text with something in it. */
export function textIn(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A member that is a list of texts; `undefined` where it is none. */
export function textsIn(object: JsonObject, name: string): readonly string[] | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return Array.isArray(value) && value.every(each => typeof each === 'string') ? value : undefined
}

/** A member that is a finite number. */
export function numberIn(object: JsonObject, name: string): number | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
