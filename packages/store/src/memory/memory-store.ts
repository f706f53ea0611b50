import type { Store } from '@ambit/server'
import { clients, grants } from './clients.ts'
import { credentials } from './credentials.ts'
import { nodes } from './nodes.ts'
import { operations } from './operations.ts'
import { people } from './people.ts'
import { scopeUsage } from './scope-usage.ts'
import { emptyState } from './state.ts'
import { statuses } from './statuses.ts'
import { sweep } from './sweep.ts'
import { tickets } from './tickets.ts'

/** A store in memory, for tests and trials: of one process, and gone with it. Each method is atomic because it never waits inside. */
export function memoryStore(): Store {
  const state = emptyState()
  return {
    ...clients(state),
    ...people(state),
    ...grants(state),
    ...credentials(state),
    ...operations(state),
    ...nodes(state),
    ...scopeUsage(state),
    ...statuses(state),
    ...tickets(state),
    sweep: async (now, limit) => sweep(state, now, limit),
    ping: async () => {},
    close: async () => {},
  }
}
