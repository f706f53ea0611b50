import type { Metrics } from '../observe/metrics.ts'
import type { GivenListeners } from './listeners.ts'

/**
 * What a process does for all: the first one stores what the configuration declares, before the others begin. Whoever replaces it
 * goes on with what had to wait, and stores nothing: that what the file says by now is wanted nobody has said.
 */
export type Role = 'first' | 'heir' | 'other'

/** What a server that is one of several processes is given by the program above it. */
export type ProgramPart = {
  readonly listeners: GivenListeners
  readonly role: Role
  /** The metrics of all processes together. */
  readonly printMetrics: Metrics['print']
}
