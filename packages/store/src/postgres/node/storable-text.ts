/**
 * Whether a database can hold the text as it is: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates. Where it cannot,
 * nothing is stored under it: a read that is asked for one finds nothing, without asking the database.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/**
 * A text that can be stored in the place of one that may not be, always the same one: for what strangers name and what is
 * only counted or remembered. A text that is storable stays as it is.
 */
export function storable(text: string): string {
  return isStorable(text) ? text : JSON.stringify(text)
}
