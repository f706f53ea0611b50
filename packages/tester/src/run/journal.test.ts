import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMask } from '../report/mask/mask.ts'
import { createSecretLedger } from '../secret/secret.ts'
import type { Exchange } from '../wire/exchange.ts'
import { journalHead, printHead, printResult, readJournal } from './journal.ts'
import { openJournalFile } from './node/journal-file.ts'
import type { ProbeResult } from './run-record.ts'
import { sampleApi, sampleOperation, sampleTarget } from './testing/sample-target.ts'

const target = sampleTarget(['GET /pets', 'POST /pets'])
const head = journalHead({ seed: '7', target }, '0.1.0')
const ledger = createSecretLedger()
const token = ledger.secret('access token', 'kT9-very-secret-token-51').reveal()
const mask = () => createMask({ secrets: ledger.all() })

const exchange: Exchange = {
  kind: 'answered',
  request: {
    method: 'GET',
    origin: 'http://localhost',
    target: `/pets?t=${token}`,
    headers: [['Authorization', `Bearer ${token}`]],
  },
  sentAt: 5,
  duration: 2,
  response: { status: 401, headers: [['WWW-Authenticate', 'Bearer']], body: `{"token":"${token}"}`, isCut: false },
}
const result: ProbeResult = {
  name: 'RS-TOK-01 · GET /pets',
  caseId: 'RS-TOK-01',
  operation: 'GET /pets',
  verdict: 'pass',
  reason: `refused ${token}`,
  evidence: [
    exchange,
    { kind: 'failed', request: exchange.request, sentAt: 9, duration: 1, failure: 'reset', detail: 'cut' },
  ],
  cell: { operation: 'GET /pets', scope: 'read', expected: 'refused', observed: 'refused', rule: 'x' },
  figures: { skewSeconds: 60 },
  startedAt: 1,
  duration: 3,
}

test('a result is read as it was written, and no secret is in it', () => {
  const text = printHead(head) + printResult(result, mask()) + printResult({ ...result, name: 'another' }, mask())
  assert.ok(!text.includes(token))
  const reading = readJournal(text, head)
  assert.ok(reading.kind === 'results')
  const [first] = reading.results
  assert.deepEqual(
    reading.results.map(({ name }) => name),
    [result.name, 'another'],
  )
  assert.deepEqual(first?.cell, result.cell)
  assert.deepEqual(first?.figures, result.figures)
  assert.equal(first?.evidence[0]?.kind === 'answered' && first.evidence[0].response.status, 401)
  assert.equal(first?.evidence[1]?.kind === 'failed' && first.evidence[1].failure, 'reset')
  assert.equal(reading.length, text.length)
})

test('RFC 6750 §5.3: what a target said and a judgement quotes is masked as well', () => {
  const cell = { operation: 'GET /pets', scope: 'read', expected: 'refused', observed: 'refused', rule: token } as const
  const text = printResult({ ...result, complaint: `its challenge says \`${token}\``, cell }, mask())
  assert.ok(!text.includes(token))
  assert.match(text, /its challenge says/)
})

test('a last line that was torn off is dropped, at whatever letter', () => {
  const whole = printHead(head) + printResult(result, mask())
  const torn = printResult({ ...result, name: 'torn' }, mask())
  for (let length = 0; length < torn.length; length += 7) {
    const reading = readJournal(whole + torn.slice(0, length), head)
    assert.ok(reading.kind === 'results')
    assert.equal(reading.results.length, 1)
    assert.equal(reading.length, whole.length)
  }
})

test('a journal of another version, seed or target is refused', () => {
  const text = printHead(head)
  for (const [other, why] of [
    [{ ...head, version: '0.2.0' }, /version 0\.1\.0 of the tester, this is 0\.2\.0/],
    [{ ...head, seed: '8' }, /the seed `7`, this one has `8`/],
    [{ ...head, target: 'x' }, /another target/],
  ] as const) {
    const reading = readJournal(text, other)
    assert.ok(reading.kind === 'refused')
    assert.match(reading.problem, why)
  }
})

