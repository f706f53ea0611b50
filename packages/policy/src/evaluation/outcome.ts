import type { Comparison } from '../expression.ts'

/** What became of a condition; one that met a missing attribute or a wrong type is neither true nor false. */
export type Outcome = 'true' | 'false' | 'error'

/** Compares two values as a condition does. */
export function compareValues(by: Comparison, left: unknown, right: unknown): Outcome {
  if (by === 'eq') return isSameType(left, right) ? outcomeOf(left === right) : 'error'
  if (by === 'ne') return isSameType(left, right) ? outcomeOf(left !== right) : 'error'
  if (!isFiniteNumber(left) || !isFiniteNumber(right)) return 'error'
  if (by === 'lt') return outcomeOf(left < right)
  if (by === 'lte') return outcomeOf(left <= right)
  return outcomeOf(by === 'gt' ? left > right : left >= right)
}

/** Tells whether a number differs from another by at most so many percent of the other. */
export function isWithin(left: unknown, percent: number, right: unknown): Outcome {
  if (!isFiniteNumber(left) || !isFiniteNumber(right)) return 'error'
  const difference = Math.abs(left - right) * 100
  const allowed = percent * Math.abs(right)
  return isFiniteNumber(difference) && isFiniteNumber(allowed) ? outcomeOf(difference <= allowed) : 'error'
}

/** Tells whether a scalar is one of a list of such. */
export function isAmong(item: unknown, list: unknown): Outcome {
  if (!isScalar(item) || !Array.isArray(list)) return 'error'
  let found = false
  // an index, because holes are read too and count as wrong
  for (let at = 0; at < list.length; at++) {
    const other: unknown = list[at]
    if (!isSameType(item, other)) return 'error'
    if (other === item) found = true
  }
  return outcomeOf(found)
}

/** Tells whether a value is the boolean that is wanted. */
export function isBoolean(value: unknown, wanted: boolean): Outcome {
  return typeof value === 'boolean' ? outcomeOf(value === wanted) : 'error'
}

/** Turns an outcome around; an error stays one. */
export function negate(outcome: Outcome): Outcome {
  if (outcome === 'error') return outcome
  return outcome === 'true' ? 'false' : 'true'
}

/** The outcome that a boolean stands for. */
export function outcomeOf(holds: boolean): Outcome {
  return holds ? 'true' : 'false'
}

/** Tells whether a value can be compared at all. */
export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isFiniteNumber(value)
}

/** Tells whether a value is a list in which a condition can look for something. */
export function isListOfOneType(value: unknown): value is readonly (string | number | boolean)[] {
  if (!Array.isArray(value)) return false
  const list: readonly unknown[] = value
  const type = typeof list[0]
  // from `Array.from`, because holes count as wrong
  return Array.from(list).every(item => isScalar(item) && typeof item === type)
}

/** Tells whether a value is a number that can be compared. */
export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0
}

function isSameType(left: unknown, right: unknown): boolean {
  return typeof left === typeof right && isScalar(left) && isScalar(right)
}
