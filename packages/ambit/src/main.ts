#!/usr/bin/env node
import { homedir } from 'node:os'
import { join } from 'node:path'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(`ambit: this is Node ${process.versions.node}; Node 24.12 or newer is needed\n`)
  process.exit(1)
}

// an older Node has no such export, and a static import would fail before the sentence above
const { enableCompileCache } = await import('node:module')
// halves the time to start; in the user's own folder, since whoever can write the cache can change the program
enableCompileCache(join(homedir(), '.cache', 'ambit'))

const { nodeIo } = await import('./cli/node-io.ts')
const { runProgram } = await import('./cli/program.ts')

process.exitCode = await runProgram(process.argv.slice(2), nodeIo())
