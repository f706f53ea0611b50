import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** A journal that belongs to this run alone, or the process that has it. */
type JournalLock =
  | { readonly kind: 'taken'; readonly release: () => void }
  | { readonly kind: 'held'; readonly by: number; readonly file: string }

/** The locks of this process, which may have the number of one that is long gone. */
const own = new Set<string>()

/**
 * Takes a journal, and the tokens beside it, for one run: two at once would write over each other. What a process that is gone has
 * left is taken over.
 */
export function lockJournal(path: string): JournalLock {
  const file = `${path}.lock`
  if (!create(file)) {
    const by = holderOf(file)
    if (by !== undefined) return { kind: 'held', by, file }
    rmSync(file, { force: true })
    if (!create(file)) return { kind: 'held', by: holderOf(file) ?? 0, file }
  }
  own.add(file)
  return {
    kind: 'taken',
    release: () => {
      own.delete(file)
      rmSync(file, { force: true })
    },
  }
}

function create(file: string): boolean {
  try {
    const lock = openSync(file, 'wx', 0o600)
    writeSync(lock, `${process.pid}\n`)
    closeSync(lock)
    return true
  } catch (problem) {
    if (codeOf(problem) === 'EEXIST') return false
    throw problem
  }
}

/** The process that has the lock, where it is still there. */
function holderOf(file: string): number | undefined {
  const by = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (!Number.isInteger(by) || by <= 0) return undefined
  if (by === process.pid) return own.has(file) ? by : undefined
  try {
    process.kill(by, 0)
    return by
  } catch (problem) {
    return codeOf(problem) === 'EPERM' ? by : undefined
  }
}

function codeOf(problem: unknown): unknown {
  return problem instanceof Error && 'code' in problem ? problem.code : undefined
}