test('what is no journal, or has a line that is no result, is refused', () => {
  assert.deepEqual(readJournal('', head), { kind: 'empty' })
  for (const text of ['{"some":"file"}\n', 'words\n', '\n', 'torn head'])
    assert.equal(readJournal(text, head).kind, 'refused', text)
  for (const line of [
    '{}',
    'null',
    '[]',
    'words',
    JSON.stringify({ ...result, caseId: 'RS-TOK-99' }),
    JSON.stringify({ ...result, verdict: 'good' }),
    JSON.stringify({ ...result, evidence: [{ kind: 'answered' }] }),
    JSON.stringify({ ...result, evidence: 'none' }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, sentAt: 1e300 }] }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, response: { status: 200, headers: [] } }] }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, response: { status: 200, headers: [['a']], body: '' } }] }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, request: { ...exchange.request, headers: [1] } }] }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, request: { ...exchange.request, body: {} } }] }),
    JSON.stringify({ ...result, evidence: [{ ...exchange, kind: 'failed', failure: 'reset' }] }),
    JSON.stringify({ ...result, startedAt: 1e300 }),
    JSON.stringify({ ...result, complaint: 1 }),
    JSON.stringify({ ...result, startedAt: 'now' }),
    JSON.stringify({ ...result, name: 1 }),
  ]) {
    const reading = readJournal(`${printHead(head)}${line}\n`, head)
    assert.deepEqual(reading, { kind: 'refused', problem: 'line 2 of the journal is no result' }, line)
  }
})

test('another target is whatever answers otherwise or may be tried otherwise', () => {
  const headOf = (other: typeof target) => journalHead({ seed: '7', target: other }, '0.1.0').target
  assert.equal(headOf(sampleTarget(['GET /pets', 'POST /pets'])), head.target)
  for (const other of [
    sampleTarget(['GET /pets']),
    { ...target, mayWrite: false },
    { ...target, depth: 'operation' as const },
    { ...target, levels: new Set(['S'] as const) },
    sampleTarget([], {
      api: sampleApi([sampleOperation('GET /pets'), sampleOperation('POST /pets')], { origin: 'http://localhost:1' }),
    }),
    sampleTarget([], {
      api: sampleApi([
        sampleOperation('GET /pets', { enforcement: { kind: 'public' } }),
        sampleOperation('POST /pets'),
      ]),
    }),
  ])
    assert.notEqual(headOf(other), head.target)
})

test('a journal on disk goes on where it was torn, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-journal-'))
  const path = join(folder, 'run.jsonl')
  try {
    writeFileSync(path, '', { mode: 0o644 })
    const first = openJournalFile(path, head, mask)
    assert.ok(first.kind === 'open')
    for (let index = 0; index < 25; index++) first.journal.append({ ...result, name: `ünï ${index}` })
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 22)
    first.journal.close()
    assert.equal(statSync(path).mode & 0o777, 0o600)
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"name":"torn`)
    const second = openJournalFile(path, head, mask)
    assert.ok(second.kind === 'open')
    assert.equal(second.journal.done.length, 25)
    second.journal.append({ ...result, name: 'next' })
    second.journal.close()
    const third = openJournalFile(path, head, mask)
    assert.ok(third.kind === 'open')
    assert.equal(third.journal.done.at(-1)?.name, 'next')
    third.journal.close()
    assert.ok(!readFileSync(path, 'utf8').includes(token))
    const other = openJournalFile(path, { ...head, seed: '8' }, mask)
    assert.ok(other.kind === 'refused')
    assert.match(other.problem, /run\.jsonl: the journal is of a run with the seed/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a journal belongs to one run at a time, and to nobody whose process is gone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-journal-'))
  const path = join(folder, 'run.jsonl')
  try {
    const first = openJournalFile(path, head, mask)
    assert.ok(first.kind === 'open')
    const second = openJournalFile(path, head, mask)
    assert.ok(second.kind === 'refused')
    assert.match(second.problem, new RegExp(`another run \\(process ${process.pid}\\)`))
    first.journal.close()
    for (const left of ['999999999\n', 'nonsense', '', `${process.pid}\n`]) {
      writeFileSync(`${path}.lock`, left)
      const next = openJournalFile(path, head, mask)
      assert.ok(next.kind === 'open', left)
      next.journal.close()
    }
    writeFileSync(`${path}.lock`, `${process.ppid}\n`)
    assert.equal(openJournalFile(path, head, mask).kind, 'refused')
    rmSync(`${path}.lock`)
    assert.equal(openJournalFile(path, { ...head, seed: 'other' }, mask).kind, 'refused')
    assert.equal(openJournalFile(path, head, mask).kind, 'open')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
