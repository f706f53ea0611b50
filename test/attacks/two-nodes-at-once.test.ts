import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { basicHeader } from '../../packages/server/src/testing/requests.ts'
import { noDatabase } from '../../packages/store/src/postgres/testing/empty-database.ts'
import { type BrowserLike, formWith, openBrowser } from '../journeys/browser-like.ts'
import { redirectUri, secret, signingKey } from '../journeys/running-server.ts'
import {
  authorizationUrl,
  balancedBrowser,
  codeForm,
  type Form,
  issuer,
  obtainCode,
  outcomeOf,
  prepareNodes,
  sharedStores,
  type TestNode,
  tokensOf,
} from '../journeys/two-nodes.ts'

const proofKeys = await generateKeyPair('ES256')
const proofJwk = await exportJWK(proofKeys.publicKey)

function proof(at: number): Promise<string> {
  return new SignJWT({ htm: 'POST', htu: `${issuer}/token`, jti: crypto.randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: proofJwk })
    .setIssuedAt(at)
    .sign(proofKeys.privateKey)
}

function assertion(at: number): Promise<string> {
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: signingKey.kid })
    .setIssuer('signed')
    .setSubject('signed')
    .setAudience(issuer)
    .setIssuedAt(at)
    .setExpirationTime(at + 60)
    .sign(signingKey.key)
}

/** The outcomes of one form that is sent to each of these nodes at once, in order. */
async function sentAtOnce(nodes: readonly TestNode[], form: Form): Promise<readonly string[]> {
  const answers = await Promise.all(nodes.map(node => node.post('/token', form)))
  return (await Promise.all(answers.map(outcomeOf))).toSorted()
}

/** The user of a device whose code this is approves it. */
async function approveDevice(browser: BrowserLike, userCode: string): Promise<void> {
  const confirm = await browser.open(`${issuer}/device?user_code=${userCode}`)
  const asked = await browser.submit(confirm, {}, confirm.forms[0])
  const login = asked.url.pathname.endsWith('/device/confirm')
    ? await browser.submit(asked, { decision: 'yes' }, formWith(asked, 'decision'))
    : asked
  const user = { username: 'ada', password: 'a password of some length' }
  const consent = await browser.submit(login, user, formWith(login, 'username'))
  await browser.submit(consent, { decision: 'allow' }, formWith(consent, 'decision'))
}

/** A browser that holds the same cookies as another, and goes to one node alone. */
function twinOf({ cookies }: BrowserLike, node: TestNode): BrowserLike {
  const twin = balancedBrowser([node])
  for (const [name, value] of cookies) twin.cookies.set(name, value)
  return twin
}

