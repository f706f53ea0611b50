import { execFileSync } from 'node:child_process'

/** The processes that a process has started, theirs included, the oldest first. */
export function descendantsOf(pid: number): readonly number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map(line => line.trim().split(/\s+/).map(Number))
  const childrenOf = (parent: number): readonly number[] =>
    pairs.flatMap(([child = 0, its = 0]) => (its === parent ? [child, ...childrenOf(child)] : []))
  return childrenOf(pid)
}

/** Sends a signal to a process and to all that it has started; those that have ended meanwhile are left out. */
export function signalTree(pid: number, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  for (const each of [pid, ...descendantsOf(pid)]) {
    try {
      process.kill(each, signal)
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH'
}
