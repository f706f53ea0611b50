import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createSecretLedger, type RunRecord, type TestCase } from '@ambit/tester'
import { authorizationCases } from '../../packages/tester/src/cases/server/authorization-cases.ts'
import { codeCases } from '../../packages/tester/src/cases/server/code-cases.ts'
import { metadataCases } from '../../packages/tester/src/cases/server/metadata-cases.ts'
import { pkceCases } from '../../packages/tester/src/cases/server/pkce-cases.ts'
import { redirectCases } from '../../packages/tester/src/cases/server/redirect-cases.ts'
import { startTestedProvider, type TestedProvider } from './tested-provider.ts'
import { frontOfOidcProvider } from './verdicts/oidc-provider.ts'
import { differences, runOnServer } from './verdicts/run-on-server.ts'

const cases: readonly TestCase[] = [
  ...metadataCases,
  ...redirectCases,
  ...authorizationCases,
  ...pkceCases,
  ...codeCases,
]

describe('the tester tries oidc-provider', () => {
  const secrets = createSecretLedger()
  let provider: TestedProvider
  let record: RunRecord
  before(async () => {
    provider = await startTestedProvider(secrets)
    record = await runOnServer(cases, provider, secrets)
  })
  after(() => provider.close())

  test('each case comes to the verdict that was written down before', () => {
    assert.deepEqual(differences(record, frontOfOidcProvider).join('\n'), '')
  })

  test('the table is about cases that there are', () => {
    const ids = new Set<string>(cases.map(({ id }) => id))
    assert.deepEqual(
      Object.keys(frontOfOidcProvider).filter(id => !ids.has(id)),
      [],
    )
  })

  test('nothing is left behind', () => {
    assert.deepEqual(
      record.notes.filter(note => note.includes('left behind')),
      [],
    )
  })
})
