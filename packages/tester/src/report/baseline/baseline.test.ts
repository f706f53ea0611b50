import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sampleRun } from '../testing/sample-run.ts'
import { applyBaseline, emptyBaseline, notesOnBaseline, printBaseline, updateBaseline } from './baseline.ts'
import { parseBaseline } from './read-baseline.ts'

const now = Date.UTC(2026, 2, 3, 12)
const entry = {
  fingerprint: 'RS-SCP-03-b3c4',
  case: 'RS-SCP-03',
  reason: 'the new guard comes in May',
  acceptedBy: 'mia',
  expires: '2026-03-03',
}
const fileOf = (...accepted: readonly unknown[]) => JSON.stringify({ version: 1, accepted })
const problemsOf = (text: string) => {
  const reading = parseBaseline(text, now)
  return reading.kind === 'problems' ? reading.problems : []
}
const { findings } = sampleRun().run

describe('baseline: what is accepted', () => {
  test('an accepted finding does not count up to the end of its day, and counts again after it', () => {
    const baseline = { version: 1, accepted: [entry] } as const
    const today = applyBaseline(findings, baseline, now)
    assert.deepEqual(today.accepted, [{ finding: findings[1], entry }])
    assert.equal(today.open.length, findings.length - 1)
    const tomorrow = applyBaseline(findings, baseline, now + 86_400_000)
    assert.deepEqual(tomorrow.open, findings)
    assert.deepEqual(notesOnBaseline(tomorrow), ['RS-SCP-03 was accepted by mia until 2026-03-03; it counts again'])
  })

  test('what no finding answers to is told', () => {
    const stale = { ...entry, fingerprint: 'gone' }
    const outcome = applyBaseline(findings, { version: 1, accepted: [stale] }, now)
    assert.deepEqual(outcome.stale, [stale])
    assert.match(notesOnBaseline(outcome)[0] ?? '', /accepts `gone` of RS-SCP-03, which was not found/)
  })
})

describe('baseline: writing it', () => {
  const acceptance = { reason: 'known', acceptedBy: 'bo', expires: '2026-12-31', now, isComplete: true }

  test('open findings are added, entries that hold keep their reason, and the result can be read again', () => {
    const { baseline, added, renewed, dropped } = updateBaseline(
      { version: 1, accepted: [entry] },
      findings,
      acceptance,
    )
    assert.equal(added.length, findings.length - 1)
    assert.deepEqual([renewed, dropped], [[], []])
    assert.ok(baseline.accepted.some(each => each === entry))
    assert.deepEqual(parseBaseline(printBaseline(baseline), now), { kind: 'baseline', baseline })
    assert.deepEqual(applyBaseline(findings, baseline, now).open, [])
  })

  test('what is over is renewed; what is gone is dropped after a whole run, and kept after a part of one', () => {
    const over = { ...entry, expires: '2026-01-01' }
    const gone = { ...entry, fingerprint: 'gone' }
    const before = { version: 1, accepted: [over, gone] } as const
    const whole = updateBaseline(before, findings, acceptance)
    assert.deepEqual(
      whole.renewed.map(({ fingerprint, reason }) => [fingerprint, reason]),
      [[over.fingerprint, 'known']],
    )
    assert.deepEqual(whole.dropped, [gone])
    const part = updateBaseline(before, findings, { ...acceptance, isComplete: false })
    assert.ok(part.baseline.accepted.includes(gone))
  })

  test('from nothing', () => {
    assert.equal(updateBaseline(emptyBaseline, findings, acceptance).added.length, findings.length)
  })
})

describe('baseline: reading it', () => {
  test('what is right is read', () =>
    assert.deepEqual(parseBaseline(fileOf(entry), now), {
      kind: 'baseline',
      baseline: { version: 1, accepted: [entry] },
    }))

  const refused: readonly (readonly [name: string, text: string, wanted: readonly string[]])[] = [
    ['no JSON', '{', ['the baseline is no JSON']],
    ['no object', '[]', ['the baseline must be an object']],
    ['another version', '{"version":2,"accepted":[]}', ['`version` must be 1']],
    ['no list', '{"version":1}', ['`accepted` must be a list']],
    ['an unknown member', '{"version":1,"accepted":[],"x":1}', ['`x` is unknown; wanted are version and accepted']],
    ['an entry that is no object', fileOf(1), ['`accepted[0]` must be an object']],
    [
      'an unknown member of an entry',
      fileOf({ ...entry, x: 1 }),
      ['`accepted[0].x` is unknown; wanted are fingerprint, case, reason, acceptedBy, expires'],
    ],
    ['no reason', fileOf({ ...entry, reason: ' ' }), ['`accepted[0].reason` must be a text that is not empty']],
    [
      'an unknown case',
      fileOf({ ...entry, case: 'RS-NO-1' }),
      ['`accepted[0].case` must be the id of a case, and `RS-NO-1` is none'],
    ],
    [
      'a day that there is not',
      fileOf({ ...entry, expires: '2026-02-30' }),
      ['`accepted[0].expires` must be a date like 2026-12-31, and `2026-02-30` is none'],
    ],
    [
      'a day in another writing',
      fileOf({ ...entry, expires: '31.12.2026' }),
      ['`accepted[0].expires` must be a date like 2026-12-31, and `31.12.2026` is none'],
    ],
    [
      'more than a year',
      fileOf({ ...entry, expires: '2027-03-05' }),
      ['`accepted[0].expires` must be at most a year ahead, 2027-03-04'],
    ],
    ['an entry twice', fileOf(entry, entry), ['`RS-SCP-03-b3c4` is accepted twice; once is enough']],
  ]
  for (const [name, text, wanted] of refused)
    test(`${name} is refused`, () => assert.deepEqual(problemsOf(text), wanted))

  test('all problems are told at once', () =>
    assert.equal(problemsOf('{"version":2,"x":1,"accepted":[{"expires":"soon"}]}').length, 7))
})
