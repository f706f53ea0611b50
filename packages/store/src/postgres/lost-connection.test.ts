import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConnection } from './node/connection.ts'
import { parseConnectionUrl } from './node/connection-url.ts'
import { ConnectionLost, ConnectionUnusable, parseFailure } from './node/failure.ts'
import { emptyDatabase, noDatabase } from './testing/empty-database.ts'

const limits = {
  connectMillis: 2_000,
  answerMillis: 6_000,
  planMillis: 15_000,
  statementMillis: 5_000,
  lockMillis: 2_000,
  idleInTransactionMillis: 10_000,
}

test('a connection that has ended says that nothing was sent', { skip: noDatabase }, async () => {
  const plan = parseConnectionUrl(await emptyDatabase())
  const [host] = plan.hosts
  assert.ok(host)
  const connection = await openConnection(plan, host, limits)
  const asked = connection.query({ text: 'SELECT pg_sleep(5)' }, 6_000)
  connection.destroy(new ConnectionLost('cut'))
  await assert.rejects(asked, ConnectionLost)
  await assert.rejects(
    connection.query({ text: 'SELECT 1' }, 6_000),
    error => error instanceof ConnectionUnusable && parseFailure(error).kind === 'elsewhere',
  )
})
