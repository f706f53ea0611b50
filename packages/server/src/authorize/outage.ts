// RFC 6749 §4.1.2.1
import { type Refusal, refuse } from '@ambit/protocol'
import { StoreUnavailable } from '../ports/store-unavailable.ts'

/**
 * What the client is told of an outage of the store where nobody could load a page again: there is none (`prompt=none`), or the
 * request has ended here by then. Everywhere else people get the page, which does go on once the store is back.
 * @spec RFC 6749 §4.1.2.1
 * @throws whatever else it is given
 */
export function refuseOutage(error: unknown): Refusal<'temporarily_unavailable'> {
  if (!(error instanceof StoreUnavailable)) throw error
  return refuse('temporarily_unavailable', 'the server cannot reach its store, try again', error.message)
}
