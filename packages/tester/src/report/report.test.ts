import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { searchForSecrets } from './leak-search.ts'
import { createMask } from './mask/mask.ts'
import { stateOf } from './matrix.ts'
import { createReport, type ReportOptions } from './report.ts'
import { summaryOf } from './summary.ts'
import { sampleOperations, sampleScopes } from './testing/sample-operations.ts'
import { sampleRun } from './testing/sample-run.ts'

function reportOf(options: Partial<ReportOptions> = {}) {
  const { run, ledger } = sampleRun()
  const mask = createMask({ secrets: ledger.all(), operations: sampleOperations })
  return { report: createReport(run, { mask, locale: 'en-GB', timeZone: 'Europe/Berlin', ...options }), ledger, run }
}

describe('report', () => {
  test('SELF-01: it holds no secret and no personal data, and tells tokens apart', () => {
    const { report, ledger } = reportOf()
    const text = JSON.stringify(report)
    assert.deepEqual(searchForSecrets([{ name: 'report', text }], ledger.all()).leaks, [])
    for (const personal of ['mia@pets.example', 'Elm Street 5', '4111 1111', 'gh7-plain-secret'])
      assert.equal(text.includes(personal), false, personal)
    assert.equal(new Set(text.match(/\[access token \d+\]/g)).size, sampleScopes.length + 1)
  })

  test('SELF-01: what a target said is masked wherever it is quoted, and so is the address of a document', () => {
    const { run, ledger } = sampleRun()
    const said = ledger.secret('access token', 'tok_4f9a0c7be21d').reveal()
    const place = { file: `https://docs.example/api.yaml?sig=s3cr3t-of-the-link` }
    const changed = {
      findings: run.findings.map(finding => ({ ...finding, title: `its challenge says ${said}`, places: [place] })),
      results: run.results.map(result => ({ ...result, complaint: `it says ${said}`, place })),
    }
    const report = createReport({ ...run, ...changed }, { mask: createMask({ secrets: ledger.all() }) })
    const text = JSON.stringify(report)
    assert.ok(!text.includes(said) && !text.includes('s3cr3t-of-the-link'))
    const cell = { operation: 'GET /pets', scope: '', expected: 'refused', observed: 'refused', rule: said } as const
    const ruled = createReport(
      { ...run, results: run.results.map(result => ({ ...result, cell })) },
      { mask: createMask({ secrets: ledger.all() }) },
    )
    assert.ok(!JSON.stringify(ruled).includes(said))
    assert.match(report.findings[0]?.title ?? '', /^its challenge says \[access token \d+\]$/)
    const long = run.findings.map(finding => ({ ...finding, title: 'x '.repeat(50_000) }))
    const short = createReport({ ...run, findings: long }, { mask: createMask({ secrets: [] }) })
    assert.ok((short.findings[0]?.title.length ?? 0) < 400)
  })

  test('findings come with the worst first, and point to the results of the run', () => {
    const { report } = reportOf()
    assert.deepEqual(
      report.findings.map(({ severity }) => severity),
      ['critical', 'high', 'medium', 'low'],
    )
    for (const { results, folded } of report.findings)
      for (const result of [...results, ...folded]) assert.ok(report.results.includes(result))
  })

  test('a finding without a place of its own stands where its operations say who may call them', () => {
    const { run, ledger } = sampleRun()
    const findings = run.findings.map(finding => ({ ...finding, places: [] }))
    const report = createReport({ ...run, findings }, { mask: createMask({ secrets: ledger.all() }) })
    assert.deepEqual(report.findings[0]?.places, [{ file: 'api/openapi.yaml', line: 97, column: 7 }])
  })

  test('after a resumed run, results of findings are found by their names', () => {
    const { run, ledger } = sampleRun()
    const copy = structuredClone(run.findings)
    const report = createReport({ ...run, findings: copy }, { mask: createMask({ secrets: ledger.all() }) })
    assert.ok(report.findings.every(({ results }) => results.every(result => report.results.includes(result))))
  })

  test('the baseline takes out what is accepted, and says so', () => {
    const entry = {
      fingerprint: 'RS-SCP-03-b3c4',
      case: 'RS-SCP-03',
      reason: 'r',
      acceptedBy: 'mia',
      expires: '2026-12-31',
    }
    const baseline = { version: 1, accepted: [entry, { ...entry, fingerprint: 'gone' }] } as const
    const { report } = reportOf({ baseline })
    assert.match(report.notes.join(), /`gone`.*was not found/)
    assert.doesNotMatch(reportOf({ baseline, isPartial: true }).report.notes.join(), /was not found/)
    assert.equal(report.findings.length, 3)
    assert.equal(report.accepted.length, 1)
    assert.match(report.notes.join('\n'), /`gone`/)
    assert.match(report.summary.sentence, /1 is accepted for now/)
  })
})

describe('matrix', () => {
  test('RFC 6749 §3.3: operations stand in the document’s order, grouped by tag, with a square for each scope', () => {
    const { matrix } = reportOf().report
    assert.deepEqual(matrix.scopes, [...sampleScopes].sort())
    assert.deepEqual(
      matrix.groups.map(({ name, rows }) => [name, rows.length]),
      [
        ['pets', 5],
        ['store', 4],
        ['users', 2],
        ['status', 1],
      ],
    )
    assert.deepEqual(matrix.counts, {
      allowed: 18,
      refused: 74,
      too_open: 1,
      too_closed: 0,
      depends: 2,
      not_issued: 0,
      unknown: 1,
    })
  })

  test('what a square says', () => {
    assert.equal(stateOf({ expected: 'allowed', observed: 'allowed' }), 'allowed')
    assert.equal(stateOf({ expected: 'refused', observed: 'refused' }), 'refused')
    assert.equal(stateOf({ expected: 'refused', observed: 'allowed' }), 'too_open')
    assert.equal(stateOf({ expected: 'allowed', observed: 'refused' }), 'too_closed')
    assert.equal(stateOf({ expected: 'conditional', observed: 'allowed' }), 'depends')
    assert.equal(stateOf({ expected: 'conditional', observed: 'unknown' }), 'unknown')
    assert.equal(stateOf({ expected: 'refused', observed: 'not_issued' }), 'not_issued')
  })
})

describe('summary', () => {
  test('one sentence says what came out', () => {
    assert.equal(
      reportOf().report.summary.sentence,
      '2 things are wrong, 2 more should be looked at, 2 tests could not be judged.',
    )
  })

  const plain = { results: [{ verdict: 'pass' }], findings: [], accepted: 0, skips: 0, isCut: false } as const
  test('a clean run, a doubtful one, one that was stopped, one in which nothing could be judged', () => {
    assert.equal(summaryOf(plain).sentence, 'Nothing wrong was found.')
    assert.equal(
      summaryOf({ ...plain, findings: [{ verdict: 'warn', severity: 'low' }] }).sentence,
      '1 thing should be looked at.',
    )
    assert.equal(
      summaryOf({ ...plain, isCut: true }).sentence,
      'The run was stopped before its end. Nothing wrong was found.',
    )
    assert.equal(
      summaryOf({ ...plain, results: [{ verdict: 'inconclusive' }] }).sentence,
      'Nothing could be judged, so nothing is known.',
    )
  })
})
