import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecretLedger } from '../secret/secret.ts'
import { concealerOf } from './message.ts'

test('RFC 6750 §5.3: what is shown of a run holds no secret, in whatever spelling and however late it came', () => {
  const ledger = createSecretLedger()
  const conceal = concealerOf(ledger)
  const plain = 'Zr8k+W2p/Qd9&'
  assert.equal(conceal(`before ${plain}`), `before ${plain}`)
  ledger.secret('password', plain)
  for (const text of [plain, encodeURIComponent(plain), btoa(`shop:${plain}`), Buffer.from(plain).toString('hex')])
    assert.equal(conceal(`before ${text} behind`), 'before [password] behind')
})

test('a secret that is too short or too ordinary to be searched is concealed as it is', () => {
  const ledger = createSecretLedger()
  for (const text of ['K7Q9', 'sunshine', 'no']) ledger.secret('user code', text)
  assert.equal(concealerOf(ledger)('no sunshine for K7Q9'), 'no [user code] for [user code]')
})
