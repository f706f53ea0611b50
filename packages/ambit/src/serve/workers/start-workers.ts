import type { Config } from '../../config/config.ts'
import type { Log } from '../../observe/log.ts'
import { unrefTimer } from '../background.ts'
import { createLifetime } from '../lifetime.ts'
import { openMetricsListener } from '../listeners.ts'
import { forkWorker } from './fork-worker.ts'
import type { ConfigSource, Serving } from './message.ts'
import { SocketPool } from './socket-pool.ts'
import { Supervisor } from './supervisor.ts'
import type { WorkerFailure } from './worker-failure.ts'

/** A program whose workers serve. */
export type RunningWorkers = Serving & {
  readonly metricsOrigin?: string
  /** Why the program cannot go on: no worker serves, and none can be started. */
  readonly lost: Promise<WorkerFailure>
  /** Reads the configuration anew, without refusing anybody. */
  readonly reload: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A start that was called off; everything that it had begun has ended. */
export class StartStopped extends Error {
  override readonly name = 'StartStopped'
}

/**
 * Starts the workers of a configuration; answers when all of them serve. The signal calls the start off.
 * @throws {StartStopped} when it was called off
 * @throws {WorkerFailure} when one cannot serve
 * @throws {StartError} when an address cannot be had
 */
export async function startWorkers(
  config: Config,
  { source, log, signal }: { readonly source: ConfigSource; readonly log: Log; readonly signal: AbortSignal },
): Promise<RunningWorkers> {
  const lifetime = createLifetime()
  const sockets = new SocketPool()
  const millis = () => performance.now()
  const supervisor = new Supervisor({ source, fork: forkWorker, sockets, timer: unrefTimer, millis, log })
  lifetime.onClose(stayAlive())
  lifetime.onClose(() => supervisor.close())
  try {
    const metricsOrigin = await openMetricsListener(config, supervisor, lifetime)
    const serving = await supervisor.start(signal)
    return {
      ...serving,
      ...(metricsOrigin !== undefined && { metricsOrigin }),
      lost: supervisor.lost,
      reload: () => supervisor.reload(),
      close: () => lifetime.close(),
    }
  } catch (error) {
    await lifetime.close()
    if (signal.aborted) throw new StartStopped('the start was called off', { cause: error })
    throw error
  }
}

/** Keeps this process alive also while no worker lives and only the pause before the next one is waited for; answers how to end that. */
function stayAlive(): () => Promise<void> {
  const pulse = setInterval(() => {}, 2 ** 30)
  return () => Promise.resolve(clearInterval(pulse))
}
