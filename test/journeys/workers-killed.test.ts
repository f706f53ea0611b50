import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { emptyDatabase, noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { openBrowser } from './browser-like.ts'
import { beginLoad, type LoadClient, openClient } from './workers-load.ts'
import {
  eventually,
  password,
  redirectUri,
  type ServingProgram,
  startProgram,
  workersConfig,
} from './workers-program.ts'

const verifier = 'a-verifier-that-nobody-else-has-ever-seen-0123456789'
const isPosix = process.platform !== 'win32'

function authorizeUrl(origin: string): URL {
  const parameters = {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: redirectUri,
    scope: 'openid offline_access read_pets',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  return new URL(`/authorize?${new URLSearchParams(parameters)}`, origin)
}

/** What one user with a browser did: what they were answered, and what was answered twice. */
type Findings = {
  readonly live: Map<string, string>
  readonly spent: { readonly form: Readonly<Record<string, string>> }[]
  readonly twice: string[]
  codes: number
  rotations: number
}

/** Gets codes and redeems each twice at once, and rotates refresh tokens, until it is told to stop. */
async function useCodes(origin: string, clients: readonly LoadClient[], isOver: () => boolean): Promise<Findings> {
  const findings: Findings = { live: new Map(), spent: [], twice: [], codes: 0, rotations: 0 }
  const [one, other] = clients
  assert.ok(one && other)
  const browser = openBrowser(request => retried(() => fetch(request.clone())), [origin])
  const login = await browser.open(authorizeUrl(origin))
  let landing = await browser.submit(login, { username: 'ada', password })
  if (landing.left === undefined) landing = await browser.submit(landing, { decision: 'allow' })
  while (!isOver()) {
    const code = landing.left?.searchParams.get('code') ?? ''
    findings.codes++
    const redeem = { grant_type: 'authorization_code', client_id: 'app', code, redirect_uri: redirectUri }
    // redeemed once, and rotated: what was answered last is good until the end
    const issued = await one.post('/token', { ...redeem, code_verifier: verifier })
    const token = issued?.body['refresh_token']
    if (typeof token === 'string') {
      const refresh = { grant_type: 'refresh_token', client_id: 'app', refresh_token: token }
      const rotated = await other.post('/token', refresh)
      if (rotated?.status === 200) {
        findings.rotations++
        findings.live.set(String(rotated.body['refresh_token']), String(rotated.body['access_token']))
        findings.spent.push({ form: refresh })
      }
    }
    landing = await browser.open(authorizeUrl(origin))
    // redeemed by two at once: at most one is answered
    const raced = { ...redeem, code: landing.left?.searchParams.get('code') ?? '', code_verifier: verifier }
    const answers = await Promise.all([one.post('/token', raced), other.post('/token', raced)])
    if (answers.every(answer => answer?.status === 200)) findings.twice.push('a code')
    findings.codes++
    landing = await browser.open(authorizeUrl(origin))
  }
  return findings
}

/** A browser that asks again where its connection was reset. */
async function retried(send: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries++)
    try {
      return await send()
    } catch (error) {
      if (tries > 20) throw error
    }
}

async function killInTheMiddle({ lines, pids, until }: ServingProgram, answered: () => number): Promise<void> {
  for (const number of [1, 2]) {
    const seen = answered()
    await eventually(() => answered() > seen + 300)
    const from = lines.length
    process.kill(pids().get(number) ?? 0, 'SIGKILL')
    await until(`worker ${number} serves`, from)
  }
  const seen = answered()
  await eventually(() => answered() > seen + 300)
}

const stores = [
  { name: 'one SQLite file', skip: !isPosix, environment: () => Promise.resolve({}) },
  {
    name: 'one PostgreSQL database',
    skip: !isPosix || noDatabase,
    environment: async () => ({ DATABASE_URL: await emptyDatabase() }),
  },
]

for (const { name, skip, environment } of stores)
  test(
    `two workers over ${name}, each killed under load: what was answered is good, and nothing is good twice`,
    {
      skip,
    },
    async t => killUnderLoad(t, await startProgram(t, workersConfig, await environment())),
  )

async function killUnderLoad(t: TestContext, program: ServingProgram): Promise<void> {
  const { origin } = program
  const load = beginLoad(origin, 4)
  const clients = [openClient(origin, { isBrief: true }), openClient(origin, { isBrief: true })]
  let isOver = false
  const using = useCodes(origin, clients, () => isOver)
  await killInTheMiddle(program, () => load.tokens.length)
  isOver = true
  const findings = await using
  await load.stop()
  assert.deepEqual([...load.statuses.keys()], [200])
  assert.deepEqual(findings.twice, [])
  assert.ok(findings.rotations > 0)

  const [asking] = clients
  assert.ok(asking)
  const isActive = async (token: string) => (await asking.post('/introspect', { token }, 'machine'))?.body['active']
  for (const token of [...load.tokens, ...findings.live.values()])
    assert.equal(await isActive(token), true, 'a token that was answered is good')
  for (const refresh_token of findings.live.keys()) {
    const answer = await asking.post('/token', { grant_type: 'refresh_token', client_id: 'app', refresh_token })
    assert.equal(answer?.status, 200, 'a refresh token that was answered is good')
  }
  for (const { form } of findings.spent)
    assert.equal((await asking.post('/token', form))?.body['error'], 'invalid_grant', 'a spent one is not')
  for (const client of clients) client.close()
  t.diagnostic(
    `${load.tokens.length} tokens, ${findings.codes} codes, ${findings.rotations} rotations; ` +
      `${load.failures().length} connections were reset by the two kills; lost: 0, good twice: 0`,
  )
}
