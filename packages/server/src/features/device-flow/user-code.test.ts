import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeCrypto } from '../../node/crypto.ts'
import { makeUserCode, parseUserCode, printUserCode } from './user-code.ts'

const crypto = nodeCrypto()

test('RFC 8628 §6.1: a code that was printed is read again, whatever stands between its letters and in any case', () => {
  fc.assert(
    fc.property(fc.constantFrom('', ' ', '-', ' - ', '.', '\u2013'), fc.boolean(), (between, isLower) => {
      const code = makeUserCode({ crypto }, 8)
      const typed = [...printUserCode(code).replace('-', '')].join(between)
      assert.equal(parseUserCode(isLower ? typed.toLowerCase() : typed, 8), code)
    }),
  )
})

test('RFC 8628 §6.1: what can be no user code is none', () => {
  for (const text of [undefined, '', 'BCDF', 'BCDF-GHJA', 'BCDF-GHJ1', 'BCDF-GHJK-L', 'ßCDFGHJK', 'B'.repeat(10_000)])
    assert.equal(parseUserCode(text, 8), undefined, String(text).slice(0, 20))
})

test('RFC 8628 §6.1: each of the twenty letters is as likely as the others', () => {
  const counts = new Map<string, number>()
  for (const letter of makeUserCode({ crypto }, 20_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  assert.equal(counts.size, 20)
  for (const [letter, count] of counts) assert.ok(count > 800 && count < 1200, `${letter}: ${count}`)
})
