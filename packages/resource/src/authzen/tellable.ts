// RFC 8259 §3, RFC 7493 §2.2
const deepest = 32

/**
 * Finds a value that JSON cannot carry as it is, so that another program would decide about something else: a date, a
 * number that is not finite or exact, a function, an object of a class, a circle. Members that are `undefined` count as
 * left out.
 * @returns its path, or `undefined` where all can be told
 */
export function untellableIn(value: unknown, at: string, depth = 0): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'string') return value.isWellFormed() ? undefined : at
  if (typeof value === 'number') return isExact(value) ? undefined : at
  if (typeof value !== 'object' || depth === deepest) return at
  if (Array.isArray(value)) return first(value, (each, index) => untellableIn(each, `${at}[${index}]`, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return at
  if ('toJSON' in value) return at
  return first(Object.entries(value), ([name, each]) =>
    each === undefined ? undefined : untellableIn(each, `${at}.${name}`, depth + 1),
  )
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}

function first<T>(values: readonly T[], look: (value: T, index: number) => string | undefined): string | undefined {
  for (const [index, value] of values.entries()) {
    const found = look(value, index)
    if (found !== undefined) return found
  }
  return undefined
}
