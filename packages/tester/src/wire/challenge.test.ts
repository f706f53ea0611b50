import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readChallenges } from './challenge.ts'

/** Challenges in short: scheme, credential, parameters. */
function read(...values: readonly string[]) {
  const { challenges, problems } = readChallenges(values.map(value => ['WWW-Authenticate', value]))
  const brief = challenges.map(({ scheme, token68, parameters }) => [
    scheme,
    ...(token68 === undefined ? [] : [token68]),
    ...[...parameters].map(([name, value]) => `${name}=${value}`),
  ])
  return { brief, problems }
}

describe('challenges that fit the grammar', () => {
  const table: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
    ['RFC 9110 §11.6.1: a scheme alone', 'Negotiate', [['Negotiate']]],
    [
      'RFC 6750 §3: with parameters',
      'Bearer realm="a b", error="invalid_token"',
      [['Bearer', 'realm=a b', 'error=invalid_token']],
    ],
    [
      'RFC 9110 §11.6.1: several of them',
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        ['Newauth', 'realm=apps', 'type=1', 'title=Login to "apps"'],
        ['Basic', 'realm=simple'],
      ],
    ],
    [
      'RFC 9110 §11.6.1: schemes alone, one behind the other',
      'Negotiate, Bearer,DPoP algs="ES256"',
      [['Negotiate'], ['Bearer'], ['DPoP', 'algs=ES256']],
    ],
    [
      'RFC 9110 §11.2: with a credential',
      'Negotiate YWJj==, Bearer realm="x"',
      [
        ['Negotiate', 'YWJj=='],
        ['Bearer', 'realm=x'],
      ],
    ],
    ['RFC 9110 §11.2: a credential that ends with one equals sign', 'Basic realm=', [['Basic', 'realm=']]],
    ['RFC 9110 §5.6.1: empty elements say nothing', ', ,Bearer ,, error="x",', [['Bearer', 'error=x']]],
    ['RFC 9110 §11.2: blanks around the equals sign', 'Bearer error \t= "x"', [['Bearer', 'error=x']]],
    ['RFC 9110 §11.2: names are the same in any case', 'Bearer ERROR="x"', [['Bearer', 'error=x']]],
    [
      'RFC 9110 §5.6.4: commas, equals signs and other bytes inside of quotes',
      'Bearer a="x, Basic y=\\"z\\", \xe4"',
      [['Bearer', 'a=x, Basic y="z", \xe4']],
    ],
    ['RFC 9110 §5.6.4: an empty string', 'Bearer scope=""', [['Bearer', 'scope=']]],
    ['no field at all', '', []],
  ]
  for (const [name, value, brief] of table)
    test(name, () => {
      assert.deepEqual(read(value), { brief, problems: [] })
    })

  test('RFC 9110 §5.3: several fields are one list', () => {
    assert.deepEqual(read('Bearer realm="a"', 'DPoP algs="ES256"').brief, [
      ['Bearer', 'realm=a'],
      ['DPoP', 'algs=ES256'],
    ])
    assert.deepEqual(readChallenges([['Content-Type', 'Bearer']]), readChallenges([]))
  })
})

