import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestCase } from '../catalogue/test-case.ts'
import { type Found, variantsOf } from './describe-case.ts'
import { runServerCase, type ServerCaseOptions } from './server-world.ts'
import { defects, type WeakDefectName } from './weak-server/defects.ts'

/** What is claimed of a case against an authorization server. */
export type ServerCaseClaims = {
  readonly testCase: TestCase
  /** What its tests prove: `RFC 7636 §4.6`. */
  readonly section: string
  readonly finds?: Readonly<Partial<Record<WeakDefectName, Found>>>
  readonly options?: ServerCaseOptions
}

/** Tests a case both ways: a careful server passes, and each weakness is found in just these variants. */
export function describeServerCase({ testCase, section, finds = {}, options = {} }: ServerCaseClaims): void {
  describe(testCase.id, () => {
    test(`${section}: a careful server passes ${testCase.id}`, async () => {
      const results = await runServerCase(testCase, options)
      const bad = results.filter(({ judgement: { verdict } }) => verdict !== 'pass' && verdict !== 'not_applicable')
      assert.deepEqual(
        bad.map(({ name, judgement }) => `${name}: ${judgement.verdict}: ${judgement.reason}`),
        [],
      )
      assert.ok(results.some(({ judgement }) => judgement.verdict === 'pass'))
    })
    for (const [defect, found] of Object.entries(finds).filter(isOfDefect))
      test(`${section}: ${testCase.id} finds that ${defects[defect].what}`, async () => {
        const results = await runServerCase(testCase, { ...options, defects: [defect] })
        for (const verdict of ['fail', 'warn'] as const)
          assert.deepEqual(variantsOf(results, verdict), [...(found[verdict] ?? [])].sort(), verdict)
      })
  })
}

function isOfDefect(entry: readonly [string, unknown]): entry is [WeakDefectName, Found] {
  return entry[0] in defects
}
