import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import { createFormLogin, type FormLoginParts } from './form-login.ts'
import { isAnswerAt, mustStopAt, originsOf } from './front-channel.ts'
import { type Script, scriptedSend, serverWith, userWith } from './testing/scripted-server.ts'

const redirectUri = 'https://app.example/callback'
const page = (body: string) => ({ body: `<!doctype html><title>x</title>${body}` })
const loginForm = page(
  '<form action="/login" method="post"><input name="user"><input name="pass" type="password"><button>Log in</button></form>',
)
const consentForm = page(
  '<form action="/consent" method="post"><button name="say" value="no">Deny</button><button name="say" value="yes">Allow</button></form>',
)

/** A server that logs in, asks for consent and redirects; a cookie says how far it is. */
const server: Script = {
  '/authorize': ({ request }) => {
    const cookie = request.headers.find(([name]) => name.toLowerCase() === 'cookie')?.[1] ?? ''
    return cookie.includes('session=') ? consentForm : loginForm
  },
  '/login': ({ form }) =>
    form.get('user') === 'ada' && form.get('pass') === 'open sesame'
      ? {
          status: 303,
          headers: [
            ['location', '/authorize'],
            ['set-cookie', 'session=a-session-of-the-user; Path=/'],
          ],
        }
      : { ...loginForm, status: 400 },
  '/consent': ({ form }) => ({
    status: 303,
    headers: [['location', `${redirectUri}?${form.get('say') === 'yes' ? 'code=the-c0de' : 'error=access_denied'}`]],
  }),
  '/broken': () => ({ status: 500, ...page('<form><button>Continue</button></form>') }),
  '/posted': () =>
    page(`<form action="${redirectUri}" method="post"><input type="hidden" name="code" value="p0sted"></form>`),
  '/circle': () => page('<form action="/circle"><button>Continue</button></form>'),
}

function frontOf(script: Script = server, change: Partial<FormLoginParts> = {}) {
  const { send, sent } = scriptedSend(script)
  const secrets = createSecretLedger()
  const origins = originsOf(serverWith())
  const front = createFormLogin({ send, secrets, now: () => 0, users: [userWith()], origins, ...change })
  const visit = (path: string, more: Partial<Parameters<typeof front.visit>[1]> = {}) =>
    front.visit(`https://as.example${path}`, { scope: [], redirectUris: [redirectUri], ...more })
  return { visit, sent, secrets, front }
}

