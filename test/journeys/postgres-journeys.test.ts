import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'

/** Journeys and attacks that are made again with each server on a PostgreSQL database of its own. */
const files = [
  'journeys/openid-client',
  'journeys/oauth4webapi',
  'journeys/endpoint-rules',
  'journeys/edges',
  'journeys/restart',
  'journeys/device-flow',
  'journeys/ciba',
  'journeys/pushed-requests',
  'journeys/token-exchange',
  'journeys/dpop',
  'journeys/registration',
  'journeys/authorization-details',
  'journeys/jwt-bearer',
  'journeys/grant-management',
  'journeys/backchannel-logout',
  'journeys/global-revocation',
  'journeys/guard-and-server',
  'journeys/step-up',
  'journeys/profiles-fapi2',
  'attacks/code-injection',
  'attacks/refresh-token',
]

test('the journeys are the same on PostgreSQL', { skip: noDatabase }, async () => {
  const root = new URL('../', import.meta.url)
  const paths = files.map(file => new URL(`${file}.test.ts`, root).pathname)
  const options = ['--disable-warning=ExperimentalWarning', '--test', '--test-force-exit', '--test-concurrency=2']
  // a run within a run would take itself for a part of this one
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const child = spawn(process.execPath, [...options, '--test-reporter=tap', ...paths], {
    env: { ...environment, AMBIT_TEST_STORE: 'postgres', AMBIT_TEST_DATABASE_URL: await emptyDatabase() },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = await text(child.stdout)
  assert.equal(failuresIn(output), '')
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1])
  assert.deepEqual([count('fail'), count('cancelled')], [0, 0], output)
  assert.ok(count('pass') >= 150, `only ${count('pass')} tests`)
})

/** Each failure with what stands behind it. */
function failuresIn(output: string): string {
  return output
    .split(/^(?=\s*(?:not )?ok )/m)
    .filter(part => /^\s*not ok/.test(part))
    .join('')
}
