import { Unreachable } from './connect-failure.ts'
import { type Connection, type ConnectionLimits, openConnection } from './connection.ts'
import type { ConnectionPlan } from './connection-url.ts'

/** Opens connections to the servers of a plan, as often as it is called: first to the one that was good the last time, then to the others in their order. */
export function clusterOf(plan: ConnectionPlan, limits: ConnectionLimits): () => Promise<Connection> {
  let [best] = plan.hosts
  return async () => {
    const failures: Unreachable[] = []
    for (const host of [...plan.hosts].sort((a, b) => Number(b === best) - Number(a === best))) {
      try {
        const connection = await openConnection(plan, host, limits)
        best = host
        return connection
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error
        failures.push(error)
      }
    }
    throw join(failures)
  }
}

function join(failures: readonly Unreachable[]): Unreachable {
  const [first] = failures
  if (first && failures.length === 1) return first
  const message = failures.map(failure => failure.message).join('; ')
  return new Unreachable(message, { cause: first, isLasting: failures.every(({ isLasting }) => isLasting) })
}
