import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeKeyPair, signJws } from '../node/forge-jws.ts'
import { makeShownCertificate } from '../node/self-signed.ts'
import { createSecretLedger, Secret } from '../secret/secret.ts'
import { isJsonObject } from '../tokens/json-object.ts'
import { searchForSecrets } from './leak-search.ts'

const password = new Secret('password', 'Zr8k+W2p/Qd"9&ü')

describe('leak search: SELF-01: a secret is found in every form', () => {
  const text = password.reveal()
  const forms: readonly (readonly [name: string, planted: string])[] = [
    ['as it is', text],
    ['base64', Buffer.from(text).toString('base64')],
    ['base64 behind one byte', Buffer.from(`a${text}`).toString('base64')],
    ['base64 behind two bytes', Buffer.from(`ab${text}`).toString('base64')],
    ['base64 in front of something', Buffer.from(`${text}:shop`).toString('base64')],
    ['base64url', Buffer.from(text).toString('base64url')],
    ['URL-encoded', encodeURIComponent(text)],
    ['URL-encoded as a form', new URLSearchParams({ p: text }).toString()],
    [
      'URL-encoded to the last character',
      [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    ],
    ['hex', Buffer.from(text).toString('hex')],
    ['hex in capitals', Buffer.from(text).toString('hex').toUpperCase()],
    ['in JSON', JSON.stringify({ p: text })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ p: text }))],
    ['in JSON with escapes', [...text].map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
    ['in HTML', text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in HTML by numbers', [...text].map(each => `&#${each.charCodeAt(0)};`).join('')],
    ['in JSON in HTML', JSON.stringify({ p: text }).replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['backwards', [...text].reverse().join('')],
    ['in HTML by numbers in base 16', [...text].map(each => `&#x${each.charCodeAt(0).toString(16)};`).join('')],
    ['URL-encoded twice', encodeURIComponent(encodeURIComponent(text))],
    ['URL-encoded three times', encodeURIComponent(encodeURIComponent(encodeURIComponent(text)))],
    ['base64 of base64', btoa(`:${Buffer.from(text).toString('base64')}`)],
    ['in small letters', text.toLowerCase()],
    ['in capitals', text.toUpperCase()],
    ['with signs that nobody sees', `${text.slice(0, 7)}\u200b\u00ad${text.slice(7)}`],
    ['with signs that are shown by their numbers', `${text.slice(0, 7)}[U+200B]${text.slice(7)}`],
    ['broken over lines in JSON', JSON.stringify({ p: `${text.slice(0, 7)}\r\n  ${text.slice(7)}` })],
    [
      'base64 in lines of MIME in JSON',
      JSON.stringify({
        p: Buffer.from(`${'x'.repeat(50)}${text}`)
          .toString('base64')
          .replaceAll(/.{38}/g, '$&\r\n'),
      }),
    ],
    ['broken over lines', `${text.slice(0, 7)}\n    ${text.slice(7)}`],
  ]
  for (const [name, planted] of forms)
    test(name, () => {
      const { leaks } = searchForSecrets([{ name: 'report.html', text: `line\nbefore ${planted} behind` }], [password])
      assert.equal(leaks.length >= 1, true)
      assert.equal(leaks[0]?.artefact, 'report.html')
      assert.equal(leaks[0]?.kind, 'password')
      assert.equal(JSON.stringify(leaks).includes(text), false)
    })
})

describe('leak search: SELF-01: parts that are worth as much as the whole', () => {
  const ledger = createSecretLedger()
  const jwk: unknown = JSON.parse(makeKeyPair('RS256', ledger).privateJwk.reveal())
  const { d = '', p = '', n = '' } = isJsonObject(jwk) ? jwk : {}
  const pem = makeShownCertificate({ commonName: 'x' }, ledger).privateKey
  const key = makeKeyPair('ES256', ledger)
  const jws = signJws({ header: { alg: 'ES256' }, payload: { mine: 'ada' }, key })
  const [header, claims, signature = ''] = jws.split('.')
  ledger.secret('access token', `${header}.${claims}.${signature}`)
  const parts: readonly (readonly [name: string, text: unknown, isLeak: boolean])[] = [
    ['RFC 7518 §6.3.2: the private exponent of a key', d, true],
    ['RFC 7518 §6.3.2: a prime of a key', p, true],
    ['RFC 7518 §6.3.1: but not its modulus, which everybody knows', n, false],
    ['RFC 7468 §10: a key without its line breaks', pem.replaceAll(/-----[^-]*-----|\s/g, ''), true],
    ['RFC 7468 §10: a key with other line breaks', pem.replaceAll('\n', '\r\n'), true],
    ['RFC 7515 §7.1: the signature of a token', signature, true],
    ['RFC 7515 §7.1: but not its claims, which reports show', claims, false],
  ]
  for (const [name, text, isLeak] of parts)
    test(name, () => {
      const { leaks } = searchForSecrets([{ name: 'a', text: `"${String(text)}"` }], ledger.all())
      assert.equal(leaks.length > 0, isLeak)
    })
})

describe('leak search', () => {
  test('SELF-01: without a secret nothing is found, and a leak names its line', () => {
    const clean = searchForSecrets([{ name: 'a', text: 'nothing here' }], [password])
    assert.deepEqual(clean, { leaks: [], searched: { artefacts: 1, secrets: 1 }, notes: [] })
    const { leaks } = searchForSecrets([{ name: 'a', text: `1\n2\n3 ${password.reveal()}` }], [password])
    assert.deepEqual(leaks, [{ artefact: 'a', kind: 'password', form: 'as it is', behind: 'nothing', line: 3 }])
  })

  test('tokens that begin and end alike are told apart', () => {
    const ledger = createSecretLedger()
    for (let index = 0; index < 300; index += 1) ledger.secret('access token', `same-begin-${index}-same-end`)
    const text = 'x same-begin-217-same-end y'
    const { leaks } = searchForSecrets([{ name: 'a', text }], ledger.all())
    assert.equal(leaks.length, 1)
  })

  test('what cannot be told from text is not searched for, and that is said', () => {
    const ledger = createSecretLedger()
    for (const text of ['', '   ', 'ab12', 'sunshine', '123456', 'Password']) ledger.secret('password', text)
    const { leaks, notes, searched } = searchForSecrets([{ name: 'a', text: 'sunshine ab12 123456' }], ledger.all())
    assert.deepEqual(leaks, [])
    assert.equal(searched.secrets, 0)
    assert.deepEqual(notes, [
      '4 secrets were not searched for in what was written, being too short or too ordinary to be told from text: password',
    ])
  })

  test('thousands of secrets cost little more than one', () => {
    const ledger = createSecretLedger()
    const random = (length: number, seed: number) =>
      Array.from({ length }, (_, at) => ((Math.imul(at + 1, seed * 2654435761) >>> 7) % 36).toString(36)).join('')
    for (let index = 0; index < 1000; index += 1) ledger.secret('access token', random(120, index + 3))
    const text = random(1_000_000, 2)
    const before = performance.now()
    assert.deepEqual(searchForSecrets([{ name: 'a', text }], ledger.all()).leaks, [])
    assert.ok(performance.now() - before < 3000)
  })
})
