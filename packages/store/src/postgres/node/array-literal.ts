import type { SqlType, SqlValue } from './statement.ts'

/** An array as PostgreSQL writes it: several times as quick as the driver's own, which looks at the type of each value. */
export function arrayLiteral(type: SqlType, values: readonly SqlValue[]): string {
  if (type === 'text') return `{${values.map(quote).join(',')}}`
  return `{${values.map(value => (value === null ? 'NULL' : String(value))).join(',')}}`
}

const special = /["\\]/

function quote(value: SqlValue): string {
  if (value === null) return 'NULL'
  const text = String(value)
  return special.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
