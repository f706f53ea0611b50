// Usage: workers.ts <path or URL of the store> <workers> <folder>
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { announce } from '../listening.ts'
import { configure } from './configuration.ts'

const [store, workers, folder] = process.argv.slice(2)
if (!store || !workers || !folder) throw new Error('usage: workers.ts <store> <workers> <folder>')

// the log is read until the program listens, and is not written afterwards
const file = join(folder, 'ambit.config.json')
writeFileSync(file, JSON.stringify({ ...configure(store, false), log: { level: 'info', format: 'json' } }))

const program = fileURLToPath(new URL('../../packages/ambit/src/main.ts', import.meta.url))
const words = ['--disable-warning=ExperimentalWarning', program, 'serve', '--config', file, '--workers', workers]
const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
process.once('SIGTERM', () => child.kill('SIGTERM'))
child.once('exit', code => process.exit(code ?? 1))

let isAnnounced = false
for await (const line of createInterface(child.stdout)) {
  const issuer = isAnnounced ? undefined : /"issuer":"([^"]+)"/.exec(line)?.[1]
  if (issuer === undefined) continue
  isAnnounced = true
  announce(issuer)
}