describe('challenges that do not', () => {
  const table: readonly (readonly [string, string, readonly (readonly string[])[], RegExp])[] = [
    ['RFC 9110 §11.6.1: a parameter without a scheme', 'error="x"', [], /`error` belongs to no scheme/],
    [
      'RFC 9110 §11.2: a parameter behind a credential',
      'Basic YWJj==, error="x"',
      [['Basic', 'YWJj==', 'error=x']],
      /`error` belongs to no scheme/,
    ],
    ['RFC 9110 §11.2: a name twice', 'Bearer error="a", Error="b"', [['Bearer', 'error=b']], /`error` comes twice/],
    [
      'RFC 9110 §11.5: a realm without quotes',
      'Bearer realm=a',
      [['Bearer', 'realm=a']],
      /`realm` must be a quoted string/,
    ],
    [
      'RFC 9110 §11.2: no comma between parameters',
      'Bearer a="x" b="y"',
      [['Bearer', 'a=x', 'b=y']],
      /a comma is wanted behind `a`/,
    ],
    [
      'RFC 9110 §11.2: a scope of several words without quotes',
      'Bearer scope=a b, error="x"',
      [['Bearer', 'scope=a', 'error=x']],
      /a comma is wanted behind `scope`/,
    ],
    [
      'RFC 9110 §11.2: an address without quotes',
      'Bearer resource_metadata=https://x/y, error="x"',
      [['Bearer', 'resource_metadata=https', 'error=x']],
      /a comma is wanted/,
    ],
    [
      'RFC 9110 §5.6.4: a string that never ends',
      'Bearer error="x',
      [['Bearer']],
      /neither a parameter nor a credential/,
    ],
    [
      'RFC 9110 §5.6.4: a quote inside of a string',
      'Bearer a="x"y", b="z"',
      [['Bearer', 'a=x', 'b=z']],
      /a comma is wanted behind `a`/,
    ],
    [
      'RFC 9110 §11.2: a value that is missing',
      'Bearer a=, b="z"',
      [['Bearer', 'a=', 'b=z']],
      /`b` belongs to no scheme/,
    ],
    [
      'RFC 9110 §11.2: a value that is no token, further back',
      'Bearer a="x", b={}, c="z"',
      [['Bearer', 'a=x', 'c=z']],
      /the value of `b` is neither/,
    ],
    [
      'RFC 9110 §11.6.1: a comma directly behind the scheme',
      'Bearer, error="x"',
      [['Bearer', 'error=x']],
      /a space is wanted behind the scheme `Bearer`/,
    ],
    [
      'RFC 9110 §11.6.1: a tab behind the scheme',
      'Bearer\terror="x"',
      [['Bearer', 'error=x']],
      /a space is wanted behind the scheme `Bearer`/,
    ],
    [
      'RFC 9110 §11.6.1: a colon behind the scheme',
      'Bearer: error="x"',
      [['Bearer']],
      /a space is wanted behind the scheme `Bearer`/,
    ],
    [
      'RFC 9110 §11.6.1: two words',
      'Bearer Basic realm="x"',
      [['Bearer'], ['Basic', 'realm=x']],
      /behind the scheme `Bearer` is neither/,
    ],
    ['RFC 9110 §11.6.1: what is no word', '"Bearer", {}', [], /at character 1 there is neither/],
  ]
  for (const [name, value, brief, problem] of table)
    test(name, () => {
      const result = read(value)
      assert.deepEqual(result.brief, brief)
      assert.match(result.problems.join('\n'), problem)
    })

  test('RFC 6750 §5.3: a token that comes back in the challenge is not shown', () => {
    const secret = `eyJhbGciOiJub25lIn0.${'x'.repeat(40)}`
    for (const value of [
      secret,
      `Bearer ${secret} x`,
      `Bearer a="b", ${secret}="c"`,
      `Bearer ${secret}={}`,
      `Bearer {${secret}`,
    ])
      assert.ok(!read(value).problems.join().includes('x'.repeat(20)), value)
  })
})

describe('any text', () => {
  test('is read without an exception', () => {
    const piece = fc.constantFrom('Bearer', ' ', ',', '=', '"', '\\', 'a', '==', '\t', '{', 'error="x"', '\x00', '\xff')
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map(pieces => pieces.join('')),
    )
    fc.assert(
      fc.property(text, value => {
        assert.ok(Array.isArray(read(value).problems))
      }),
      { numRuns: 500 },
    )
  })

  test('RFC 9110 §11.6.1: what is written by the grammar is read back', () => {
    const word = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/)
    const text = fc.stringMatching(/^[\t -~\x80-\xff]{0,12}$/)
    const challenge = fc.record({
      scheme: word,
      parameters: fc.dictionary(
        word.map(name => name.toLowerCase()),
        text,
        { minKeys: 1 },
      ),
    })
    fc.assert(
      fc.property(fc.array(challenge), challenges => {
        const value = challenges.map(({ scheme, parameters }) => {
          const pairs = Object.entries(parameters).map(([name, each]) => `${name}="${each.replace(/["\\]/g, '\\$&')}"`)
          return `${scheme} ${pairs.join(', ')}`
        })
        const brief = challenges.map(({ scheme, parameters }) => [
          scheme,
          ...Object.entries(parameters).map(pair => pair.join('=')),
        ])
        assert.deepEqual(read(value.join(', ')), { brief, problems: [] })
      }),
      { numRuns: 100 },
    )
  })

  for (const piece of ['a b,', 'a,', 'a="', '"', 'a=,', 'a= ', 'a ', '=', ' ', ',', '\\', 'a="\\', 'a=\x01"', 'a'])
    test(`of 64 kB of \`${JSON.stringify(piece)}\` is read in linear time`, () => {
      const began = performance.now()
      read(piece.repeat(65_536 / piece.length))
      assert.ok(performance.now() - began < 2_000)
    })
})
