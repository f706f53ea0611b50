import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { buildMatrix, type Matrix } from '../../scripts/matrix/matrix.ts'
import { printMatrix } from '../../scripts/matrix/page.ts'
import { parseClaim } from '../../scripts/matrix/reference.ts'

interface Demand {
  readonly section?: string
  readonly text?: string
  readonly concerns?: string
  readonly tests?: readonly string[]
  readonly reason?: string
  readonly [unknown: string]: unknown
}

const proving = "test('RFC 7636 §4.6: a verifier that does not fit is invalid_grant', () => {})"

function matrixOf(tests: string, demand?: Demand): Matrix {
  const must = { section: '§4.6', text: 'compare the verifier', concerns: 'server', tests: [], ...demand }
  const text = JSON.stringify({ rfc: 'RFC 7636', title: 'PKCE', musts: [must] })
  const demands = demand ? [{ path: 'docs/requirements/rfc7636.json', text }] : []
  return buildMatrix([{ path: 'packages/server/src/a.test.ts', text: tests }], demands)
}

function namesIn(tests: string): readonly string[] {
  return matrixOf(tests).proofs.map(proof => proof.name)
}

describe('matrix: names of tests are read without running them', () => {
  test('a plain name', () => assert.deepEqual(namesIn("it('RFC 6749 §5.2: a')"), ['RFC 6749 §5.2: a']))
  test('a name without a citation counts for nothing', () => assert.deepEqual(namesIn("test('adds up')"), []))
  test('a text that is no name counts for nothing', () => assert.deepEqual(namesIn("log('RFC 6749 §5.2: a')"), []))
  test('a sum of texts', () => assert.deepEqual(namesIn("test('RFC 6749 §5.2: ' + 'a')"), ['RFC 6749 §5.2: a']))
  test('a subtest', () => assert.deepEqual(namesIn("await t.test('RFC 6749 §5.2: a')"), ['RFC 6749 §5.2: a']))
  test('a pattern that is tried is no test', () => {
    assert.deepEqual(namesIn("describe('RFC 6749 §5.2', () => { test('a', () => /b/.test('c')) })"), [
      'RFC 6749 §5.2: a',
    ])
  })
  test('a test in a suite that cites', () => {
    const text = "describe('RFC 6749 §5.2', () => { test('a'); describe('b', () => { it('c') }) }); test('d')"
    assert.deepEqual(namesIn(text), ['RFC 6749 §5.2: a', 'RFC 6749 §5.2: c'])
  })
  test('a test that cites, in a suite that cites something else', () => {
    assert.deepEqual(namesIn("describe('RFC 6749 §5.2', () => { test('RFC 7636 §4.6: a') })"), ['RFC 7636 §4.6: a'])
  })
  const wanted = ['RFC 6749 §5.2: a', 'RFC 6749 §5.2: b']
  const loops = {
    objects:
      "const rows = [{ name: 'a' }, { name: 'b', x: 1 }] as const\nfor (const row of rows) test(`RFC 6749 §5.2: ${row.name}`)",
    'objects taken apart':
      "const rows = [{ name: 'a' }, { name: 'b' }]\nfor (const { name } of rows) test(`RFC 6749 §5.2: ${name}`)",
    tuples: "for (const [name, x] of [['a', 1], ['b', 2]]) test(`RFC 6749 §5.2: ${name}`)",
    texts: "for (const name of ['a', 'b']) test('RFC 6749 §5.2: ' + name)",
    entries:
      'const rows = { a: 1, b: 2 } satisfies Rows\nfor (const [name] of Object.entries(rows)) test(`RFC 6749 §5.2: ${name}`)',
    'whole names': "for (const row of [{ name: 'RFC 6749 §5.2: a' }, { name: 'RFC 6749 §5.2: b' }]) test(row.name)",
  }
  for (const [name, text] of Object.entries(loops))
    test(`a loop over ${name}`, () => assert.deepEqual(namesIn(text), wanted))
  test('two cells of a row stand together, and two loops may use one name', () => {
    const pairs = "for (const [a, b] of [['1', 'x'], ['2', 'y']]) test(`RFC 6749 §5.2: ${a} is ${b}`)"
    assert.deepEqual(namesIn(pairs), ['RFC 6749 §5.2: 1 is x', 'RFC 6749 §5.2: 2 is y'])
    const loop = (value: string, word: string) => `for (const a of ['${value}']) test(\`RFC 6749 §5.2: \${a} ${word}\`)`
    assert.deepEqual(namesIn(`${loop('1', 'is good')}\n${loop('2', 'is bad')}`), [
      'RFC 6749 §5.2: 1 is good',
      'RFC 6749 §5.2: 2 is bad',
    ])
  })
  test('a loop within a loop, around a suite', () => {
    const text =
      "for (const a of ['1', '2']) describe(`RFC 6749 §5.${a}`, () => { for (const b of ['x', 'y']) test(b) })"
    assert.deepEqual(
      namesIn(text),
      ['1: x', '1: y', '2: x', '2: y'].map(end => `RFC 6749 §5.${end}`),
    )
  })
  test('a name that only a run would know keeps its beginning', () => {
    assert.deepEqual(namesIn('for (const x of make()) test(`RFC 6749 §5.2: ${x.name}`)'), ['RFC 6749 §5.2: …'])
  })
})

