import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasDatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { printReport } from '../../scripts/chaos/report.ts'
import { type Effort, runScenario } from '../../scripts/chaos/run-scenario.ts'
import { scenarios } from '../../scripts/chaos/scenarios.ts'

const effort = { seconds: 1.8, hold: 2, measures: 1, pause: 20, patience: 10, seed: 7 }
const isWindows = process.platform === 'win32'
const skip = isWindows || !hasDatabaseServer() ? 'it wants signals of POSIX and a PostgreSQL package' : false

/** Runs a short form of a scenario of `npm run chaos`, which tells what must hold. */
async function pull(id: string, changes: Partial<Effort> = {}): Promise<void> {
  const scenario = scenarios.find(each => each.id === id)
  assert.ok(scenario)
  const report = await runScenario(scenario, { ...effort, ...changes }, () => {})
  assert.ok(report.isPassed, printReport(report))
  assert.ok(report.audit.tokens.good > 0, 'there were tokens to look at')
  assert.ok(report.firstGoodAfterStrike !== undefined, 'service came back')
}

const pulled = {
  node: 'a node is killed: the other one serves, and nothing that was answered is lost or good twice',
  'node-sqlite':
    'a node on a shared SQLite file is killed: the other one serves, and nothing that was answered is lost',
  worker: 'a worker is killed: it is replaced, and nothing that was answered is lost or good twice',
  database:
    'the database is killed and started again: until then 503 with Retry-After, and nothing is lost or good twice',
  failover:
    'a replica takes the place of the primary: until then 503 with Retry-After, and nothing is lost or good twice',
  'pause-database':
    'the database stands still: until it goes on 503 with Retry-After, and nothing is lost or good twice',
} as const

for (const [id, name] of Object.entries(pulled)) test(name, { skip }, () => pull(id))

test('a node stands still: what its clients gave up is not carried out when it goes on', { skip }, () =>
  pull('pause-node', { hold: 4, patience: 1.5 }),
)
