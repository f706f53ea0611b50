#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// halves the time to start; in the user's own folder, since whoever can write the cache can change the program
enableCompileCache(join(homedir(), '.cache', 'ambit'))

const { nodeIo } = await import('./cli/node-io.ts')
const { runProgram } = await import('./cli/program.ts')

process.exitCode = await runProgram(process.argv.slice(2), nodeIo())
