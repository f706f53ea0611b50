import { writeSync } from 'node:fs'
import { sqliteStore } from '../node/sqlite-store.ts'
import { codeOf, issuedOf, rotations, spendingOf } from './flow.ts'

/** Redeems and rotates without end, sixteen flows at a time, and writes a line once a step is answered. */
const store = sqliteStore({ path: process.argv[2] ?? '' })
const lanes = 16
await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)))

async function runLane(lane: number): Promise<void> {
  for (let flow = lane; ; flow += lanes) {
    await store.saveCode(codeOf(flow))
    for (let step = 0; step <= rotations; step++) {
      const { kind } = await store.exchange(spendingOf(flow, step), issuedOf(flow, step))
      writeSync(1, `${flow} ${step} ${kind}\n`)
    }
  }
}
