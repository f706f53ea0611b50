import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { epochSeconds } from '@ambit/protocol'
import { userId } from '../testing/ids.ts'
import { nodeKeyTools } from './key-tools.ts'
import { timeBasedCodes } from './one-time-codes.ts'

const sealingKey = Buffer.alloc(32, 7).toString('base64url')
const codes = timeBasedCodes(sealingKey)
const alice = userId('user-alice')

/** The secret of RFC 6238 App. B, sealed for alice. */
const published = {
  userId: alice,
  sealedSecret: nodeKeyTools().seal(
    Buffer.from('12345678901234567890').toString('base64url'),
    createHmac('sha256', Buffer.alloc(32, 7)).update('one-time codes').digest('base64url'),
    alice,
  ),
}

describe('one-time codes by the clock', () => {
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const
  for (const [at, code] of vectors)
    test(`RFC 6238 App. B: the code at ${at} is ${code}`, () => {
      assert.equal(codes.findStep(published, code, epochSeconds(at)), Math.floor(at / 30))
    })

  test('RFC 6238 §5.2: a code is right one step early and one step late, and no longer', () => {
    const found = (at: number) => codes.findStep(published, '081804', epochSeconds(at))
    const step = Math.floor(1_111_111_109 / 30)
    assert.deepEqual(
      [-2, -1, 0, 1, 2].map(steps => found((step + steps) * 30)),
      [undefined, step, step, step, undefined],
    )
    assert.equal(found(step * 30 + 59), step)
  })

  test('RFC 4226 §5.3: what is no code of six digits is wrong', () => {
    for (const code of ['', '81804', '0818040', '08180４', 'abcdef', '081805'])
      assert.equal(codes.findStep(published, code, epochSeconds(1_111_111_109)), undefined, code)
  })

  test('RFC 4226 §4: each secret is 160 random bits, in base32 as apps take it', () => {
    const [one, other] = [codes.enrol(alice), codes.enrol(alice)]
    assert.match(one.secret, /^[A-Z2-7]{32}$/)
    assert.notEqual(one.secret, other.secret)
    assert.notEqual(one.sealedSecret, other.sealedSecret)
    assert.ok(!one.sealedSecret.includes(one.secret))
  })

  test('RFC 6238 §5.1: a secret is sealed for its user and by its key', () => {
    const bob = { ...published, userId: userId('user-bob') }
    assert.throws(() => codes.findStep(bob, '081804', epochSeconds(0)), /sealed with another sealing key/)
    const other = timeBasedCodes(Buffer.alloc(32, 8).toString('base64url'))
    assert.throws(() => other.findStep(published, '081804', epochSeconds(0)), /sealed with another sealing key/)
    assert.equal(nodeKeyTools().unseal(published.sealedSecret, sealingKey, alice), undefined)
  })

  test('RFC 4648 §6: the secret that is shown is the one that is compared', () => {
    const { secret, sealedSecret } = codes.enrol(alice)
    const bits = [...secret].map(each => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'))
    const bytes = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
    const key = createHmac('sha256', Buffer.alloc(32, 7)).update('one-time codes').digest('base64url')
    assert.equal(nodeKeyTools().unseal(sealedSecret, key, alice), bytes.toString('base64url'))
  })
})
