import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { format, inspect } from 'node:util'
import { createSecretLedger, Secret } from './secret.ts'

const text = 'hunter2-hunter2'

describe('a secret', () => {
  const secret = new Secret('password', text)
  const prints: Readonly<Record<string, () => string>> = {
    'another text': () => ['a ', secret].join(''),
    JSON: () => JSON.stringify({ secret }),
    inspection: () => inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    'a format': () => format('%s %o %O %j', secret, secret, secret, secret),
    'an error': () => String(new Error('it was refused', { cause: secret }).cause),
    'a copy': () => JSON.stringify({ ...secret }),
    'its members': () => JSON.stringify(Object.entries(secret)),
  }
  for (const [name, print] of Object.entries(prints))
    test(`RFC 6750 §5.3: does not show itself to ${name}`, () => {
      assert.doesNotMatch(print(), /hunter/)
    })

  test('gives its text to nobody but who asks for it', () => {
    assert.equal(secret.reveal(), text)
    assert.equal(String(secret), '[password]')
  })
})

describe('a ledger', () => {
  test('remembers each secret once', () => {
    const ledger = createSecretLedger()
    const first = ledger.secret('access token', text)
    assert.equal(ledger.secret('access token', text), first)
    ledger.secret('code', 'other')
    assert.deepEqual(
      ledger.all().map(secret => secret.reveal()),
      [text, 'other'],
    )
  })

  test('shows nothing of what it remembers', () => {
    const ledger = createSecretLedger()
    ledger.secret('code', text)
    assert.doesNotMatch(inspect(ledger, { depth: 9, showHidden: true }) + JSON.stringify(ledger.all()), /hunter/)
  })
})
