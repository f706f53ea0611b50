import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** The version of this package. */
export function version(): string {
  const path = findPackageJSON('.', import.meta.url)
  const facts: unknown = path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8'))
  const isNamed = typeof facts === 'object' && facts !== null && 'version' in facts
  return isNamed && typeof facts.version === 'string' ? facts.version : 'unknown'
}
