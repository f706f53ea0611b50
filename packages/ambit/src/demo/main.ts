import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config/config-error.ts'
import { createLog } from '../observe/log.ts'
import { StartError } from '../serve/start-error.ts'
import { greeting } from './greeting.ts'
import { portVariable } from './listener.ts'
import { startDemo } from './start-demo.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const firstPort = 8080

/** Starts the demonstration, says where it is, and stops it on a signal. */
async function main(): Promise<void> {
  const folder = join(root, '.ambit')
  mkdirSync(folder, { recursive: true })
  const log = createLog({ level: 'warn', format: 'pretty', destination: process.stderr })
  const demo = await startDemo({ port: readPort(), store: join(folder, 'demonstration.sqlite'), log })
  process.stdout.write(greeting(demo, Math.round(performance.now())))
  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)

  function stop(): void {
    if (isStopping) process.exit(1)
    isStopping = true
    void demo.close().then(() => process.exit(0), fail)
  }
}

/** @throws {StartError} when the variable holds no port that leaves room for two more */
function readPort(): number {
  const text = process.env[portVariable] ?? ''
  if (text === '') return firstPort
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_533) return port
  throw new StartError(`${portVariable} is \`${text}\`; a number from 1 to 65533 is wanted, the first of three ports`)
}

function fail(error: unknown): void {
  const isExpected = error instanceof StartError || error instanceof ConfigError
  process.stderr.write(`ambit: ${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}

main().catch(fail)
