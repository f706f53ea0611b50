import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesOfBase64Url, isBase64Url } from './base64url.ts'

for (const text of ['', 'AA', 'AAA', 'AAAA', '_-_-', 'Zg', 'Zm8', 'Zm9v', '_w', '__8'])
  test(`RFC 4648 §5: base64url: \`${text}\``, () => assert.ok(isBase64Url(text)))

for (const text of ['A', 'AAAAA', 'AA==', 'AAA=', 'A+AA', 'A/AA', 'AA A', 'AA\n', ' AA', 'AÄAA', 'AA%3D', 'A.AA'])
  test(`RFC 7515 §2: not base64url without padding: ${JSON.stringify(text)}`, () => assert.ok(!isBase64Url(text)))

for (const text of ['AB', 'Zh', 'AAB', 'Zm9', '__9'])
  test(`RFC 4648 §3.5: bits that are left over must be zero: ${text}`, () => assert.ok(!isBase64Url(text)))

test('RFC 4648 §5: bytes have one text and come back from it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      const text = Buffer.from(bytes).toString('base64url')
      assert.ok(isBase64Url(text))
      assert.deepEqual([...bytesOfBase64Url(text)], [...bytes])
    }),
  )
})
