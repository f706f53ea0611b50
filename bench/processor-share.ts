import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processesOf } from './process-tree.ts'

/** A place where control groups are made that limit processor time. */
export type ProcessorGroups = {
  /** The folder that new groups go into. */
  readonly folder: string
  /** Files of a group, and what goes into them, for so many microseconds in each period of so many. */
  readonly files: (quota: number, period: number) => Readonly<Record<string, string>>
}

/** A share of a processor, from 0.1 to 1, and where groups are made for it. */
export type Limit = { readonly groups: ProcessorGroups; readonly share: number }

/** Short, so that a process which has used up its part waits for some milliseconds and not for a tenth of a second; a quota of 1,000 µs is the least that the kernel takes. */
const period = 10_000

const kinds = {
  /** @see https://docs.kernel.org/scheduler/sched-bwc.html */
  cgroup: (quota: number, each: number) => ({ 'cpu.cfs_period_us': `${each}`, 'cpu.cfs_quota_us': `${quota}` }),
  /** @see https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files */
  cgroup2: (quota: number, each: number) => ({ 'cpu.max': `${quota} ${each}` }),
} as const

/**
 * Finds where control groups are made, from the text of a `/proc/mounts`: the first version's hierarchy of the processor, or the
 * second version's only one.
 */
export function findProcessorGroups(mounts: string): ProcessorGroups | undefined {
  const all = mounts.split('\n').map(line => line.split(' '))
  const first = all.find(([, , type, options = '']) => type === 'cgroup' && options.split(',').includes('cpu'))
  const [, folder] = first ?? all.find(([, , type]) => type === 'cgroup2') ?? []
  return folder === undefined ? undefined : { folder, files: first ? kinds.cgroup : kinds.cgroup2 }
}

/** The control groups of this machine. @throws where there are none, or this user may not make any */
export function processorGroups(): ProcessorGroups {
  const groups = process.platform === 'linux' ? findProcessorGroups(readFileSync('/proc/mounts', 'utf8')) : undefined
  if (!groups) throw new Error('--share wants control groups of Linux, and there are none that limit processors')
  try {
    const probe = makeGroup(groups, `ambit-bench-${process.pid}`, 1)
    rmdirSync(probe)
  } catch (cause) {
    throw new Error(`--share wants to make control groups in ${groups.folder}, which takes root`, { cause })
  }
  return groups
}

/** Gives each process of a tree its share by a group of its own; answers what removes the groups, once the processes have ended. */
export function shareOut({ groups, share }: Limit, pid: number): () => void {
  const made = processesOf(pid).map(each => {
    const group = makeGroup(groups, `ambit-bench-${process.pid}-${each}`, share)
    writeFileSync(join(group, 'cgroup.procs'), `${each}`)
    return group
  })
  return () => {
    for (const group of made) rmdirSync(group)
  }
}

function makeGroup({ folder, files }: ProcessorGroups, name: string, share: number): string {
  const group = join(folder, name)
  mkdirSync(group)
  const quota = Math.round(share * period)
  for (const [file, text] of Object.entries(files(quota, period))) writeFileSync(join(group, file), text)
  return group
}
