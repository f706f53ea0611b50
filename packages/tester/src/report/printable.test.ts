import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableLine } from './printable.ts'

const signs = {
  'ECMA-48 §5.3: escape': '\u001b[2J',
  'ECMA-48 §5.6: an operating system command': '\u001b]8;;https://evil.example\u0007',
  'ECMA-48 §8.3.16: a C1 control': '\u009b2J',
  'a carriage return alone': 'a\rb',
  'a backspace': 'a\bb',
  'UAX #9 §2: an override': '\u202egnp.exe',
  'UAX #9 §2: an isolate': '\u2066a',
  'a zero width space': 'a\u200bb',
  'a soft hyphen': 'a\u00adb',
  'a line separator': 'a\u2028b',
  'a tag character': 'a\u{e0041}b',
  'an interlinear annotation': '\ufff9a',
  'a filler': 'a\u3164b',
  'a byte order mark': '\ufeffa',
} as const

for (const [name, text] of Object.entries(signs))
  test(`${name} is shown by its number`, () => {
    assert.match(printable(text), /\[U\+[0-9A-F]{4,6}\]/)
    assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cf}\u2028\u3164]/u)
  })

test('lines and tabs stay, and are blanks where there is one line', () => {
  assert.equal(printable('a\r\nb\tc\n'), 'a\nb\tc\n')
  assert.equal(printableLine('a\r\nb\tc'), 'a b c')
  assert.equal(printable('日本 ñ 👍'), '日本 ñ 👍')
})
