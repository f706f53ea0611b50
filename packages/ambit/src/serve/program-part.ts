import type { Metrics } from '../observe/metrics.ts'
import type { GivenListeners } from './listeners.ts'

/** What a server that is one of several processes is given by the program above it. */
export type ProgramPart = {
  readonly listeners: GivenListeners
  /** Whether this process stores what the configuration declares, once for all, before the others begin. */
  readonly isFirst: boolean
  /** The metrics of all processes together. */
  readonly printMetrics: Metrics['print']
}
