import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allCases, createSecretLedger, type RunRecord } from '@ambit/tester'
import {
  defects,
  type WeakDefect,
  type WeakDefectName,
  weakDefectNames,
} from '../../packages/tester/src/testing/weak-server/defects.ts'
import { type ListeningServer, listenWeakServer } from '../../packages/tester/src/testing/weak-server/listen.ts'
import { runOnServer } from './verdicts/run-on-server.ts'

const cases = allCases.filter(({ id }) => id.startsWith('AS-'))
const all: Readonly<Record<WeakDefectName, WeakDefect>> = defects

/** Every weakness but those behind which others cannot be seen. */
const together = weakDefectNames.filter(name => all[name].hides === undefined)

/** Cases about TLS, which there is none of on loopback. */
const overTls: ReadonlySet<string> = new Set(['AS-TLS-01', 'AS-CLI-07'])

function open(...on: readonly WeakDefectName[]): Promise<ListeningServer> {
  const wait = () => new Promise<void>(resolve => void setImmediate(resolve))
  const fetchText = async (url: string) => (await fetch(url)).text()
  return listenWeakServer({ defects: on, now: () => Date.now(), wait, fetchText, secrets: createSecretLedger() })
}

/** Its metadata may be such that no client would take them. */
function tryServer({ target, secrets }: ListeningServer): Promise<RunRecord> {
  return runOnServer(cases, { ...target.server, patience: 700 }, secrets)
}

describe('the tester tries a server with every weakness', () => {
  let weak: ListeningServer
  let record: RunRecord
  before(async () => {
    weak = await open(...together)
    record = await tryServer(weak)
  })
  after(() => weak.close())

  const planned = new Set(cases.map(({ id }) => id))
  for (const name of together.filter(each => planned.has(all[each].found) && !overTls.has(all[each].found)))
    test(`${all[name].found} tells that ${all[name].what}`, () => {
      const results = record.results.filter(({ caseId }) => caseId === all[name].found)
      assert.ok(
        results.some(({ verdict }) => verdict === 'fail' || verdict === 'warn'),
        results.map(({ verdict, reason }) => `${verdict}: ${reason}`).join('\n'),
      )
    })
})

describe('the tester tries the same server without weaknesses', () => {
  let weak: ListeningServer
  let record: RunRecord
  before(async () => {
    weak = await open()
    record = await tryServer(weak)
  })
  after(() => weak.close())

  test('nothing is found, and nothing is left open', () => {
    assert.deepEqual(
      record.results
        .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable')
        .map(({ name, verdict, reason }) => `${name}: ${verdict}: ${reason}`),
      [],
    )
  })

  test('what the tester got and registered is gone', () => {
    const { state } = weak
    assert.deepEqual(
      [...state.clients.keys()].filter(clientId => clientId.startsWith('dcr-')),
      [],
    )
    assert.deepEqual(record.notes, [])
  })
})
