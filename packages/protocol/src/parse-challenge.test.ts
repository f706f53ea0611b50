import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { printChallenge } from './challenge.ts'
import { parseChallenges } from './parse-challenge.ts'

function parsed(field: string | readonly string[]) {
  return parseChallenges(field)?.map(({ scheme, parameters, token68 }) => [
    scheme,
    ...(token68 === undefined ? [] : [token68]),
    ...[...parameters].map(([name, value]) => `${name}=${value}`),
  ])
}

for (const [what, field, wanted] of [
  ['one without parameters', 'Bearer', [['bearer']]],
  ['nothing', '', []],
  ['only commas', ' , ,', []],
  ['a quoted value', 'Bearer realm="a pet"', [['bearer', 'realm=a pet']]],
  ['an unquoted value', 'Bearer error=invalid_token', [['bearer', 'error=invalid_token']]],
  ['spaces around the equals sign', 'Bearer realm =\t"x" , a= b', [['bearer', 'realm=x', 'a=b']]],
  ['escapes in quotes', 'Basic realm="a\\"b\\\\c"', [['basic', 'realm=a"b\\c']]],
  ['a comma and an equals sign in quotes', 'Bearer realm="a, b=c", scope="d"', [['bearer', 'realm=a, b=c', 'scope=d']]],
  ['an empty quoted value', 'Bearer scope=""', [['bearer', 'scope=']]],
  [
    'several in one field',
    'Bearer realm="x", error="e", DPoP algs="ES256", Basic',
    [['bearer', 'realm=x', 'error=e'], ['dpop', 'algs=ES256'], ['basic']],
  ],
  [
    'several fields',
    ['Bearer a=b', 'DPoP c=d'],
    [
      ['bearer', 'a=b'],
      ['dpop', 'c=d'],
    ],
  ],
  ['empty elements', ', Bearer a=b,, c=d ,', [['bearer', 'a=b', 'c=d']]],
  ['a token68', 'Negotiate YWJj==, Bearer', [['negotiate', 'YWJj=='], ['bearer']]],
  ['names of parameters in any case', 'Bearer ERROR="x"', [['bearer', 'error=x']]],
  [
    'two challenges of one scheme',
    'Bearer a=b, bearer a=c',
    [
      ['bearer', 'a=b'],
      ['bearer', 'a=c'],
    ],
  ],
  // the example of the section
  [
    'the example',
    'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
    [
      ['basic', 'realm=simple'],
      ['newauth', 'realm=apps', 'type=1', 'title=Login to "apps"'],
    ],
  ],
] as const)
  test(`RFC 9110 §11.6.1: challenges are read: ${what}`, () => assert.deepEqual(parsed(field), wanted))

for (const [what, field] of [
  ['a parameter before any scheme', 'realm="x"'],
  ['a quote that never ends', 'Bearer realm="x'],
  ['text behind a quote', 'Bearer realm="x"y'],
  ['a parameter without a value', 'Bearer realm="x", error='],
  ['a separator in the scheme', 'Bea(rer realm="x"'],
  ['two values without a comma', 'Bearer a="b" c="d"'],
  ['a control character in quotes', 'Bearer realm="a\u0000"'],
  ['a line break', 'Bearer realm="a"\r\nx: y'],
  ['a parameter beside a token68', 'Negotiate YWJj==, a=b'],
  ['no token68 either', 'Bearer a b'],
] as const)
  test(`RFC 9110 §11.6.1: what breaks the grammar is no challenge: ${what}`, () =>
    assert.equal(parseChallenges(field), undefined))

test('RFC 9110 §11.2: a parameter that comes twice in a challenge is refused, in any case', () => {
  assert.equal(parseChallenges('Bearer scope="a", SCOPE="b"'), undefined)
})

test('RFC 9110 §11.6.1: a field is read up to 8192 characters and 128 elements', () => {
  const long = (length: number) => `Bearer a="${'b'.repeat(length - 11)}"`
  assert.equal(parseChallenges(long(8192))?.length, 1)
  assert.equal(parseChallenges(long(8193)), undefined)
  assert.equal(parseChallenges(Array.from({ length: 128 }, () => 'a'))?.length, 128)
  assert.equal(parseChallenges(Array.from({ length: 129 }, () => 'a')), undefined)
})

test('RFC 6750 §3: what is printed is read again', () => {
  const name = fc.stringMatching(/^[a-z_]{1,8}$/)
  const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)) })
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 5 }), parameters => {
      const read = parseChallenges(printChallenge('Bearer', parameters))
      assert.deepEqual(Object.fromEntries(read?.[0]?.parameters ?? []), { ...parameters })
    }),
  )
})

test('RFC 9110 §11.6.1: no text at all makes it throw, or take long', () => {
  const piece = fc.constantFrom('Bearer', ' ', ',', '"', '\\', '=', 'a', '\t', '==', 'é')
  fc.assert(fc.property(fc.string(), text => void parseChallenges(text)))
  fc.assert(fc.property(fc.string({ unit: piece, maxLength: 200 }), text => void parseChallenges(text)))
  for (const text of [
    '"'.repeat(8192),
    'a "'.repeat(2700),
    '\\"'.repeat(4096),
    'a= '.repeat(2700),
    ', '.repeat(4096),
  ]) {
    const start = performance.now()
    parseChallenges(text)
    assert.ok(performance.now() - start < 200)
  }
})
