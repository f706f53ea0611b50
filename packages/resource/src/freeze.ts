/** Freezes a JSON value with all that it holds, however deep, so that who is given it cannot change it for others. */
export function freezeDeep<T extends object>(value: T): T {
  const waiting: object[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    Object.freeze(next)
    const members: readonly unknown[] = Array.isArray(next) ? next : Object.values(next)
    for (const member of members) if (typeof member === 'object' && member !== null) waiting.push(member)
  }
  return value
}
