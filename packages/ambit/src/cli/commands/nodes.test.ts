import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import type { NodeRecord } from '@ambit/server'
import { sqliteStore } from '@ambit/store'
import { parseJson } from '../testing/json.ts'
import { type Cli, testCli } from '../testing/run.ts'

const seenAt = Math.floor(Date.now() / 1000)

function node(nodeId: string, changes: Partial<NodeRecord> = {}): NodeRecord {
  const times = {
    startedAt: epochSeconds(seenAt - 60),
    seenAt: epochSeconds(seenAt),
    expiresAt: epochSeconds(seenAt + 600),
  }
  return {
    nodeId,
    host: 'alpha',
    pid: 7,
    version: '1.2.3',
    schema: 4,
    configHash: 'abcdefgh12345',
    ...times,
    ...changes,
  }
}

async function announce(cli: Cli, nodes: readonly NodeRecord[]): Promise<void> {
  const store = sqliteStore({ path: join(cli.folder, 'test.db') })
  for (const each of nodes) await store.announceNode(each, each.seenAt)
  await store.close()
}

test('nodes lists the processes that serve, and is none of them', async t => {
  const cli = testCli(t)
  await announce(cli, [
    node('one'),
    node('two', { host: 'beta', startedAt: epochSeconds(seenAt - 30), aheadMillis: 12 }),
  ])
  const listed = await cli.run('nodes')
  assert.equal(listed.code, 0)
  assert.match(listed.out, /one +alpha +7 +1\.2\.3 +4 +abcdefgh +\S+Z +\S+Z\n/)
  assert.match(listed.out, /two +beta .* \+0\.012 s\n/)
  assert.equal(listed.err, '')
  const { nodes, warnings } = parseJson<{ nodes: NodeRecord[]; warnings: string[] }>(
    (await cli.run('nodes --json')).out,
  )
  assert.deepEqual(
    nodes.map(({ nodeId }) => nodeId),
    ['one', 'two'],
  )
  assert.deepEqual(warnings, [])
})

test('nodes says where nobody serves, and where there is no store', async t => {
  const cli = testCli(t)
  const before = await cli.run('nodes --json')
  assert.deepEqual([before.code, parseJson(before.out)], [0, { nodes: [], warnings: [] }])
  assert.match(before.err, /^ambit: there is no store yet at /)
  await announce(cli, [])
  const nobody = await cli.run('nodes')
  assert.deepEqual([nobody.code, nobody.err], [0, 'ambit: no server serves with this store now\n'])
})

test('nodes warns of different configurations and of clocks that are off', async t => {
  const cli = testCli(t)
  await announce(cli, [node('one'), node('two', { configHash: 'other', aheadMillis: -5_200 })])
  const { err, out } = await cli.run('nodes')
  assert.match(err, /the nodes run with 2 different configurations/)
  assert.match(err, /the clocks of `two` differ from that of the database by more than a second/)
  assert.match(out, /-5\.200 s\n/)
})
