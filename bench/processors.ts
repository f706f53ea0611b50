import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { processesOf } from './process-tree.ts'

/** The processor for the server and the one for the load; undefined where processes cannot be pinned. */
export type Pinning = { readonly server: number; readonly load: number } | undefined

/** Finds two processors that this process may use, where there is `taskset` to pin with. */
export function findPinning(): Pinning {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined
  const [server, load] = allowedProcessors(readFileSync('/proc/self/status', 'utf8'))
  return server === undefined || load === undefined ? undefined : { server, load }
}

/** Reads the list of allowed processors, such as `0-3,8`, from the text of a `/proc/<pid>/status`. */
export function allowedProcessors(status: string): readonly number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? ''
  return list.split(',').flatMap(range => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

/** Moves a process, with all its threads and the processes that it has started, to some processors. */
export function pinTree(pid: number, processors: readonly number[]): void {
  for (const each of processesOf(pid)) spawnSync('taskset', ['-acp', processors.join(','), String(each)])
}

/** The command that starts a program on the server's processor. */
export function pinnedCommand(pinning: Pinning, command: readonly string[]): readonly string[] {
  return pinning ? ['taskset', '-c', String(pinning.server), ...command] : command
}
