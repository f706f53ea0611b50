/** JSON as a value; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** A member of an object; `undefined` where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}

/** A member that is a text. */
export function textAt(value: unknown, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = memberOf(value, name)
    if (typeof member === 'string') return member
  }
  return undefined
}

/** The elements of a list; none where it is something else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The scopes of a claim, which is a text or a list. @spec RFC 9068 §2.2.3 */
export function scopesOf(value: unknown): readonly string[] {
  const texts = typeof value === 'string' ? [value] : itemsOf(value).filter(each => typeof each === 'string')
  return texts.flatMap(text => text.split(' ')).filter(scope => scope !== '')
}
