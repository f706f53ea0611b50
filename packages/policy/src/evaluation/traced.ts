import type { Decision } from '../decision.ts'
import type { Surroundings } from './read.ts'
import type { LoadedFact } from './request-facts.ts'

/** A decision and what it was read from. */
export type Traced = {
  readonly decision: Decision
  readonly surroundings: Surroundings
  /** What came of the facts that were fetched, by name. */
  readonly loaded: ReadonlyMap<string, LoadedFact>
}
