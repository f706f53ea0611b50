import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPage } from '../browse/read-page.ts'
import { meaningOf } from './consent-words.ts'
import { type Answerer, answerPage } from './page-answer.ts'

const ada: Answerer = { username: 'ada', conduct: {}, scope: ['read', 'write'], script: [], hasGivenPassword: false }

/** What is done with a page, in short. */
function answer(html: string, change: Partial<Answerer> = {}) {
  const done = answerPage(readPage(html, 'https://as.example/login'), { ...ada, ...change })
  if (done.kind !== 'submit') return done
  return { fills: done.filling, clicks: done.button?.label, at: done.form.action.replace('https://as.example', '') }
}

const login = `<form action="/login" method="post"><input type="hidden" name="csrf" value="x">
  <label>Name <input name="u1"></label><input type="password" name="p1"><input name="remember" type="checkbox">
  <button name="b" value="cancel">Cancel</button><button>Log in</button></form>`

const consent = `<form action="/language"><select name="l"><option>en</option></select><button>Change</button></form>
  <form action="/consent" method="post"><h1>App wants</h1>
  <label><input type="checkbox" name="scope" value="read" checked> See</label>
  <label><input type="checkbox" name="scope" value="write"> Change</label>
  <label><input type="checkbox" name="news" value="1"> Send me news</label>
  <button name="decision" value="deny">Not now</button><button name="decision" value="allow">Allow</button></form>`

describe('answerPage', () => {
  test('a login form is known by its password field', () => {
    assert.deepEqual(answer(login), { fills: { u1: '{username}', p1: '{password}' }, clicks: 'Log in', at: '/login' })
  })

  test('the field of the user name is found by what it says of itself', () => {
    const fields = (inner: string) =>
      `<form><input name="tenant" value="t">${inner}<input type="password" name="p"></form>`
    const filled = (inner: string) => {
      const done = answer(fields(inner))
      return 'fills' in done ? Object.keys(done.fills)[0] : undefined
    }
    assert.equal(filled('<input name="a"><input name="b" autocomplete="username">'), 'b')
    assert.equal(filled('<input name="a"><input name="b" type="email" placeholder="E-mail">'), 'b')
    assert.equal(filled(''), 'tenant')
  })

  test('a form of two passwords is a registration and not a login', () => {
    const registration = '<form><input name="u"><input type="password" name="a"><input type="password" name="b"></form>'
    assert.deepEqual(answer(registration + login), answer(login))
    assert.deepEqual(answer(registration), { kind: 'nothing' })
  })

  test('a form that asks only who it is comes before the password', () => {
    const who = '<form action="/who"><input name="identifier"><button>Next</button></form>'
    assert.deepEqual(answer(who), { fills: { identifier: '{username}' }, clicks: 'Next', at: '/who' })
  })

  test('a login page that comes again means that the password was wrong', () => {
    const done = answer(login, { hasGivenPassword: true })
    assert.match('reason' in done ? done.reason : '', /came again/)
  })

  test('without a user nobody logs in', () => {
    const { username: _, ...nobody } = ada
    const done = answerPage(readPage(login, 'https://as.example'), nobody)
    assert.match(done.kind === 'stuck' ? done.reason : '', /no user is configured/)
  })

  test('consent: what was asked for is ticked, other boxes stay as they are', () => {
    assert.deepEqual(answer(consent), { fills: { scope: ['read', 'write'] }, clicks: 'Allow', at: '/consent' })
  })

  test('consent: a scope that is refused is not ticked', () => {
    const done = answer(consent, { conduct: { refuses: ['read'] } })
    assert.deepEqual('fills' in done && done.fills, { scope: ['write'] })
  })

  test('consent: whoever denies clicks what says no, or follows such a link', () => {
    const done = answer(consent, { conduct: { denies: true } })
    assert.equal('clicks' in done && done.clicks, 'Not now')
    const link = '<form><button>Continue</button></form><a href="/abort">[ Cancel ]</a>'
    assert.deepEqual(answer(link, { conduct: { denies: true } }), { kind: 'open', url: 'https://as.example/abort' })
    const none = answer('<form><button>Continue</button></form>', { conduct: { denies: true } })
    assert.match('reason' in none ? none.reason : '', /no way to say no/)
  })

  test('whoever is idle does nothing', () => {
    assert.deepEqual(answer(login, { conduct: { isIdle: true } }), { kind: 'nothing' })
  })

  test('a page that asks for something unknown is not answered', () => {
    assert.deepEqual(answer('<p>Something went wrong</p>'), { kind: 'nothing' })
    assert.deepEqual(answer('<form><input name="otp"><button>Continue</button></form>'), { kind: 'nothing' })
    assert.deepEqual(answer('<form><button>Log out</button></form>'), { kind: 'nothing' })
    assert.deepEqual(answer('<form><input name="user_code"><button>Continue</button></form>'), { kind: 'nothing' })
  })

  test('RFC 8628 §3.3: the code of a device is entered, or confirmed where it stands there already', () => {
    const page = (value: string) => `<form><input name="user_code" value="${value}"><button>Continue</button></form>`
    const filled = answer(page(''), { userCode: 'ABCD' })
    assert.deepEqual('fills' in filled && filled.fills, { user_code: 'ABCD' })
    const confirmed = answer(page('ABCD'), { userCode: 'ABCD' })
    assert.deepEqual('fills' in confirmed && [confirmed.fills, confirmed.clicks], [{}, 'Continue'])
  })

  test('RFC 8628 §3.3: a code that would stand for the password is not entered', () => {
    const page = '<form><input name="user_code"><button>Continue</button></form>'
    for (const userCode of ['{password}', 'A{username}'])
      assert.deepEqual(answer(page, { userCode }), { kind: 'nothing' })
  })

  test('a scripted step is taken on the page that has its fields', () => {
    const script = [{ fill: { otp: '123456' }, click: 'verify' }, { fill: { u1: 'admin\\{username}' } }]
    const page = '<form action="/otp"><input name="otp"><button value="verify">Go</button><button>Next</button></form>'
    assert.deepEqual(answer(page, { script }), { fills: { otp: '123456' }, clicks: 'Go', at: '/otp' })
    const other = answer(login, { script })
    assert.deepEqual('fills' in other && other.fills, { u1: 'admin\\{username}' })
    assert.deepEqual(answer(consent, { script }), answer(consent))
  })
})

describe('meaningOf', () => {
  test('what says no counts before what says yes, in several languages', () => {
    for (const text of [
      "Don't allow",
      'Do not continue',
      'deny',
      'Use another account',
      'Ablehnen',
      'Annuler',
      'sign_out',
    ])
      assert.equal(meaningOf(text), 'no', text)
    for (const text of ['Allow', 'Yes, continue', 'Zustimmen', 'Accepter', 'authorise'])
      assert.equal(meaningOf(text), 'yes', text)
    for (const text of ['', 'Submission', 'Notes', 'Joker']) assert.equal(meaningOf(text), 'unclear', text)
  })
})
