// OpenAPI 3.2 §4.27
import { type SecurityScheme, valueAt } from '@ambit/policy'
import { fieldValues, type HeaderField } from '../../wire/exchange.ts'
import type { DocumentReader } from './document-reader.ts'
import { memberOf, textIn } from './json-value.ts'

/** The API keys that are sent with each call because their header fields are. */
export function schemesInFields(
  { root }: DocumentReader,
  schemes: Iterable<SecurityScheme>,
  headers: readonly HeaderField[],
): readonly string[] {
  return [...schemes].filter(scheme => isSent(valueAt(root, scheme.pointer), headers)).map(({ name }) => name)
}

function isSent(declared: unknown, headers: readonly HeaderField[]): boolean {
  const name = textIn(memberOf(declared, 'name'))
  const isKey = memberOf(declared, 'type') === 'apiKey' && memberOf(declared, 'in') === 'header'
  return isKey && name !== undefined && fieldValues(headers, name).length > 0
}
