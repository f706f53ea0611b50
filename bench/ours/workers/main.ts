// Usage: main.ts <path or URL of the store> <workers> <folder>
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { announce, listen } from '../../listening.ts'
import { configure } from '../configuration.ts'

const [store, workers, folder] = process.argv.slice(2)
if (!store || !workers || !folder) throw new Error('usage: workers.ts <store> <workers> <folder>')

// each token would be a line of the log, so nothing says that the program listens: it is asked at a port that was free
const port = await freePort()
const origin = `http://localhost:${port}`
const file = join(folder, 'ambit.config.json')
writeFileSync(file, JSON.stringify({ ...configure(store, false), port, log: { level: 'warn' } }))

const program = fileURLToPath(new URL('../../../packages/ambit/src/main.ts', import.meta.url))
const words = ['--disable-warning=ExperimentalWarning', program, 'serve', '--config', file, '--workers', workers]
const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] })
process.once('SIGTERM', () => child.kill('SIGTERM'))
child.once('exit', code => process.exit(code ?? 1))
while (!(await isReady())) await new Promise(resolve => setTimeout(resolve, 50))
announce(origin)

async function freePort(): Promise<number> {
  const probe = createServer()
  const { port: found } = new URL(await listen(probe))
  probe.close()
  await once(probe, 'close')
  return Number(found)
}

async function isReady(): Promise<boolean> {
  const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.ok === true
}
