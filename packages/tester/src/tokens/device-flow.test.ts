import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deviceFlow } from './device-flow.ts'
import type { FrontChannel, Visit } from './front-channel.ts'
import { type Answer, accessTo, clientWith, type Script } from './testing/scripted-server.ts'

const started = {
  device_code: 'the-device-code',
  user_code: 'WDJB',
  verification_uri: 'https://as.example/go',
  interval: 2,
  expires_in: 60,
}
const done: Answer = { body: { access_token: 'a-token-of-the-device', token_type: 'Bearer' } }
const told = (error: string): Answer => ({ status: 400, body: { error } })

type Stay = 'page' | 'stuck' | 'elsewhere'

async function run(answers: readonly Answer[], begin: Answer = { body: started }, stay: Stay = 'page') {
  const polls: URLSearchParams[] = []
  const script: Script = {
    '/device': () => begin,
    '/token': ({ form }) => answers[polls.push(form) - 1],
  }
  const access = accessTo(script)
  const visits: (Visit & { readonly url: string })[] = []
  const front: FrontChannel = {
    visit: async (url, visit) => {
      visits.push({ ...visit, url })
      if (stay === 'elsewhere') return { kind: 'redirected', location: url, parameters: new Map() }
      return stay === 'stuck'
        ? { kind: 'stuck', reason: 'no login' }
        : { kind: 'page', status: 200, body: '', headers: [] }
    },
    close: async () => undefined,
  }
  const wish = { client: clientWith(), pairs: [['scope', 'read']] as const, scope: ['read'], conduct: {} }
  const outcome = await deviceFlow(wish, access, front)
  return {
    outcome,
    polls,
    visits,
    waits: access.clock.waits,
    access,
    reason: outcome.kind === 'refused' ? outcome.reason : '',
  }
}

describe('deviceFlow', () => {
  test('RFC 8628 §3.4: polls with the device code until the user is done', async () => {
    const { outcome, polls, visits, waits, access } = await run([told('authorization_pending'), done])
    assert.equal(outcome.kind, 'tokens')
    assert.equal(polls[0]?.get('grant_type'), 'urn:ietf:params:oauth:grant-type:device_code')
    assert.equal(polls[0]?.get('device_code'), 'the-device-code')
    assert.deepEqual(waits, [2000, 2000])
    assert.deepEqual([visits[0]?.url, visits[0]?.userCode], ['https://as.example/go', 'WDJB'])
    assert.ok(access.secrets.all().some(({ kind }) => kind === 'device code'))
  })

  test('RFC 8628 §3.3.1: the address that holds the code is preferred', async () => {
    const begin = { body: { ...started, verification_uri_complete: 'https://as.example/go?user_code=WDJB' } }
    assert.equal((await run([done], begin)).visits[0]?.url, 'https://as.example/go?user_code=WDJB')
  })

  test('RFC 8628 §3.5: slow_down adds five seconds each time, five are the default', async () => {
    const { interval: _, ...rest } = started
    const answers = [told('slow_down'), told('authorization_pending'), told('slow_down'), done]
    assert.deepEqual((await run(answers, { body: rest })).waits, [5000, 10_000, 10_000, 15_000])
  })

  test('RFC 8628 §3.5: any other error ends it', async () => {
    const { reason, polls } = await run([told('access_denied'), done])
    assert.match(reason, /access_denied/)
    assert.equal(polls.length, 1)
  })

  test('RFC 8628 §3.2: it does not poll beyond the end of the code', async () => {
    const { reason, polls } = await run(Array.from({ length: 100 }, () => told('authorization_pending')))
    assert.match(reason, /expired/)
    assert.equal(polls.length, 29)
  })

  const strange: readonly (readonly [name: string, value: number, waits: number])[] = [
    ['interval', 0, 1000],
    ['interval', -5, 1000],
    ['interval', 1e12, 300_000],
  ]
  for (const [name, value, waited] of strange)
    test(`RFC 8628 §3.5: an ${name} of ${value} neither hammers the server nor halts the run`, async () => {
      const { waits } = await run([done], { body: { ...started, expires_in: 1e99, [name]: value } })
      assert.deepEqual(waits, [waited])
    })

  test('RFC 8628 §3.2: a code that never expires is given up', async () => {
    const begin = { body: { ...started, interval: 300, expires_in: 1e99 } }
    const { reason, polls } = await run(
      Array.from({ length: 100 }, () => told('authorization_pending')),
      begin,
    )
    assert.match(reason, /expired/)
    assert.equal(polls.length, 5)
  })

  test('RFC 8628 §3.3: nobody waits for a code that can be entered only at a stranger’s', async () => {
    const begin = { body: { ...started, verification_uri: 'https://elsewhere.example' } }
    const { reason, polls } = await run([done], begin, 'elsewhere')
    assert.match(reason, /belongs neither to the server/)
    assert.equal(polls.length, 0)
  })

  test('RFC 8628 §3.5: nobody asks any more when the run is over', async () => {
    const stop = new AbortController()
    const script: Script = {
      '/device': () => ({ body: started }),
      '/token': () => {
        stop.abort()
        return told('authorization_pending')
      },
    }
    const access = { ...accessTo(script), signal: stop.signal }
    const front: FrontChannel = {
      visit: async () => ({ kind: 'page', status: 200, body: '', headers: [] }),
      close: async () => undefined,
    }
    const outcome = await deviceFlow({ client: clientWith(), pairs: [], scope: [], conduct: {} }, access, front)
    assert.match(outcome.kind === 'refused' ? outcome.reason : '', /the run is over/)
  })

  test('an endpoint that gives no answer may give one later', async () => {
    const access: ReturnType<typeof accessTo> = {
      ...accessTo({}),
      send: async request => ({ request, sentAt: 0, duration: 0, kind: 'failed', failure: 'timeout', detail: 'x' }),
    }
    const front: FrontChannel = { visit: async () => assert.fail('visited'), close: async () => undefined }
    const outcome = await deviceFlow({ client: clientWith(), pairs: [], scope: [], conduct: {} }, access, front)
    assert.ok(outcome.kind === 'refused' && outcome.isTemporary)
    assert.match(outcome.reason, /gave no answer/)
  })

  test('what keeps it from beginning is told', async () => {
    assert.match((await run([], { status: 401 })).reason, /answered 401/)
    assert.match((await run([], { body: { ...started, user_code: 1 } })).reason, /without `device_code`/)
    const plain = { body: { ...started, verification_uri: 'http://as.example/go' } }
    assert.match((await run([], plain)).reason, /is not https/)
    assert.match((await run([], { body: started }, 'stuck')).reason, /could not enter the code: no login/)
  })
})
