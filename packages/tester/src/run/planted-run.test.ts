import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsCases } from '../cases/resource/claims-cases.ts'
import { presenceCases } from '../cases/resource/presence-cases.ts'
import { scopeCases } from '../cases/resource/scope-cases.ts'
import { signatureCases } from '../cases/resource/signature-cases.ts'
import { runOnPlanted } from './testing/planted-run.ts'
import { answeredBy } from './testing/sample-target.ts'

const cases = [...presenceCases, ...signatureCases, ...claimsCases, ...scopeCases]

test('a careful API has no finding, and every control holds', async () => {
  const { findings, results, notes } = await runOnPlanted(cases)
  assert.deepEqual(findings, [])
  assert.deepEqual(notes, [])
  assert.ok(results.filter(({ verdict }) => verdict === 'pass').length > 400)
})

for (const [defect, caseId] of [
  ['unguarded-operation', 'RS-TOK-01'],
  ['no-challenge', 'RS-TOK-01'],
  ['signature-ignored', 'RS-JWT-02'],
  ['alg-none', 'RS-JWT-01'],
  ['expiry-ignored', 'RS-CLM-01'],
  ['audience-ignored', 'RS-CLM-06'],
  ['scope-by-substring', 'RS-SCP-05'],
  ['write-with-read', 'RS-SCP-10'],
  ['any-scope', 'RS-SCP-03'],
] as const)
  test(`the defect ${defect} is one finding, under ${caseId}`, async () => {
    const { findings } = await runOnPlanted(cases, { defects: [defect] })
    assert.deepEqual(
      findings.map(finding => finding.caseId),
      [caseId],
    )
  })

test('the same run twice gives the same verdicts and fingerprints, and so does another seed', async () => {
  const defects = ['signature-ignored', 'scope-by-substring'] as const
  const verdictsOf = async (seed: string) => {
    const { results, findings } = await runOnPlanted(cases, { defects, selection: { seed } })
    return {
      verdicts: results.map(({ name, verdict }) => `${name} ${verdict}`),
      prints: findings.map(each => each.fingerprint),
    }
  }
  const first = await verdictsOf('1')
  assert.deepEqual(await verdictsOf('1'), first)
  assert.deepEqual(await verdictsOf('2'), first)
})

test('RFC 6585 §4: a server that is busy now and then changes no verdict, and one that always is makes none', async () => {
  let count = 0
  const some = await runOnPlanted(presenceCases, {
    between: send => (request, options) => {
      return ++count % 5 === 0 ? Promise.resolve(answeredBy(429, [['Retry-After', '1']])) : send(request, options)
    },
  })
  assert.deepEqual(some.findings, [])
  assert.ok(some.results.every(({ verdict }) => verdict !== 'inconclusive'))
  const always = await runOnPlanted(presenceCases, { between: () => async () => answeredBy(503) })
  assert.deepEqual(always.findings, [])
  assert.ok(always.results.every(({ verdict }) => verdict === 'inconclusive' || verdict === 'not_applicable'))
})

test('an API that is not there makes no verdict, and one that refuses everybody has no finding but that', async () => {
  const dead = await runOnPlanted(presenceCases, {
    between: () => async request => {
      return { kind: 'failed', failure: 'refused', detail: 'nobody listens', request, sentAt: 0, duration: 0 }
    },
  })
  assert.deepEqual(dead.findings, [])
  assert.ok(!dead.results.some(({ verdict }) => verdict === 'pass'))
  const shut = await runOnPlanted(presenceCases, {
    between: () => async () => answeredBy(401, [['WWW-Authenticate', 'Bearer error="invalid_token"']]),
  })
  assert.ok(!shut.results.some(({ verdict }) => verdict === 'pass'))
})
