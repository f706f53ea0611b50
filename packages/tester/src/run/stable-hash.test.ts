import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededBytes, stableHash, stableNumber } from './stable-hash.ts'

test('a hash never changes: baselines and shards name it', () => {
  assert.equal(stableHash('RS-TOK-01 · GET /pets'), '7b226fab8ea2a636')
  assert.equal(stableNumber('GET /pets'), 1718725724)
})

test('different texts have different hashes', () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => `RS-JWT-${index} · GET /pets/${index % 97}`)
  assert.equal(new Set(texts.map(stableHash)).size, texts.length)
})

test('hashes spread evenly over shards', () => {
  const counts = [0, 0, 0, 0]
  for (let index = 0; index < 4000; index++) {
    const shard = stableNumber(`GET /things/${index}`) % 4
    counts[shard] = (counts[shard] ?? 0) + 1
  }
  assert.ok(
    counts.every(count => count > 850 && count < 1150),
    String(counts),
  )
})

test('the same seed gives the same bytes, another seed others, and all values come', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const bytes = seededBytes(one)(32)
      assert.deepEqual(bytes, seededBytes(one)(32))
      if (one !== other) assert.notDeepEqual(bytes, seededBytes(other)(32))
    }),
  )
  assert.equal(new Set(seededBytes('x')(20_000)).size, 256)
})

test('bytes go on where they stopped', () => {
  const bytes = seededBytes('x')
  assert.notDeepEqual(bytes(16), bytes(16))
})
