import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerEvent } from '@ambit/server'
import { parseJson } from '../cli/testing/json.ts'
import { parseClientId, parseUserId } from '../config/ids.ts'
import { createLog, type LogOptions } from './log.ts'
import { maskSecrets } from './mask-secrets.ts'
import { prettyLine } from './pretty.ts'
import { requestId } from './testing/events.ts'

function logged(
  act: (log: ReturnType<typeof createLog>) => void,
  options: Partial<LogOptions> = {},
): readonly string[] {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  act(createLog({ level: 'info', format: 'json', destination, ...options }))
  return lines
}

const issued: ServerEvent = {
  kind: 'token.issued',
  requestId,
  clientId: parseClientId('app'),
  userId: parseUserId('u1'),
  grantType: 'authorization_code',
  scope: 'read_pets',
  refused: 1,
}

test('an event is one line of JSON with its kind, its members and words', () => {
  const [line = ''] = logged(log => log.observe(issued))
  const { time = '', ...members } = parseJson(line)
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/)
  assert.deepEqual(members, {
    level: 'info',
    event: 'token.issued',
    requestId,
    clientId: 'app',
    userId: 'u1',
    grantType: 'authorization_code',
    scope: 'read_pets',
    refused: 1,
    message: 'token issued',
  })
})

test('a level leaves out what is less loud', () => {
  const act = (log: ReturnType<typeof createLog>) => {
    log.observe(issued)
    log.observe({ kind: 'warning', about: 'x', message: 'beware' })
    log.say('error', 'broken')
  }
  const wordsOf = (lines: readonly string[]) => lines.map(line => parseJson(line)['message'])
  assert.deepEqual(wordsOf(logged(act)), ['token issued', 'beware', 'broken'])
  assert.deepEqual(wordsOf(logged(act, { level: 'warn' })), ['beware', 'broken'])
  assert.deepEqual(wordsOf(logged(act, { level: 'silent' })), [])
})

test('an exception is told with its stack, and what it quotes is masked', () => {
  const error = new Error(`no row for rt_${'x'.repeat(43)}`)
  const [line = ''] = logged(log => log.observe({ kind: 'request.failed', requestId, place: '/token', error }))
  const { level, stack = '', error: words } = parseJson(line)
  assert.equal(level, 'error')
  assert.equal(words, 'Error: no row for rt_(hidden)')
  assert.match(stack, /log\.test\.ts/)
  assert.doesNotMatch(line, /xxxx/)
  const [thrown = ''] = logged(log =>
    log.observe({ kind: 'request.failed', requestId, place: '/token', error: 'text' }),
  )
  assert.equal(parseJson(thrown)['error'], 'text')
})

test('an outage of the store is one line in five seconds, without a stack, that counts the others', () => {
  let now = 0
  const fail = { kind: 'request.unavailable', requestId, place: '/token', because: 'connection refused' } as const
  const lines = logged(
    log => {
      for (const at of [0, 1, 4_999, 5_000, 20_000]) {
        now = at
        log.observe(fail)
      }
    },
    { millis: () => now },
  )
  assert.deepEqual(
    lines.map(line => parseJson(line)['others']),
    [0, 2, 0],
  )
  const { time: _time, ...members } = parseJson(lines[0] ?? '')
  assert.deepEqual(members, {
    level: 'warn',
    event: 'request.unavailable',
    requestId,
    place: '/token',
    because: 'connection refused',
    others: 0,
    message: 'store unavailable, answered 503',
  })
})

test('a clock that is off is a warning, and an error where it is severe', () => {
  const lines = logged(log => {
    for (const isSevere of [false, true])
      log.observe({ kind: 'clock.skewed', aheadSeconds: 6, isSevere, message: 'the clock is off' })
  })
  assert.deepEqual(
    lines.map(line => {
      const { time: _time, ...members } = parseJson(line)
      return members
    }),
    ['warn', 'error'].map(level => ({ level, event: 'clock.skewed', aheadSeconds: 6, message: 'the clock is off' })),
  )
})

test('our secrets and JWTs are masked wherever a stranger wrote them', () => {
  const body = 'Ab_-'.repeat(11)
  for (const prefix of ['ac', 'at', 'rt', 'se', 'in', 'br'])
    assert.equal(maskSecrets(`unknown \`${prefix}_${body}\``), `unknown \`${prefix}_(hidden)\``)
  assert.equal(maskSecrets('got eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl here'), 'got (hidden JWT) here')
  assert.equal(maskSecrets('read_pets at_home'), 'read_pets at_home')
  const [line = ''] = logged(log =>
    log.observe({ kind: 'request.refused', requestId, place: 'token', error: 'invalid_grant', reason: `rt_${body}` }),
  )
  assert.ok(!line.includes(body))
})

test('a person reads one line: time, level, words, members', () => {
  const [line = ''] = logged(log => log.observe(issued), { format: 'pretty' })
  assert.match(line, /^\d\d:\d\d:\d\d info  token issued requestId=\S+ clientId=app .*scope=read_pets refused=1\n$/)
})

test('colours are added where they are wanted, and nowhere else', () => {
  const json = '{"time":"2026-01-01T12:00:00.000Z","level":"warn","message":"beware"}'
  assert.equal(prettyLine(json), '12:00:00 warn  beware\n')
  assert.equal(prettyLine(json, true), '12:00:00 \u001b[33mwarn \u001b[0m beware\n')
})

test('a stranger’s text cannot begin a line or move the cursor', () => {
  const value = 'x\n12:00:00 info forged \u001b[2J'
  const [line = ''] = logged(log => log.say('info', `a\u001b[2J`, { value, other: 'a\u0007b' }), { format: 'pretty' })
  assert.equal(line.match(/\n/g)?.length, 1)
  assert.ok(!line.includes('\u001b') && !line.includes('\u0007'))
})

test('a stranger’s text cannot move the cursor by the control characters of one byte, nor by a stack', () => {
  const members = { value: 'x \u009b2J', stack: 'Error: \u001b[2J\n    at here' }
  const [line = ''] = logged(log => log.say('error', 'failed', members), { format: 'pretty' })
  assert.doesNotMatch(line, /[^\P{Cc}\n]/u)
  assert.match(line, /\n {4}at here\n$/)
})
