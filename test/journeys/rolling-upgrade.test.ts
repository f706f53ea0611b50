import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasDatabaseServer } from '../../packages/store/src/postgres/testing/database-server.ts'
import { printReport } from '../../scripts/chaos/report.ts'
import { runScenario } from '../../scripts/chaos/run-scenario.ts'
import { scenarios } from '../../scripts/chaos/scenarios.ts'

const isWindows = process.platform === 'win32'
const skip = isWindows || !hasDatabaseServer() ? 'it wants signals of POSIX and a PostgreSQL package' : false

test('two nodes are exchanged for a program with a newer schema, and no request fails', { skip }, async () => {
  const scenario = scenarios.find(({ id }) => id === 'upgrade')
  assert.ok(scenario)
  const effort = { seconds: 0.9, hold: 1, measures: 1, pause: 20, patience: 10, seed: 7 }
  const report = await runScenario(scenario, effort, () => {})
  assert.ok(report.isPassed, printReport(report))
  assert.equal(report.counts.answered, report.counts.requests)
})
