import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { createGuard, jwtVerifier, UsageReporter } from '@ambit/resource'
import { defineScopes } from '@ambit/scope'
import type { ClientId } from '@ambit/server'
import { type RunningServer, startServer, withOpenIdScopes } from 'ambit'
import { journeyStore } from './journey-store.ts'

const pets = 'https://api.example/pets'
const secret = 'a secret of enough length'
const catalogue = defineScopes(
  withOpenIdScopes({ scopes: { read_pets: { resource: pets }, write_pets: { resource: pets } } }),
)
const window = 60

function parseToken(answer: unknown): string {
  return (answer as { readonly access_token: string }).access_token
}

/** A clock that server and guard share, and that the test moves. */
function movableClock() {
  let millis = Date.now()
  const clock = { now: () => epochSeconds(millis / 1000), millis: () => millis }
  return { clock, advance: (by: number) => void (millis += by * 1000) }
}

describe('a guard in front of an API, and the server behind it', () => {
  const { clock, advance } = movableClock()
  let server: RunningServer
  before(async () => {
    server = await startServer(
      {
        port: 0,
        store: await journeyStore('memory'),
        log: { level: 'silent' },
        catalogue,
        resources: [{ resource: pets }],
        statusList: { window },
        clients: [
          { clientId: 'job', secret, scope: ['read_pets'] },
          { clientId: 'pets-api', secret, grantTypes: [], scope: [], introspects: [pets] },
        ],
      },
      { clock },
    )
  })
  after(() => server.close())

  async function post(path: string, form: Readonly<Record<string, string>>): Promise<Response> {
    const headers = { authorization: `Basic ${btoa(`job:${encodeURIComponent(secret)}`)}` }
    return fetch(`${server.origin}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) })
  }

  async function takeToken(): Promise<string> {
    const answer = await post('/token', { grant_type: 'client_credentials', scope: 'read_pets' })
    return parseToken(await answer.json())
  }

  const usage = () =>
    new UsageReporter({ issuer: server.issuer, clientId: 'pets-api', clientSecret: secret, repeat: () => () => {} })

  function guardOf(reporter: UsageReporter) {
    const jwt = jwtVerifier({ jwksUri: `${server.issuer}/jwks`, clock, statusList: { window } })
    return createGuard({
      issuers: [{ issuer: server.issuer, jwt }],
      resource: pets,
      catalogue,
      clock,
      observe: reporter.observe,
    })
  }

  async function ask(guard: ReturnType<typeof guardOf>, token: string): Promise<string> {
    const headers = { authorization: `Bearer ${token}` }
    return (await guard({ method: 'GET', path: '/pets/1', query: '', body: '', headers }, 'read_pets')).kind
  }

  test('Token Status List §8.3: a token that is revoked is refused offline within the window', async () => {
    const reporter = usage()
    const guard = guardOf(reporter)
    const token = await takeToken()
    assert.equal(await ask(guard, token), 'allowed')
    await post('/revoke', { token })
    advance(window)
    assert.equal(await ask(guard, token), 'refused')
    assert.equal(await ask(guard, await takeToken()), 'allowed')
    await reporter.close()
  })

  test('what a guard allowed is known to the server as usage of scope', async () => {
    const reporter = usage()
    const guard = guardOf(reporter)
    const token = await takeToken()
    await ask(guard, token)
    await ask(guard, token)
    await reporter.flush()
    const [used] = await server.store.listScopeUsage('job' as ClientId)
    assert.equal(used?.scope, 'read_pets')
    assert.ok((used?.count ?? 0) >= 2)
    assert.equal(used?.lastUsedAt, clock.now())
    assert.equal(reporter.waiting, 0)
    await reporter.close()
  })
})
