import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { extname, join } from 'node:path'
import { parseFromWorker } from './message.ts'
import type { Fork } from './worker.ts'

const entry = join(import.meta.dirname, `worker-main${extname(import.meta.filename)}`)
const alive = new Set<ChildProcess>()

/** Starts a process of this program that serves. It writes to the same output, and ends when this process does. */
export const forkWorker: Fork = on => {
  const cache = getCompileCacheDir()
  const child = fork(entry, [], {
    serialization: 'advanced',
    env: { ...process.env, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) },
  })
  let isGone = false
  alive.add(child)
  child.on('message', message => {
    const parsed = parseFromWorker(message)
    if (parsed) on.message(parsed)
  })
  const end = (how: string) => {
    alive.delete(child)
    if (!isGone) on.exit(how)
    isGone = true
  }
  child.on('error', error => child.pid === undefined && end(error.message))
  child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`))
  return {
    pid: child.pid,
    tell: (message, socket) => {
      // whoever has ended is told of by its exit
      if (child.connected) child.send(message, socket, {}, () => {})
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

// a second signal, or an exception, ends this program without waiting for anything
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})
