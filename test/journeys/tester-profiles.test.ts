import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allCases, createSecretLedger, type RunRecord } from '@ambit/tester'
import { startTestedProfile, type TestedProfile } from './tested-profile.ts'
import { profileVerdicts } from './verdicts/profiles.ts'
import { differences, runOnServer } from './verdicts/run-on-server.ts'

/** Two hundred codes look the same under every profile; `tester-own-server` looks at them. */
const sameEverywhere = 'AS-COD-06'
const cases = allCases.filter(({ id }) => id.startsWith('AS-') && id !== sameEverywhere)

/** How many trials must have come to a verdict at the least, so that silence is no success. */
const judgedAtLeast: Readonly<Record<TestedProfile, number>> = {
  'oauth2.1': 185,
  'fapi2-security': 190,
  'fapi2-message-signing': 195,
  mcp: 185,
  legacy: 185,
  everything: 240,
}

function countJudged({ results }: RunRecord): number {
  return results.filter(({ verdict }) => verdict === 'pass' || verdict === 'warn' || verdict === 'fail').length
}

for (const profile of Object.keys(judgedAtLeast).filter(isProfile))
  test(`the tester finds nothing against our own server: ${profile}`, async () => {
    const secrets = createSecretLedger()
    const running = await startTestedProfile(profile, secrets)
    try {
      const record = await runOnServer(cases, { ...running, patience: 1000 }, secrets)
      assert.equal(differences(record, profileVerdicts[profile]).join('\n'), '')
      assert.deepEqual(
        record.results.filter(({ verdict }) => verdict === 'fail').map(({ caseId, reason }) => `${caseId}: ${reason}`),
        [],
      )
      assert.ok(countJudged(record) >= judgedAtLeast[profile], `only ${countJudged(record)} trials were judged`)
      assert.deepEqual(
        record.notes.filter(note => note.includes('left behind')),
        [],
      )
    } finally {
      await running.close()
    }
  })

function isProfile(name: string): name is TestedProfile {
  return Object.hasOwn(judgedAtLeast, name)
}
