import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** The resident memory of a process and of those that it started, in megabytes; what they share counts for each. */
export function residentMegabytes(pid: number): number {
  if (process.platform !== 'linux') {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / 1024
  }
  return sum(treeOf(pid).map(({ pid: each }) => residentOf(each)))
}

/** The processor time of a process and of those that it started, those that have ended too; NaN where the system does not tell. */
export function processorSeconds(pid: number): number {
  return process.platform === 'linux' ? sum(treeOf(pid).map(({ seconds }) => seconds)) : Number.NaN
}

/** The number of a process, and those of the processes that it started. */
export function processesOf(pid: number): readonly number[] {
  return process.platform === 'linux' ? treeOf(pid).map(each => each.pid) : [pid]
}

type Process = { readonly pid: number; readonly parent: number; readonly seconds: number }

function treeOf(root: number): readonly Process[] {
  const all = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? readProcess(Number(name)) : []))
  const known = new Set([root])
  for (let size = 0; size < known.size; ) {
    size = known.size
    for (const { pid, parent } of all) if (known.has(parent)) known.add(pid)
  }
  return all.filter(({ pid }) => known.has(pid))
}

/** Reads the parent, and the times in user and in system mode, its own and of children that ended, in ticks of 10 ms (proc_pid_stat(5), fields 4 and 14 to 17). */
function readProcess(pid: number): readonly Process[] {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = sum(fields.slice(11, 15).map(Number))
  return stat === '' ? [] : [{ pid, parent: Number(fields[1]), seconds: ticks / 100 }]
}

function residentOf(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
}

/** A process may end between being listed and being read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}
