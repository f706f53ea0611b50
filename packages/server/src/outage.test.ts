import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpResponse } from '@ambit/protocol'
import { memoryStore } from '@ambit/store'
import { createServer } from './server.ts'
import { authorizationQuery, consent, logIn, type OpenedWorld, sentParameters, verifier } from './testing/authorize.ts'
import { type Arrival, pageOf, testBrowser } from './testing/browser.ts'
import { clientSecret, redirectUri } from './testing/clients.ts'
import { type CutOff, type FragileStore, fragileStore } from './testing/outage.ts'
import { basicHeader, bodyOf, request } from './testing/requests.ts'
import { testWorld } from './testing/world.ts'

type Broken = Omit<OpenedWorld, 'authorize'> & { readonly fragile: FragileStore }

async function openBroken(): Promise<Broken> {
  const fragile = fragileStore(memoryStore())
  const world = await testWorld({ store: fragile.store })
  const server = createServer(world.options)
  return { world, server, fragile, browser: testBrowser(server.handle, 'https://as.example') }
}

/** What a client and its user do, from login to logout; ends early where an answer says that it is not to be had now. */
async function journey(broken: Broken): Promise<'done' | 'interrupted'> {
  try {
    await useEverything(broken)
    return 'done'
  } catch (error) {
    if (error instanceof Interruption) return 'interrupted'
    throw error
  }
}

class Interruption extends Error {}

async function useEverything({ server, browser }: Broken): Promise<void> {
  const code = await obtainCode(browser)
  const send = async (path: string, form: Readonly<Record<string, string>>, client = 'web') =>
    settled(await server.handle(request({ path, form, basic: [client, clientSecret] })))
  const redeemed = await send('/token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  const { refresh_token: first } = tokensOf(redeemed)
  const { access_token, refresh_token } = tokensOf(
    await send('/token', { grant_type: 'refresh_token', refresh_token: first }),
  )
  const authorization = `Bearer ${access_token}`
  assert.equal(settled(await server.handle(request({ path: '/userinfo', headers: { authorization } }))).status, 200)
  assert.equal((await send('/revoke', { token: refresh_token })).status, 200)
  const introspected = await send('/introspect', { token: access_token }, 'api')
  assert.equal(bodyOf(introspected)['active'], false, 'what was told to be revoked is')
  const page = arrived(await browser.open('/logout'))
  const csrf = String(pageOf(page)['csrf'])
  arrived(await browser.post('/logout', { decision: 'logout', csrf }))
  const after = arrived(await browser.open(`/authorize?${authorizationQuery()}`))
  assert.equal(pageOf(after).page, 'login', 'who was told to be logged out is')
}

async function obtainCode(browser: Broken['browser']): Promise<string> {
  let arrival = arrived(await browser.open(`/authorize?${authorizationQuery()}`))
  if (arrival.location === undefined && pageOf(arrival).page === 'login')
    arrival = arrived(await logIn(browser, arrival))
  if (arrival.location === undefined)
    arrival = arrived(await consent(browser, arrival, ['openid', 'read_pets', 'write_pets']))
  const sent = sentParameters(arrival)
  if (sent.get('error') === 'temporarily_unavailable') throw new Interruption()
  assert.match(sent.get('code') ?? '', /^ac_/)
  return sent.get('code') ?? ''
}

function arrived(arrival: Arrival): Arrival {
  settled(arrival.response)
  return arrival
}

/** An answer that is no word of an outage. One that is must be honest about it. */
function settled(response: HttpResponse): HttpResponse {
  if (response.status < 500) return response
  assert.equal(response.status, 503, response.body)
  assert.equal(bodyOf(response)['error'], 'temporarily_unavailable')
  assert.equal(response.headers['retry-after'], '1')
  throw new Interruption()
}

function tokensOf(response: HttpResponse): { readonly access_token: string; readonly refresh_token: string } {
  assert.equal(response.status, 200, response.body)
  return bodyOf(response) as { readonly access_token: string; readonly refresh_token: string }
}

for (const when of ['before', 'behind'] as const satisfies readonly CutOff[])
  test(`RFC 9110 §15.6.4, RFC 7009 §2.2.1: whichever call of the store is cut off ${when} it is carried out, the answer is an honest 503, and the next try succeeds`, async () => {
    let calls = 0
    for (let index = 0; index <= calls; index++) {
      const broken = await openBroken()
      broken.fragile.cutOffAfter(index, when)
      const outcome = await journey(broken)
      if (index === 0) calls = await countCalls()
      const { events } = broken.world
      assert.ok(!events.some(({ kind }) => kind === 'request.failed'), `call ${index}`)
      if (outcome === 'done') continue
      const wasTold = events.some(
        event =>
          event.kind === 'request.unavailable' ||
          (event.kind === 'request.refused' && event.error === 'temporarily_unavailable'),
      )
      assert.ok(wasTold, `call ${index}`)
      broken.fragile.cutOffAfter(Number.POSITIVE_INFINITY, when)
      assert.equal(await journey(broken), 'done', `after call ${index}`)
    }
    assert.ok(calls > 40)
  })

async function countCalls(): Promise<number> {
  const whole = await openBroken()
  whole.fragile.cutOffAfter(Number.POSITIVE_INFINITY, 'before')
  assert.equal(await journey(whole), 'done')
  return whole.fragile.count()
}

async function loggedIn(): Promise<Broken> {
  const broken = await openBroken()
  await obtainCode(broken.browser)
  return broken
}

test('RFC 6749 §4.1.2.1: without anybody to read a page (`prompt=none`) the client is told that the store cannot be reached', async () => {
  const { browser, fragile } = await loggedIn()
  const url = `/authorize?${authorizationQuery({ prompt: 'none' })}`
  fragile.cutOffAfter(1, 'before')
  const sent = sentParameters(await browser.open(url))
  assert.equal(sent.get('error'), 'temporarily_unavailable')
  assert.equal(sent.get('state'), 'the state')
  fragile.cutOffAfter(0, 'before')
  assert.equal((await browser.open(url)).response.status, 503, 'the client is not known yet')
})

test('RFC 6749 §4.1.2.1: a sign-in that ended before its code was kept is sent back to the client, which can begin anew', async () => {
  const told: (string | null)[] = []
  for (let index = 0; told.length === 0 || told.at(-1) !== null; index++) {
    const { browser, fragile } = await openBroken()
    const asked = await logIn(browser, await browser.open(`/authorize?${authorizationQuery()}`))
    fragile.cutOffAfter(index, 'before')
    const arrival = await consent(browser, asked, ['openid', 'read_pets'])
    if (arrival.location !== undefined) told.push(sentParameters(arrival).get('error'))
  }
  assert.ok(told.length > 1)
  assert.deepEqual(new Set(told.slice(0, -1)), new Set(['temporarily_unavailable']))
})

test('a refusal is answered as it is where it cannot be kept for `why`', async () => {
  const { server, fragile } = await openBroken()
  const headers = { authorization: basicHeader('web', 'wrong') }
  const form = { grant_type: 'client_credentials' }
  const outcomes: number[] = []
  for (let index = 0; index < 10 && outcomes.at(-1) !== 401; index++) {
    fragile.cutOffAfter(index, 'before')
    const { status } = await server.handle(request({ path: '/token', form, headers }))
    outcomes.push(status)
    if (status === 401) assert.ok(fragile.wasCutOff(), 'the last call is that of the refusal')
  }
  assert.deepEqual(new Set(outcomes), new Set([503, 401]))
})
