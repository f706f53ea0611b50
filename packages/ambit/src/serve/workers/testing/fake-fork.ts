import type { FromWorker, ToWorker } from '../message.ts'
import type { Fork } from '../worker.ts'

/** A process that a test plays. */
export type FakeProcess = {
  readonly told: ToWorker[]
  readonly say: (message: FromWorker) => void
  readonly exit: (how: string) => void
  isKilled: boolean
}

/** How a process behaves that serves when it is told to, and ends when it is told to. */
export const willing = (workers: number) => (told: ToWorker, process: FakeProcess) => {
  const address = { port: 0, host: '127.0.0.1', setting: '--port' }
  if (told.kind === 'load') process.say({ kind: 'loaded', plan: { workers, addresses: { plain: address } } })
  if (told.kind === 'begin')
    process.say({ kind: 'serving', serving: { origin: 'http://localhost:1', issuer: 'http://localhost:1', port: 1 } })
  if (told.kind === 'end') process.exit('exit code 0')
}

/** Forks processes that a test plays; what each does with what it is told can be changed. */
export function fakeFork(behave: (told: ToWorker, process: FakeProcess) => void) {
  const processes: FakeProcess[] = []
  const world = { processes, behave, fork }
  function fork(on: Parameters<Fork>[0]): ReturnType<Fork> {
    const process: FakeProcess = {
      told: [],
      say: message => queueMicrotask(() => on.message(message)),
      exit: how => queueMicrotask(() => on.exit(how)),
      isKilled: false,
    }
    processes.push(process)
    return {
      pid: processes.length,
      tell: told => {
        process.told.push(told)
        world.behave(told, process)
      },
      kill: () => {
        if (!process.isKilled) process.exit('signal SIGKILL')
        process.isKilled = true
      },
    }
  }
  return world
}