describe('createFormLogin', () => {
  test('OpenID Connect Core §3.1.2.3: through login and consent to the client, which is not visited', async () => {
    const { visit, sent, secrets } = frontOf()
    const outcome = await visit('/authorize')
    assert.ok(outcome.kind === 'redirected')
    assert.equal(outcome.location, `${redirectUri}?code=the-c0de`)
    assert.ok(sent.every(({ origin }) => origin === 'https://as.example'))
    assert.ok(secrets.all().some(secret => secret.reveal() === 'the-c0de'))
  })

  test('a browser with a name keeps its session, one without is new', async () => {
    const { visit, sent, front } = frontOf()
    await visit('/authorize', { browser: 'a' })
    const before = sent.length
    await visit('/authorize', { browser: 'a' })
    assert.equal(sent.length - before, 2)
    await visit('/authorize')
    assert.equal(sent.length - before, 6)
    await front.close()
    await visit('/authorize', { browser: 'a' })
    assert.equal(sent.length - before, 10)
  })

  test('a user who denies is taken back with the error', async () => {
    const outcome = await frontOf().visit('/authorize', { denies: true })
    assert.equal(outcome.kind === 'redirected' && outcome.parameters.get('error'), 'access_denied')
  })

  test('a password that was refused is not given a second time', async () => {
    const secrets = createSecretLedger()
    const users = [userWith({ password: secrets.secret('password', 'wrong') })]
    const { visit, sent } = frontOf(server, { users })
    const first = await visit('/authorize')
    assert.match(first.kind === 'stuck' ? first.reason : '', /came again/)
    const tries = sent.filter(({ method }) => method === 'POST').length
    const second = await visit('/authorize')
    assert.match(second.kind === 'stuck' ? second.reason : '', /did not take the password of `Ada` before/)
    assert.equal(sent.filter(({ method }) => method === 'POST').length, tries)
  })

  for (const [method, at] of [
    ['post', 'https://evil.example/login'],
    ['get', 'https://evil.example/login'],
    ['post', 'http://as.example/login'],
    ['post', 'https://as.example.evil.example/'],
    ['post', 'https://as.example@evil.example/'],
    ['post', 'https://as.example:8443/'],
    ['post', 'https://as.example./'],
    ['post', 'file:///etc/passwd'],
    ['post', 'blob:https://as.example/1'],
  ] as const)
    test(`RFC 9700 §4.12: a password form that goes to ${at} by ${method} is not sent`, async () => {
      const form = `<form action="${at}" method="${method}"><input name="user"><input name="pass" type="password"><button>Log in</button></form>`
      const { visit, sent } = frontOf({ '/authorize': () => page(form) })
      await visit('/authorize')
      assert.deepEqual(
        sent.map(({ origin, target }) => origin + target),
        ['https://as.example/authorize'],
      )
    })

  test('a user name that reads like a place for the password stays what it is', async () => {
    const { visit, sent } = frontOf(server, { users: [userWith({ username: '{password}' })] })
    await visit('/authorize')
    const { body } = sent.find(({ method }) => method === 'POST') ?? {}
    assert.equal(new URLSearchParams(body).get('user'), '{password}')
  })

  test('an error page is where it ends, with a button or without', async () => {
    const outcome = await frontOf().visit('/broken')
    assert.equal(outcome.kind === 'page' && outcome.status, 500)
    const missing = await frontOf().visit('/nowhere')
    assert.equal(missing.kind === 'page' && missing.status, 404)
  })

  test('OAuth 2.0 Form Post Response Mode §2: an answer that is posted is taken from the form', async () => {
    const outcome = await frontOf().visit('/posted')
    assert.equal(outcome.kind === 'redirected' && outcome.parameters.get('code'), 'p0sted')
  })

  test('it does not go round for ever', async () => {
    const outcome = await frontOf().visit('/circle')
    assert.match(outcome.kind === 'stuck' ? outcome.reason : '', /after 12 pages/)
  })

  test('a server that does not answer', async () => {
    const { front } = frontOf(server, {
      send: async request => ({
        request,
        sentAt: 0,
        duration: 0,
        kind: 'failed',
        failure: 'refused',
        detail: 'nobody',
      }),
    })
    const outcome = await front.visit('https://as.example/', { scope: [], redirectUris: [] })
    assert.match(outcome.kind === 'stuck' ? outcome.reason : '', /nobody/)
  })
})

describe('mustStopAt', () => {
  const origins = new Set(['https://as.example'])

  test('RFC 6749 §4.1.2: before the redirect URI, also where it is at the server', () => {
    assert.equal(mustStopAt('https://as.example/cb?code=1', ['https://as.example/cb'], origins), true)
    assert.equal(mustStopAt('https://as.example/cb2', ['https://as.example/cb'], origins), false)
    assert.equal(isAnswerAt('com.app:/cb?code=1', 'com.app:/cb'), true)
    assert.equal(isAnswerAt('https://a.example/cb?x=1&code=1', 'https://a.example/cb?x=1'), true)
  })

  test('before every other origin', () => {
    for (const url of ['https://evil.example/', 'http://as.example/', 'com.app:/cb', 'nonsense'])
      assert.equal(mustStopAt(url, [], origins), true, url)
    assert.equal(mustStopAt('https://as.example/login', [], origins), false)
  })

  test('a server has the origins of its endpoints, and those that the configuration adds', () => {
    const other = serverWith({ metadata: { token_endpoint: 'https://t.example/token', scopes_supported: ['x'] } })
    assert.deepEqual(
      [...originsOf(other, ['https://login.example/x'])],
      ['https://as.example', 'https://t.example', 'https://login.example'],
    )
  })
})
