import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { leastScopes } from '@ambit/policy'
import { allCases } from '../../packages/tester/src/cases/all-cases.ts'
import { type CaseId, resourceCaseIds } from '../../packages/tester/src/catalogue/case-id.ts'
import { causes } from '../../packages/tester/src/judge/causes.ts'
import type { Finding, RunRecord } from '../../packages/tester/src/run/run-record.ts'
import { stableNumber } from '../../packages/tester/src/run/stable-hash.ts'
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

/** Decides which quarter of the defects is looked for with every case; the others with the cases that can be concerned. */
const seed = process.env['AMBIT_SEED'] ?? '1'

/** The cases of the same family, and those that the case explains. */
function concernedBy(found: CaseId): readonly string[] {
  const family = found.replace(/-\d+$/, '')
  return [family, ...causes.filter(({ cause }) => cause === found).flatMap(({ explains }) => explains)]
}

describe(`an API with one defect, seed ${seed}`, () => {
  for (const name of defectNames) {
    const { what, found, alsoFound = {} }: PlantedDefect = defects[name]
    const ids = [found, ...Object.keys(alsoFound)].toSorted()
    const isWhole = stableNumber(`${seed} ${name}`) % 4 === 0
    const only = isWhole ? [] : [...concernedBy(found), ...ids]
    test(`${found}: ${name}: ${what}${isWhole ? ', with every case' : ''}`, async () => {
      const { findings } = await runPlanted({ cases: allCases, defects: [name], selection: { only } })
      assert.deepEqual(findings.map(({ caseId }) => caseId).toSorted(), ids, findings.map(tell).join('\n'))
    })
  }

  test('there are enough of them', () => {
    assert.ok(defectNames.length >= 100)
  })
})
