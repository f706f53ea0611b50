import { writeSync } from 'node:fs'
import { runFlows } from './flow.ts'
import { openAt } from './opener.ts'

/** Redeems and rotates without end, and writes a line once a step is answered. */
const [, , opener = '', place = ''] = process.argv
const store = await openAt(opener, place)
await runFlows(store, (flow, step, kind) => void writeSync(1, `${flow} ${step} ${kind}\n`))
