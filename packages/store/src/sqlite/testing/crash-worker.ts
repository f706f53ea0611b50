import { writeSync } from 'node:fs'
import { runFlows } from '../../testing/flow.ts'
import { sqliteStore } from '../node/sqlite-store.ts'

/** Redeems and rotates without end, and writes a line once a step is answered. */
const store = sqliteStore({ path: process.argv[2] ?? '' })
await runFlows(store, (flow, step, kind) => void writeSync(1, `${flow} ${step} ${kind}\n`))
