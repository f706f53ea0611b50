import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeResult } from '@ambit/tester'
import { openDisplay } from './progress-display.ts'

const result: ProbeResult = {
  name: 'RS-TOK-01 · GET /pets',
  caseId: 'RS-TOK-01',
  verdict: 'fail',
  reason: 'a call with the token s3cret was let in',
  evidence: [],
  startedAt: 0,
  duration: 1,
}

function open(kind: 'live' | 'plain' | 'none') {
  const written: string[] = []
  let draw = () => {}
  let isStopped = false
  const display = openDisplay({
    write: text => void written.push(text),
    kind,
    width: () => 80,
    hasColor: false,
    locale: 'en',
    now: () => 0,
    every: (_, again) => {
      draw = again
      return () => {
        isStopped = true
      }
    },
    conceal: text => text.replaceAll('s3cret', '[access token]'),
  })
  return { display, written, draw: () => draw(), isStopped: () => isStopped }
}

test('a log gets plain lines without secrets', () => {
  const { display, written } = open('plain')
  display.onEvent({ kind: 'planned', probes: 2, skips: 1 })
  display.onEvent({ kind: 'finished', result })
  display.say('stopping')
  display.close()
  const text = written.join('')
  assert.match(text, /^2 tests planned, 1 left out\nWRONG {2}RS-TOK-01 · GET \/pets: .*\[access token\]/)
  assert.match(text, /stopping\n$/)
  assert.ok(!text.includes('\u001b'))
})

test('ECMA-48 §8.3.20: a terminal is drawn again and again, and given back as it was', () => {
  const { display, written, draw, isStopped } = open('live')
  display.onEvent({ kind: 'planned', probes: 2, skips: 1 })
  draw()
  display.onEvent({ kind: 'finished', result })
  draw()
  display.say('stopping')
  draw()
  display.close()
  display.close()
  const text = written.join('')
  assert.ok(text.startsWith('\u001b[?25l'))
  assert.match(text, /1 of 2/)
  assert.equal(text.split('\u001b[3A\u001b[J').length, 4, 'three lines are erased before each drawing and at the end')
  assert.ok(text.endsWith('\u001b[3A\u001b[J\u001b[?25h'))
  assert.equal(isStopped(), true)
})

test('who wants no progress sees none', () => {
  const { display, written } = open('none')
  display.onEvent({ kind: 'planned', probes: 2, skips: 1 })
  display.say('stopping')
  display.close()
  assert.deepEqual(written, [])
})

test('RFC 6750 §5.3: what is cut to the width of the terminal shows no half of a secret', () => {
  const { display, written, draw } = open('live')
  const long = `delete /items/${'x'.repeat(60)}s3cret, which a control made`
  display.onEvent({ kind: 'planned', probes: 1, skips: 0 })
  display.onEvent({ kind: 'started', name: long })
  draw()
  display.onEvent({ kind: 'slowed', perSecond: 1, why: long })
  display.onEvent({ kind: 'cleaning', what: long, isDone: false })
  draw()
  display.close()
  assert.doesNotMatch(written.join(''), /s3c/)
})
