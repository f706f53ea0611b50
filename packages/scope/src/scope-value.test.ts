import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DEFAULT_SCOPE_LIMITS, isScopeToken, parseScope, printScope } from './scope-value.ts'

function tokensOf(text: string): readonly string[] {
  const parsed = parseScope(text)
  assert.ok(parsed.ok, `\`${text}\` is refused`)
  return parsed.value
}

function errorOf(text: string, limits = DEFAULT_SCOPE_LIMITS): { readonly index: number; readonly message: string } {
  const parsed = parseScope(text, limits)
  assert.ok(!parsed.ok, `\`${text}\` is accepted`)
  return parsed.error
}

describe('a scope value', () => {
  test('RFC 6749 §3.3: scope-tokens are separated by single spaces, and their case matters', () => {
    assert.deepEqual(tokensOf('read_pets email Email'), ['read_pets', 'email', 'Email'])
  })

  test('RFC 6749 §3.3: URLs and paths are legal scope-tokens', () => {
    const tokens = ['https://www.googleapis.com/auth/drive', 'order:items', "!#[]^_`{|}~'", 'urn:x:y']
    assert.deepEqual(tokensOf(tokens.join(' ')), tokens)
  })

  test('RFC 6749 §3.3: a repeated scope-token adds nothing', () => {
    assert.deepEqual(tokensOf('b a b a'), ['b', 'a'])
  })

  const malformed: readonly (readonly [what: string, text: string, index: number, message: RegExp])[] = [
    ['the empty text', '', 0, /^scope is empty/],
    ['a leading space', ' a', 0, /^character 1 of scope is a space, a scope-token is wanted$/],
    ['a single space', ' ', 0, /^character 1 of scope is a space/],
    ['a trailing space', 'a ', 1, /^character 2 of scope is a space at the end/],
    ['a double space', 'a  b', 2, /^character 3 of scope is a second space/],
    ['a double space at the end', 'a  ', 2, /^character 3 of scope is a second space/],
    ['a tab', 'a\tb', 1, /^character 2 of scope is U\+0009 \(a tab\)/],
    ['a line feed', 'a\nb', 1, /U\+000A \(a line feed\)/],
    ['a carriage return', 'a\r', 1, /U\+000D \(a carriage return\)/],
    ['NUL', '\0', 0, /U\+0000 \(a control character\)/],
    ['DEL', 'a\x7f', 1, /U\+007F/],
    ['a quotation mark', 'say"hi"', 3, /^character 4 of scope is U\+0022 \(a quotation mark\)/],
    ['a backslash', 'a\\b', 1, /U\+005C \(a backslash\)/],
    ['a letter beyond ASCII', 'lire é', 5, /U\+00E9 \(not ASCII\)/],
    ['a character beyond the first plane', 'a 😀', 2, /U\+1F600 \(not ASCII\)/],
    ['a no-break space', 'a\u00a0b', 1, /U\+00A0/],
  ]
  for (const [what, text, index, message] of malformed) {
    test(`RFC 6749 §3.3: ${what} is malformed, and the message says where`, () => {
      const error = errorOf(text)
      assert.equal(error.index, index)
      assert.match(error.message, message)
    })
  }

  test('a text beyond the length limit is malformed before it is read', () => {
    assert.deepEqual(tokensOf('a'.repeat(4096)).length, 1)
    const error = errorOf('a'.repeat(4097))
    assert.equal(error.message, 'scope is 4097 characters long, at most 4096 are accepted')
    assert.equal(error.index, 4096)
  })

  test('a text with too many scope-tokens is malformed, repeated ones counted', () => {
    assert.equal(tokensOf('a '.repeat(255).concat('b')).length, 2)
    assert.equal(errorOf('a '.repeat(256).concat('b')).message, 'scope holds more than 256 scope-tokens')
    assert.equal(errorOf('a b c', { maxLength: 10, maxTokens: 2 }).index, 4)
  })

  test('RFC 6749 §3.3: exactly %x21, %x23-5B and %x5D-7E make a scope-token', () => {
    for (let code = 0; code < 0x200; code++) {
      const isLegal = code === 0x21 || (code >= 0x23 && code <= 0x5b) || (code >= 0x5d && code <= 0x7e)
      const character = String.fromCharCode(code)
      assert.equal(parseScope(character).ok, isLegal, `U+${code.toString(16)}`)
      assert.equal(isScopeToken(character), isLegal)
    }
    assert.equal(isScopeToken(''), false)
  })

  test('RFC 6749 §5.2: every message holds only characters that error_description may carry', () => {
    const unit = fc.integer({ min: 0, max: 0x10_ff_ff }).map(code => String.fromCodePoint(code))
    fc.assert(
      fc.property(fc.string({ unit }), text => {
        const parsed = parseScope(text)
        if (!parsed.ok) assert.match(parsed.error.message, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
      }),
    )
  })

  test('RFC 6749 §3.3: what is accepted is exactly what the grammar says', () => {
    const grammar = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
    const unit = fc.constantFrom('a', 'b', ' ', ' ', ':', '"', '\\', '\t', 'é')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), text => {
        const parsed = parseScope(text)
        assert.equal(parsed.ok, grammar.test(text))
        if (parsed.ok) assert.deepEqual(parsed.value, [...new Set(text.split(' '))])
      }),
      { numRuns: 1000 },
    )
  })

  test('RFC 6749 §3.3: scope-tokens are printed with single spaces', () => {
    assert.equal(printScope(['b', 'a']), 'b a')
    assert.equal(printScope({ tokens: ['a', 'c'] }), 'a c')
    assert.equal(printScope([]), '')
  })
})
