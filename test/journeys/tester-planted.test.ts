import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { leastScopes } from '@ambit/policy'
import { allCases } from '../../packages/tester/src/cases/all-cases.ts'
import { resourceCaseIds } from '../../packages/tester/src/catalogue/case-id.ts'
import type { Finding, RunRecord } from '../../packages/tester/src/run/run-record.ts'
import { plantedCatalogue } from '../../packages/tester/src/testing/planted-api/catalogue.ts'
import {
  type Defect,
  defectNames,
  defects,
  type PlantedDefect,
} from '../../packages/tester/src/testing/planted-api/defects.ts'
import { plantedOperations } from '../../packages/tester/src/testing/planted-api/operations.ts'
import { plantedPolicy } from '../../packages/tester/src/testing/planted-api/policy.ts'
import { runPlanted } from '../../packages/tester/src/testing/planted-run.ts'

const run = (...planted: readonly Defect[]) => runPlanted({ cases: allCases, defects: planted })

const tell = ({ caseId, reason, results, folded }: Finding) =>
  `${caseId} (${results.length} results, ${folded.length} folded): ${reason}; ${results[0]?.name}`

describe('a careful API', () => {
  let record: RunRecord
  before(async () => {
    record = await run()
  })

  test('nothing is found, and nothing is left open', () => {
    assert.deepEqual(record.findings.map(tell), [])
    assert.deepEqual(
      record.results
        .filter(({ verdict }) => verdict === 'inconclusive')
        .map(({ name, reason }) => `${name}: ${reason}`),
      [],
    )
    assert.deepEqual(record.notes, [])
    assert.ok(record.results.length > 1000, `${record.results.length} tests were made`)
  })

  test('every case of the catalogue that is about APIs has a result or a reason', () => {
    const told = new Set([...record.results, ...record.skips].map(({ caseId }) => caseId))
    const planned = new Set(allCases.map(({ id }) => id))
    assert.deepEqual(
      resourceCaseIds.filter(id => planned.has(id) && !told.has(id)),
      [],
    )
  })

  test('the matrix equals what catalogue and document say', () => {
    const cells = record.results.flatMap(({ caseId, cell }) => (caseId === 'RS-SCP-03' && cell ? [cell] : []))
    const seen = new Map(cells.map(cell => [`${cell.operation} · ${cell.scope}`, cell]))
    for (const { method, path, needs } of plantedOperations)
      for (const scope of plantedCatalogue.names) {
        const cell = seen.get(`${method} ${path} · ${scope}`)
        const isCovered = plantedCatalogue.covers(
          plantedCatalogue.read([scope]).scope,
          plantedCatalogue.read(needs).scope,
        )
        const wanted = isCovered ? 'allowed' : 'refused'
        assert.deepEqual([method, path, scope, cell?.observed], [method, path, scope, wanted])
      }
  })

  test('the policy wants the same scope as the document', () => {
    for (const { action, needs } of plantedOperations) {
      if (action === undefined) continue
      const least = leastScopes(plantedPolicy.model, [action])
      assert.deepEqual(least.kind === 'least' ? least.scope.tokens : [], needs, action)
    }
  })
})

describe('an API with one defect', () => {
  for (const name of defectNames) {
    const { what, found, alsoFound = {} }: PlantedDefect = defects[name]
    const ids = [found, ...Object.keys(alsoFound)].toSorted()
    test(`${found}: ${name}: ${what}`, async () => {
      const { findings } = await run(name)
      assert.deepEqual(findings.map(({ caseId }) => caseId).toSorted(), ids, findings.map(tell).join('\n'))
    })
  }

  test('there are enough of them', () => {
    assert.ok(defectNames.length >= 100)
  })
})
