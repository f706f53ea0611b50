import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { searchForSecrets } from '../leak-search.ts'
import { sampleReport } from '../testing/sample-report.ts'
import { sampleRun } from '../testing/sample-run.ts'
import { cutTo, wantsColor, wrap } from './ink.ts'
import { printTerminal } from './terminal.ts'

const report = sampleReport()
const hostile = '\u001b[2J\u202e</x>\r\nFAKE LINE'

describe('terminal', () => {
  test('the answer stands in one sentence, then what is wrong, the matrix, and what could not be judged', () => {
    const text = printTerminal(report, { width: 100, hints: ['the whole evidence: report.html'] })
    const order = [
      'https://api.pets.example, 3 Mar 2026, 09:00, 97.4 secs, seed spring',
      '2 things are wrong, 2 more should be looked at, 2 tests could not be judged.',
      '✗ CRITICAL  RS-TOK-01  a request without a token',
      'at GET /v1/orders',
      'api/openapi.yaml:97:7',
      'What to do: Put the same guard',
      '1 more test fails only because of it',
      '! LOW  RS-ERR-01',
      'Who opens what',
      '!  LET IN, and should be refused',
      'What could not be judged',
      'How long it took',
      'To know',
      'What next',
      'report.html',
    ]
    let from = 0
    for (const part of order) {
      const at = text.indexOf(part, from)
      assert.ok(at >= 0, `${part} in\n${text}`)
      from = at
    }
  })

  test('no line is wider than the terminal, with and without colour', () => {
    for (const width of [40, 80, 132])
      for (const hasColor of [false, true])
        for (const line of stripVTControlCharacters(printTerminal(report, { width, hasColor })).split('\n'))
          assert.ok(line.length <= width, `${width}: ${line}`)
  })

  test('without colour no escape is written, with it each is closed', () => {
    assert.equal(printTerminal(report).includes('\u001b'), false)
    const coloured = printTerminal(report, { hasColor: true })
    assert.ok(coloured.includes('\u001b[31m'))
    const opened = ['31', '32', '33', '36'].reduce((sum, code) => sum + coloured.split(`\u001b[${code}m`).length - 1, 0)
    assert.equal(opened, coloured.split('\u001b[39m').length - 1)
    assert.equal(stripVTControlCharacters(coloured), printTerminal(report))
  })

  test('what comes from the target moves no cursor and makes no line', () => {
    const text = printTerminal(sampleReport(hostile), { hasColor: false })
    assert.equal(/\u202e|[^\P{Cc}\n]/u.test(text), false)
    assert.equal(
      text.split('\n').some(line => line.startsWith('FAKE')),
      false,
    )
  })

  test('SELF-01: it holds no secret', () => {
    const { ledger } = sampleRun()
    assert.deepEqual(searchForSecrets([{ name: 't', text: printTerminal(report) }], ledger.all()).leaks, [])
  })

  test('a matrix that does not fit is told by its size', () => {
    const [group] = report.matrix.groups
    assert.ok(group !== undefined)
    const rows = Array.from({ length: 60 }, () => group.rows[0]).filter(row => row !== undefined)
    const large = { ...report, matrix: { ...report.matrix, groups: [{ name: 'x', rows }] } }
    assert.match(printTerminal(large), /60 operations × 8 scopes: too large for here/)
  })

  test('a small matrix of short names is shown, also on a narrow terminal', () => {
    const [group] = report.matrix.groups
    const [row] = group?.rows ?? []
    assert.ok(row !== undefined)
    const rows = [{ ...row, operation: 'GET /a' }]
    const small = { ...report, matrix: { ...report.matrix, groups: [{ name: 'x', rows }] } }
    for (const width of [44, 100]) assert.match(printTerminal(small, { width }), /^GET \/a +\S/m)
    assert.match(printTerminal(small, { width: 40 }), /too large/)
  })

  test('a place is told once; without a line, by its pointer', () => {
    const places = [
      { file: 'a.json', pointer: '/paths/~1pets/get' },
      { file: 'b.ts', line: 3 },
      { file: 'b.ts', line: 3 },
    ]
    const findings = report.findings.slice(0, 1).map(finding => ({ ...finding, places }))
    const text = printTerminal({ ...report, findings })
    assert.match(text, /a\.json#\/paths\/~1pets\/get\n {2}b\.ts:3\n {2}What to do/)
  })

  test('numbers and dates are those of the locale', () => {
    const german = printTerminal({ ...report, locale: 'de-DE' }, { width: 100 })
    assert.match(german, /03\.03\.2026, 09:00, 97,4 Sek/)
  })
})

describe('terminal: colour and width', () => {
  test('NO_COLOR wins, FORCE_COLOR comes next, otherwise a terminal that is not dumb', () => {
    assert.equal(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), false)
    assert.equal(wantsColor({ NO_COLOR: '' }, true), true)
    assert.equal(wantsColor({ FORCE_COLOR: '1' }, false), true)
    assert.equal(wantsColor({ FORCE_COLOR: '0' }, true), false)
    assert.equal(wantsColor({ TERM: 'dumb' }, true), false)
    assert.equal(wantsColor({}, false), false)
  })

  test('text breaks at blanks, and in words that are too long', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
    assert.deepEqual(wrap('abcdefghij kl', 4), ['abcd', 'efgh', 'ij', 'kl'])
    assert.equal(cutTo('abcdef', 4), 'abc…')
  })
})
