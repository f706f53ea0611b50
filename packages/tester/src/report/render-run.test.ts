import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMask } from './mask/mask.ts'
import { renderRun } from './render-run.ts'
import { sampleOperations } from './testing/sample-operations.ts'
import { sampleRun } from './testing/sample-run.ts'

const files = { html: 'report.html', json: 'report.json', junit: 'junit.xml', sarif: 'report.sarif', har: 'report.har' }

function optionsOf(secrets: ReturnType<typeof sampleRun>['ledger'], known = secrets.all()) {
  const mask = createMask({ secrets: known, operations: sampleOperations })
  return { mask, secrets: secrets.all(), files, version: '0.1.0', locale: 'en', timeZone: 'UTC' }
}

describe('a run as files', () => {
  test('SELF-01: all files are made, none holds a secret, and that is a result', async () => {
    const { run, ledger } = sampleRun('</style>&"\u202e')
    const { artefacts, withheld, search, report } = await renderRun(run, optionsOf(ledger))
    assert.deepEqual(
      artefacts.map(({ name }) => name),
      Object.values(files),
    )
    assert.deepEqual([withheld, search.leaks], [[], []])
    assert.equal(report.results.at(-1)?.caseId, 'SELF-01')
    assert.equal(report.results.at(-1)?.verdict, 'pass')
    assert.equal(
      report.results.at(-1)?.reason,
      `5 files were searched for ${ledger.all().length} secrets: none was found`,
    )
    assert.equal(search.searched.artefacts, 5)
  })

  test('only what is wanted is made', async () => {
    const { run, ledger } = sampleRun()
    const { artefacts } = await renderRun(run, { ...optionsOf(ledger), files: { json: 'a.json' } })
    assert.deepEqual(
      artefacts.map(({ name }) => name),
      ['a.json'],
    )
  })

  test('SELF-01: a secret that masking missed fails the run, and no file with it is handed out', async () => {
    const { run, ledger } = sampleRun()
    const planted = ledger.secret('client secret', 'planted secret of four words')
    const known = ledger.all().filter(secret => secret !== planted)
    const leaking = { ...run, notes: [`note: ${planted.reveal()}`] }
    const { artefacts, withheld, report } = await renderRun(leaking, optionsOf(ledger, known))
    assert.deepEqual(withheld.toSorted(), ['report.html', 'report.json', 'report.sarif'])
    assert.deepEqual(
      artefacts.map(({ name }) => name),
      ['junit.xml', 'report.har'],
    )
    const finding = report.findings.find(({ caseId }) => caseId === 'SELF-01')
    assert.match(
      finding?.reason ?? '',
      /5 files were searched for \d+ secrets: client secret in report\.html, line \d+/,
    )
    for (const { text } of artefacts) assert.equal(text.includes(planted.reveal()), false)
    assert.match(artefacts[0]?.text ?? '', /SELF-01/)
  })

  test('SELF-01: what else the run leaves behind is searched as well', async () => {
    const { run, ledger } = sampleRun()
    const [token] = ledger.all()
    const others = [{ name: 'run.log', text: `token ${token?.reveal()}` }]
    const { withheld, artefacts } = await renderRun(run, { ...optionsOf(ledger), others })
    assert.deepEqual(withheld, ['run.log'])
    assert.equal(artefacts.length, 5)
  })
})
