import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSecretLedger, type RunRecord, type TestCase } from '@ambit/tester'
import { authorizationCases } from '../../packages/tester/src/cases/server/authorization-cases.ts'
import { codeCases } from '../../packages/tester/src/cases/server/code-cases.ts'
import { metadataCases } from '../../packages/tester/src/cases/server/metadata-cases.ts'
import { pkceCases } from '../../packages/tester/src/cases/server/pkce-cases.ts'
import { redirectCases } from '../../packages/tester/src/cases/server/redirect-cases.ts'
import { startTestedOwnServer } from './tested-own-server.ts'
import { frontOfOwnServer } from './verdicts/own-server.ts'
import { differences, runOnServer } from './verdicts/run-on-server.ts'

const cases: readonly TestCase[] = [
  ...metadataCases,
  ...redirectCases,
  ...authorizationCases,
  ...pkceCases,
  ...codeCases,
]

describe('the tester tries our own server', () => {
  const secrets = createSecretLedger()
  let running: Awaited<ReturnType<typeof startTestedOwnServer>>
  let record: RunRecord
  before(async () => {
    running = await startTestedOwnServer(secrets)
    record = await runOnServer(cases, running, secrets)
  })
  after(() => running.close())

  test('each case comes to the verdict that was written down before', () => {
    assert.deepEqual(differences(record, frontOfOwnServer).join('\n'), '')
  })

  test('nothing is left behind', () => {
    assert.deepEqual(
      record.notes.filter(note => note.includes('left behind')),
      [],
    )
  })
})
