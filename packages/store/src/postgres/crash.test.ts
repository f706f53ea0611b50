import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StoreUnavailable } from '@ambit/server'
import { lanes, runFlows } from '../testing/flow.ts'
import { assertKept, assertOnce } from '../testing/flow-claims.ts'
import { type AnsweredStep, runAndKill } from '../testing/killed-flows.ts'
import { postgresStore } from './node/postgres-store.ts'
import { hasDatabaseServer, startDatabaseServer } from './testing/database-server.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const opener = new URL('testing/open-store.ts', import.meta.url)

describe('kill -9 in the middle of redemptions and rotations on PostgreSQL', () => {
  for (const killAfter of [230, 610])
    test(`RFC 6749 §4.1.2: a node killed after ${killAfter} answers: nothing answered is lost and nothing is good twice`, {
      skip: noDatabase,
      timeout: 60_000,
    }, async () => {
      const url = await emptyDatabase()
      await assertWhole(url, await runAndKill({ opener, place: url }, killAfter))
    })

  test('RFC 6749 §4.1.2: a database killed twice under load: nothing answered is lost, nothing is good twice, and each failure says that the store is away', {
    skip: !hasDatabaseServer() && noDatabase,
    timeout: 60_000,
  }, async t => {
    const server = await startDatabaseServer()
    t.after(() => server.remove())
    const answered: AnsweredStep[] = []
    for (const killAfter of [300, 800]) {
      // what one life of the database was given begins behind what the one before was given
      const first = answered.length === 0 ? 0 : lanes * 1_000
      answered.push(
        ...(await runAndKillDatabase(server.url(), { first, killAfter, kill: () => server.halt('SIGKILL') })),
      )
      await server.start()
    }
    await assertWhole(server.url(), answered)
  })
})

async function assertWhole(url: string, answered: readonly AnsweredStep[]): Promise<void> {
  const store = await postgresStore({ url })
  await Promise.all(answered.map(([flow, step]) => assertKept(store, flow, step)))
  // the lanes have begun flows of which nothing was answered
  const flows = new Set(answered.flatMap(([flow]) => [flow, flow + lanes, flow + 2 * lanes]))
  await Promise.all([...flows].map(flow => assertOnce(store, flow)))
  await store.close()
}

type Life = { readonly first: number; readonly killAfter: number; readonly kill: () => Promise<void> }

/** Runs until the first call fails, which is soon after the kill. */
async function runAndKillDatabase(url: string, { first, killAfter, kill }: Life): Promise<readonly AnsweredStep[]> {
  const store = await postgresStore({ url, patienceMillis: 200 })
  const answered: AnsweredStep[] = []
  let killed: Promise<void> | undefined
  const outcome = runFlows(
    store,
    (flow, step, kind) => {
      assert.equal(kind, 'spent')
      answered.push([flow, step])
      if (answered.length >= killAfter) killed ??= kill()
    },
    first,
  )
  await assert.rejects(outcome, StoreUnavailable)
  await killed
  await store.close()
  return answered
}
