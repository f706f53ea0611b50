import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { allCases, type CaseId, createSecretLedger, type RunRecord } from '@ambit/tester'
import { type Plant, startPlanted } from './planted-server.ts'
import { plantedServerDefects } from './planted-server-defects.ts'
import { runOnServer } from './verdicts/run-on-server.ts'

const found = new Set(Object.values(plantedServerDefects).map(defect => defect.found))

async function runOn(plant: Plant, isTried: (id: CaseId) => boolean): Promise<RunRecord> {
  const secrets = createSecretLedger()
  const running = await startPlanted(plant, secrets)
  try {
    const cases = allCases.filter(({ id }) => isTried(id))
    return await runOnServer(cases, { ...running, patience: 1000 }, secrets)
  } finally {
    await running.close()
  }
}

/** What a run has against the server: case, variant and words. */
function complaintsOf({ results }: RunRecord) {
  return results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')
}

/** The cases that look at the same thing as another: `AS-PAR` of `AS-PAR-02`. */
function siblingsOf(id: CaseId): (other: CaseId) => boolean {
  const family = id.slice(0, id.lastIndexOf('-') + 1)
  return other => found.has(other) && other.startsWith(family)
}

describe('defects planted in our own server', () => {
  test('there are at least 20, in 10 cases or more', () => {
    assert.ok(Object.keys(plantedServerDefects).length >= 20)
    assert.ok(found.size >= 10)
  })

  test('the server as it is has none', async () => {
    const record = await runOn({}, id => found.has(id))
    const said = record.results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable')
    assert.deepEqual(
      said.map(({ caseId, variant = '', verdict, reason }) => `${caseId} ${variant} ${verdict}: ${reason}`),
      [],
    )
    // each case must have had something to judge
    for (const id of found)
      assert.ok(
        record.results.some(({ caseId, verdict }) => caseId === id && verdict === 'pass'),
        id,
      )
  })

  for (const [name, { what, found: id, variants, plant }] of Object.entries(plantedServerDefects))
    test(`${id}: ${what} (${name})`, async () => {
      const record = await runOn(plant, siblingsOf(id))
      const complaints = complaintsOf(record).map(({ caseId, variant = '' }) => `${caseId} ${variant}`.trim())
      assert.deepEqual(complaints.toSorted(), variants.map(variant => `${id} ${variant}`.trim()).toSorted())
    })
})
