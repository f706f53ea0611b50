import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLegible, isShowable } from './shown-text.ts'

const hangulFiller = '\u3164'
const brailleBlank = '\u2800'
const softHyphen = '\u00ad'

for (const text of ['', '  ', hangulFiller, `${hangulFiller} ${hangulFiller}`, brailleBlank, softHyphen, '\u0301'])
  test(`RFC 7591 §5: a name that nobody sees is none: ${JSON.stringify(text)}`, () => {
    assert.equal(isShowable(text), false)
    assert.equal(isLegible(text), false)
  })

test('RFC 7591 §5: marks that pile up over what stands beside a name are none of a name', () => {
  assert.equal(isShowable(`Shop${'\u0301'.repeat(4)}`), true)
  assert.equal(isShowable(`Shop${'\u0301'.repeat(5)}`), false)
})

for (const text of ['Läden & Söhne', 'ร้านค้าที่นี่', '상점', 'חנות', 'मेरी दुकान', 'Shop ❤️', '❤️', '3'])
  test(`RFC 7591 §5: a name of any writing is one: ${text}`, () => {
    assert.equal(isShowable(text), true)
  })
