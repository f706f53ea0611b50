import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeResult } from '../run/run-record.ts'
import { sampleOperation, sampleText } from '../run/testing/sample-target.ts'
import { foldResults } from './fold.ts'

const operations = [sampleOperation('GET /pets'), sampleOperation('POST /pets')]

function printOf(...found: readonly Pick<ProbeResult, 'caseId' | 'operation' | 'variant'>[]): string | undefined {
  const results = found.map((each): ProbeResult => {
    const name = [each.caseId, each.operation, each.variant].filter(part => part !== undefined).join(' · ')
    return {
      name,
      verdict: 'warn',
      complaint: 'it is so',
      reason: 'r',
      evidence: [],
      startedAt: 0,
      duration: 0,
      ...each,
    }
  })
  const texts = [sampleText('RS-PRV-02', { level: 'S' }), sampleText('RS-PRV-03', { level: 'S' })]
  return foldResults(results, texts, operations)[0]?.fingerprint
}

test('what is accepted in a description does not hide the next place that is wrong in the same way', () => {
  const one = printOf({ caseId: 'RS-PRV-03', variant: 'pets' })
  assert.notEqual(one, printOf({ caseId: 'RS-PRV-03', variant: 'pets' }, { caseId: 'RS-PRV-03', variant: 'orders' }))
  assert.notEqual(one, printOf({ caseId: 'RS-PRV-03', variant: 'orders' }))
  const read = printOf({ caseId: 'RS-PRV-02', operation: 'GET /pets' })
  assert.notEqual(read, printOf({ caseId: 'RS-PRV-02', operation: 'POST /pets' }))
  assert.equal(one, printOf({ caseId: 'RS-PRV-03', variant: 'pets' }))
})
