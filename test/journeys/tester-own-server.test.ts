import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allCases, createSecretLedger, type RunRecord } from '@ambit/tester'
import { startTestedOwnServer } from './tested-own-server.ts'
import { frontOfOwnServer } from './verdicts/own-server.ts'
import { endpointsOfOwnServer } from './verdicts/own-server-endpoints.ts'
import { differences, runOnServer } from './verdicts/run-on-server.ts'

const cases = allCases.filter(({ id }) => id.startsWith('AS-'))

const table = { ...frontOfOwnServer, ...endpointsOfOwnServer }

describe('the tester tries our own server', () => {
  const secrets = createSecretLedger()
  let running: Awaited<ReturnType<typeof startTestedOwnServer>>
  let record: RunRecord
  before(async () => {
    running = await startTestedOwnServer(secrets)
    record = await runOnServer(cases, { ...running, patience: 1000 }, secrets)
  })
  after(() => running.close())

  test('each case comes to the verdict that was written down before', () => {
    assert.deepEqual(differences(record, table).join('\n'), '')
  })

  test('nothing is left behind', () => {
    assert.deepEqual(
      record.notes.filter(note => note.includes('left behind')),
      [],
    )
  })
})