describe('matrix: citations', () => {
  test('several sections, the document named once', () => {
    assert.deepEqual(parseClaim('RFC 6749 §3.1, §3.2 and RFC 9700 §2.1.1: a: b'), {
      references: [
        { document: 'RFC 6749', section: '§3.1' },
        { document: 'RFC 6749', section: '§3.2' },
        { document: 'RFC 9700', section: '§2.1.1' },
      ],
      sentence: 'a: b',
    })
  })
  test('an appendix, and a document of OpenID', () => {
    for (const name of ['RFC 6749 App. A.4: a', 'RFC 6749 Appendix A.4: a'])
      assert.deepEqual(parseClaim(name)?.references, [{ document: 'RFC 6749', section: 'App. A.4' }])
    const core = { document: 'OpenID Connect Core', section: '§3.1.2.6' }
    assert.deepEqual(parseClaim('OpenID Connect Core §3.1.2.6: a')?.references, [core])
  })
  test('an item of a list of FAPI', () => {
    const [cited] = parseClaim('FAPI 2.0 Security Profile §5.3.2.1-8: a')?.references ?? []
    assert.deepEqual(cited, { document: 'FAPI 2.0 Security Profile', section: '§5.3.2.1-8' })
  })
  test('a name that means to cite and does not is a problem', () => {
    for (const name of ['RFC7636 4.6: a', 'RFC 7636 4.6: a', 'RFC 7636 section 4.6: a'])
      assert.match(matrixOf(`test('${name}')`).problems[0] ?? '', /is not written/)
  })
})

describe('matrix: demands', () => {
  test('a demand with its test has no problem', () => {
    assert.deepEqual(matrixOf(proving, { tests: ['RFC 7636 §4.6: a verifier that does not fit'] }).problems, [])
  })
  test('a demand with a reason has no problem', () => {
    assert.deepEqual(matrixOf(proving, { reason: 'only a client can do that' }).problems, [])
  })
  test('a test that does not exist is a problem', () => {
    const { problems } = matrixOf(proving, { tests: ['RFC 7636 §4.6: no such test'] })
    assert.match(problems.join(), /names the test `RFC 7636 §4\.6: no such test`, which does not exist/)
  })
  test('a demand with neither test nor reason is a problem', () => {
    assert.match(matrixOf(proving, { tests: [] }).problems.join(), /neither a test nor a reason/)
  })
  test('an empty reason is no reason', () => {
    assert.match(matrixOf(proving, { reason: '' }).problems.join(), /`reason` must be a text/)
  })
  test('an unknown key is a problem', () => {
    assert.match(matrixOf(proving, { reason: 'r', test: 'x' }).problems.join(), /unknown key `test`/)
  })
  test('a file that is not JSON, or empty, is a problem', () => {
    assert.match(buildMatrix([], [{ path: 'a.json', text: '{' }]).problems.join(), /not JSON/)
    assert.match(buildMatrix([], [{ path: 'a.json', text: '{}' }]).problems.join(), /at least one entry/)
  })
})

test('matrix: the page orders documents and sections by number, and links demands to their tests', () => {
  const text = ['RFC 9700 §2.10', 'RFC 9700 §2.9', 'RFC 6749 §5.2'].map(place => `test('${place}: a')`).join('\n')
  const page = printMatrix(matrixOf(`${text}\n${proving}`, { tests: ['RFC 7636 §4.6'] }))
  const places = [
    '## RFC 6749',
    '## RFC 7636: PKCE',
    '| §4.6 | compare the verifier | server | [a.test.ts](',
    '| §2.9 |',
    '| §2.10 |',
  ]
  const positions = places.map(place => page.indexOf(place))
  assert.ok(
    positions.every(position => position > 0),
    page,
  )
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  )
  assert.match(page, /\| \[RFC 7636\]\(#rfc-7636-pkce\) \| 1 of 1 \| 1 \|/)
})
