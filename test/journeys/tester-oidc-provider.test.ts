import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allCases, createSecretLedger, type RunRecord } from '@ambit/tester'
import { startTestedProvider, type TestedProvider } from './tested-provider.ts'
import { frontOfOidcProvider } from './verdicts/oidc-provider.ts'
import { endpointsOfOidcProvider } from './verdicts/oidc-provider-endpoints.ts'
import { differences, runOnServer } from './verdicts/run-on-server.ts'

const cases = allCases.filter(({ id }) => id.startsWith('AS-'))

const table = { ...frontOfOidcProvider, ...endpointsOfOidcProvider }

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
    assert.deepEqual(differences(record, table).join('\n'), '')
  })

  test('the table is about cases that there are', () => {
    const ids = new Set<string>(cases.map(({ id }) => id))
    assert.deepEqual(
      Object.keys(table).filter(id => !ids.has(id)),
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
