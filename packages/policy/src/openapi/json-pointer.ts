// RFC 6901
/** An object of a parsed document. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Tells whether a value is an object with named members. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of an object's own member. */
export function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** A text or number as text; anything else is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** One step deeper. @spec RFC 6901 §3 */
export function pointerTo(pointer: string, ...names: readonly (string | number)[]): string {
  return [pointer, ...names.map(name => String(name).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

/** Finds what a pointer points to; `undefined` where that is nothing. @spec RFC 6901 §4 */
export function valueAt(document: unknown, pointer: string): unknown {
  if (pointer === '') return document
  if (!pointer.startsWith('/')) return undefined
  const names = pointer.slice(1).split('/')
  return names.reduce<unknown>((value, name) => {
    const plain = name.replaceAll('~1', '/').replaceAll('~0', '~')
    return Array.isArray(value) ? value[/^(?:0|[1-9]\d*)$/.test(plain) ? Number(plain) : -1] : memberOf(value, plain)
  }, document)
}

/** Reads the pointer in the fragment of a reference; `undefined` where it holds none. @spec RFC 6901 §6 */
export function pointerIn(fragment: string): string | undefined {
  try {
    const pointer = decodeURIComponent(fragment)
    return pointer === '' || pointer.startsWith('/') ? pointer : undefined
  } catch {
    return undefined
  }
}
