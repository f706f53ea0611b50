import type { SqlValue } from './statement.ts'

/**
 * Whether a database can hold the text as it is: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates. Where it cannot,
 * nothing is stored under it: a read that is asked for one finds nothing, without asking the database.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Whether a database cannot hold a value of a call: it would be refused, or stored as another. */
export function isUnstorable(value: SqlValue): boolean {
  return typeof value === 'string' && !isStorable(value)
}

/** What is wrong with a call that would store such a value. */
export function unstorable(): Error {
  return new Error('a text with NUL or a lone surrogate cannot be stored; wanted is what `storable` makes of it')
}

/**
 * A text that can be stored in the place of one that may not be, always the same one: for what strangers name and what is
 * only counted or remembered. A text that is storable stays as it is.
 */
export function storable(text: string): string {
  return isStorable(text) ? text : JSON.stringify(text)
}
