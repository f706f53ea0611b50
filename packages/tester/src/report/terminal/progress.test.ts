import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Verdict } from '../../catalogue/test-case.ts'
import type { RunEvent } from '../../run/run-record.ts'
import { initialProgress, liveLines, type Progress, plainLine, progressAfter, rateOf } from './progress.ts'

const finished = (name: string, verdict: Verdict = 'pass'): RunEvent => ({
  kind: 'finished',
  result: { name, caseId: 'RS-TOK-01', verdict, reason: 'the reason', evidence: [], startedAt: 0, duration: 1 },
})

function after(events: readonly RunEvent[], gap = 100): Progress {
  return events.reduce((progress, event, index) => progressAfter(progress, event, index * gap), initialProgress(0))
}

const options = { now: 1000, width: 80, hasColor: false, locale: 'en' }

describe('progress', () => {
  test('what is done, what runs, and the verdicts are counted', () => {
    const progress = after([
      { kind: 'planned', probes: 4, skips: 1 },
      { kind: 'started', name: 'a' },
      { kind: 'started', name: 'b' },
      finished('a', 'fail'),
    ])
    assert.deepEqual([progress.done, progress.planned, progress.skips, progress.running], [1, 4, 1, ['b']])
    assert.equal(progress.verdicts.fail, 1)
  })

  test('the rate is that of the last probes, and says how long is left', () => {
    const events = [
      { kind: 'planned', probes: 100, skips: 0 } as const,
      ...Array.from({ length: 50 }, () => finished('a')),
    ]
    const progress = after(events)
    assert.equal(Math.round(rateOf(progress, 5000) ?? 0), 10)
    const [bar] = liveLines(progress, { ...options, now: 5000 })
    assert.match(bar ?? '', /^█{12}░{12} 50 of 100, 10 per second, 5 sec left$/)
    assert.equal(rateOf(initialProgress(0), 0), undefined)
  })

  test('the display tells verdicts, what is tried, what slows and what is cleaned, within its width', () => {
    const progress = after([
      { kind: 'planned', probes: 4, skips: 1 },
      { kind: 'started', name: `RS-TOK-01 · GET /${'x'.repeat(90)}\u001b[2J` },
      { kind: 'started', name: 'second' },
      { kind: 'slowed', perSecond: 5, why: 'the API answered 429' },
    ])
    const lines = liveLines(progress, options)
    assert.match(lines.join('\n'), /✓ 0 passed {2}✗ 0 wrong/)
    assert.match(lines.join('\n'), /second \(and 1 more\)/)
    assert.match(lines.join('\n'), /slowed to 5 per second: the API answered 429/)
    for (const line of liveLines(progress, { ...options, width: 40 })) assert.ok(line.length <= 40, line)
    const cleaning = progressAfter(progress, { kind: 'cleaning', what: 'token 1', isDone: false }, 0)
    assert.match(liveLines(cleaning, options).join('\n'), /cleaning up: token 1/)
  })

  test('a log without a terminal gets what is wrong, each tenth, and what could not be cleaned up', () => {
    let progress = initialProgress(0)
    const lines: string[] = []
    const events: readonly RunEvent[] = [
      { kind: 'planned', probes: 20, skips: 2 },
      { kind: 'started', name: 'a' },
      finished('a', 'fail'),
      finished('b'),
      { kind: 'slowed', perSecond: 5, why: '429' },
      finished('c', 'inconclusive'),
      { kind: 'cleaning', what: 'token 1', isDone: true },
      { kind: 'cleaning', what: 'token 2', isDone: false, problem: 'no answer' },
    ]
    for (const event of events) {
      progress = progressAfter(progress, event, 0)
      const line = plainLine(event, progress)
      if (line !== undefined) lines.push(line)
    }
    assert.deepEqual(lines, [
      '20 tests planned, 2 left out',
      'WRONG  a: the reason',
      '10 %: 2 of 20 tests, 1 wrong, 0 unclear',
      'slowed to 5 per second: 429',
      'unclear  c: the reason',
      'could not clean up token 2: no answer',
    ])
  })
})
