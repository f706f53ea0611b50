// RFC 6749 §3.3
import type { Catalogue, ScopeSet } from '@ambit/scope'

/**
 * The set of a scope that a record holds as text, without what the catalogue no longer knows. Texts that were read lately give
 * the same set again, so that what is known of a set need not be found out for each request.
 */
export function heldScope(catalogue: Catalogue, text: string): ScopeSet {
  if (text === '') return catalogue.empty
  const parsed = catalogue.parse(text)
  // longer than a request may be: it was put together here
  return parsed.ok ? parsed.value.scope : catalogue.read(text.split(' ')).scope
}