for (const { kind, skip } of sharedStores)
  describe(`what may be used once, presented to two nodes at once: ${kind}`, { skip }, () => {
    test('RFC 9449 §11.1: of two requests with one proof one is refused', async t => {
      const { start, now } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const browser = balancedBrowser([here, there])
      const spa = { client_id: 'spa' }
      const forms = [
        codeForm(await obtainCode(browser, spa), spa),
        codeForm(await obtainCode(browser, spa), spa),
      ] as const
      const dpop = await proof(now())
      const answers = [here.post('/token', forms[0], { dpop }), there.post('/token', forms[1], { dpop })]
      const outcomes = await Promise.all((await Promise.all(answers)).map(outcomeOf))
      assert.deepEqual(outcomes.toSorted(), ['200', '400 invalid_dpop_proof'])
    })

    test('RFC 7523 §3: of four requests with one assertion three are refused', async t => {
      const { start, now } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const form = {
        grant_type: 'client_credentials',
        client_id: 'signed',
        scope: 'read_pets',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(now()),
      }
      const outcomes = await sentAtOnce([here, there, here, there], form)
      const replayed = '401 invalid_client'
      assert.deepEqual(outcomes, ['200', replayed, replayed, replayed])
    })

    test('RFC 9126 §4: a pushed request that two browsers bring at once is one request', async t => {
      const { start } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const request = Object.fromEntries(authorizationUrl().searchParams)
      const pushed = await here.post('/par', request, { authorization: basicHeader('web', secret) })
      const { request_uri } = (await pushed.json()) as { request_uri: string }
      const url = new URL(`${issuer}/authorize?client_id=web&request_uri=${encodeURIComponent(request_uri)}`)
      const landings = await Promise.all([here, there].map(node => balancedBrowser([node]).open(url)))
      const seen = landings.map(({ status, url: { pathname } }) => `${status} ${pathname}`)
      assert.deepEqual(seen.toSorted(), ['200 /login', '400 /authorize'])
    })

    test('RFC 8628 §3.5: an approved device code that is polled at both nodes gives tokens once', async t => {
      const { start, advance } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const begun = await here.post('/device_authorization', { client_id: 'tv', scope: 'openid read_pets' })
      const { device_code, user_code } = (await begun.json()) as { device_code: string; user_code: string }
      await approveDevice(balancedBrowser([there, here]), user_code)
      advance(6)
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'tv', device_code }
      const outcomes = await sentAtOnce([here, there, here, there], form)
      assert.equal(outcomes.filter(outcome => outcome === '200').length, 1, outcomes.join())
    })

    test('RFC 9700 §4.14.2: a refresh token that both nodes get at once has one successor, and without a grace none in the end', async t => {
      const { start } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const first = await tokensOf(
        await here.post('/token', codeForm(await obtainCode(balancedBrowser([here, there])))),
      )
      const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
      const repeated = await Promise.all([here, there].map(async node => tokensOf(await node.post('/token', refresh))))
      assert.equal(new Set(repeated.map(({ refresh_token }) => refresh_token)).size, 1)

      const strict = { ttl: { refreshGrace: 0 } }
      const [one, other] = [await start(0, strict), await start(0, strict)]
      const second = await tokensOf(await one.post('/token', codeForm(await obtainCode(balancedBrowser([one, other])))))
      const raced = { grant_type: 'refresh_token', refresh_token: second.refresh_token }
      const answers = await Promise.all([one.post('/token', raced), other.post('/token', raced)])
      const winners = answers.filter(({ status }) => status === 200)
      assert.equal(winners.length, 1)
      const { refresh_token } = await tokensOf(winners[0] ?? assert.fail())
      const form = { grant_type: 'refresh_token', refresh_token }
      assert.equal(await outcomeOf(await other.post('/token', form)), '400 invalid_grant', 'its family is revoked')
    })

    test('OpenID Connect Core §8.1: nodes that start at once on an empty store give a user one pairwise subject', async t => {
      const { start } = await prepareNodes(t, kind)
      const client = { clientId: 'web', secret, redirectUris: [redirectUri], scope: ['openid', 'read_pets'] }
      const clients = [{ ...client, subjectType: 'pairwise' }]
      const nodes = await Promise.all([start(0, { clients }), start(0, { clients })])
      const codes = await Promise.all(
        nodes.map(node => obtainCode(balancedBrowser([node]), { scope: 'openid read_pets' })),
      )
      const answers = await Promise.all(
        nodes.map(async (node, index) => tokensOf(await node.post('/token', codeForm(codes[index] ?? '')))),
      )
      const subjects = answers.map(({ id_token }) => {
        const claims = JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }
        return claims.sub
      })
      assert.equal(new Set(subjects).size, 1)
      const [user] = (await nodes[0].store.listUsers({ isDeclared: true })) ?? []
      assert.notEqual(subjects[0], user?.userId)
    })

    test('a consent page of one node brings no code once its session has ended at the other', async t => {
      const { start } = await prepareNodes(t, kind)
      const [here, there] = [await start(), await start()]
      const browser = balancedBrowser([here])
      const login = await browser.open(authorizationUrl())
      const user = { username: 'ada', password: 'a password of some length' }
      const consent = await browser.submit(login, user, formWith(login, 'username'))
      assert.equal(consent.url.pathname, '/consent')
      const elsewhere = twinOf(browser, there)
      const page = await elsewhere.open(`${issuer}/logout`)
      await elsewhere.submit(page, { decision: 'logout' }, formWith(page, 'decision'))
      const landing = await browser.submit(consent, { decision: 'allow' }, formWith(consent, 'decision'))
      assert.equal(landing.left?.searchParams.get('code') ?? undefined, undefined, landing.left?.href)
    })
  })

test('a form of one browser is of no use to another, whichever node has it', async t => {
  const { start } = await prepareNodes(t, 'sqlite')
  const [here, there] = [await start(), await start()]
  const login = await balancedBrowser([here]).open(authorizationUrl())
  const other = openBrowser(
    request => {
      const { pathname, search } = new URL(request.url)
      return fetch(new Request(there.origin + pathname + search, request))
    },
    [issuer],
  )
  await other.open(authorizationUrl())
  const user = { username: 'ada', password: 'a password of some length' }
  const landing = await other.submit(login, user, formWith(login, 'username'))
  assert.ok(landing.status >= 400, `${landing.status} ${landing.url.pathname}`)
  assert.ok(there.events.every(({ kind }) => kind !== 'login.succeeded'))
})

test('a node whose clock is a day off takes away nothing that is good at the others', { skip: noDatabase }, async t => {
  const day = 86_400
  for (const ahead of [day, -day]) {
    const { start } = await prepareNodes(t, 'postgres')
    const [right, wrong] = [await start(), await start(ahead)]
    const browser = balancedBrowser([right])
    const { refresh_token } = await tokensOf(await right.post('/token', codeForm(await obtainCode(browser))))
    const code = await obtainCode(browser)
    const kids = (await right.store.listKeys()).map(({ kid }) => kid)
    // keys, presence, sweep
    for (let time = 0; time < 3; time++) await wrong.timers.fire()
    await wrong.close()
    assert.equal(await outcomeOf(await right.post('/token', codeForm(code))), '200', `${ahead} seconds ahead`)
    const form = { grant_type: 'refresh_token', refresh_token }
    assert.equal(await outcomeOf(await right.post('/token', form)), '200')
    assert.deepEqual(
      (await right.store.listKeys()).map(({ kid }) => kid),
      kids,
    )
  }
})
