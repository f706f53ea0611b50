import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleReport } from './testing/sample-report.ts'
import { unjudgedOf } from './unjudged.ts'

const [one] = sampleReport().results
assert.ok(one !== undefined)
const doubtful = { ...one, verdict: 'inconclusive', operation: 'GET /orders/{id}' } as const
const refused = (what: string) => ({
  ...doubtful,
  doubt: 'control' as const,
  reason: `${what} was refused by 401, but that proves nothing: the same call with a good token was answered by 404`,
})

test('where a good token opens nothing, that is one reason for all that was refused there', () => {
  const groups = unjudgedOf([
    { ...doubtful, reason: 'no second user' },
    refused('garbage'),
    refused('an empty token'),
    one,
  ])
  assert.deepEqual(
    groups.map(({ reason, results }) => [reason, results.length]),
    [
      [
        'nothing that `GET /orders/{id}` refuses proves anything: the same call with a good token was answered by 404',
        2,
      ],
      ['no second user', 1],
    ],
  )
})
