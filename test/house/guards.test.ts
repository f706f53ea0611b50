import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findGuards, withoutGuard } from '../../scripts/guards/find.ts'
import { importGraph, testBatches } from '../../scripts/guards/order.ts'
import { tryGuard } from '../../scripts/guards/try.ts'

function guardsIn(text: string, wide = false): readonly string[] {
  return findGuards([{ path: 'a.ts', text }], { wide }).map(guard => `${guard.line}: ${guard.text}`)
}

const inFunction = (statement: string) => `async function f(a) {\n${statement}\nreturn 1\n}`

describe('guards: what is a guard', () => {
  const found = [
    "if (a) return refuse('invalid_request', 'x')",
    "if (a) { return refuse('invalid_request', 'x') }",
    "if (a) { count(); return deny('x') }",
    "if (a) return await context.refuse('x')",
    "if (a) return page(refuse('x'))",
    "if (a) return { refusal: refuse('x') }",
    "if (a) return { kind: 'replayed', familyId: a.familyId }",
  ]
  for (const text of found) test(`found: ${text}`, () => assert.deepEqual(guardsIn(inFunction(text)), [`2: ${text}`]))
  test('found: a guard over several lines', () => {
    assert.deepEqual(guardsIn(inFunction("if (a)\n  return refuse(\n    'x',\n  )")), [
      "2: if (a) return refuse( 'x', )",
    ])
  })
  test('found: a call of a function that only wraps a refusal', () => {
    const text =
      'function g(a) {\nif (a) return malformed(1)\nreturn 1\n}\nfunction malformed(i) { return fail({ i }) }'
    assert.deepEqual(guardsIn(text), ['2: if (a) return malformed(1)'])
  })
  const ignored = [
    'if (a) return 1',
    'if (a) return undefined',
    'if (isRefusal(a)) return a',
    "if (a) return { kind: 'ok' }",
    "if (a) return refuse('x')\nelse b()",
  ]
  for (const text of ignored) test(`no guard: ${text}`, () => assert.deepEqual(guardsIn(inFunction(text)), []))
  test('with `wide`, a return of nothing is a guard', () => {
    for (const nothing of ['undefined', 'null', 'false'])
      assert.equal(guardsIn(inFunction(`if (a) return ${nothing}`), true).length, 1)
  })
})

test('guards: a deletion keeps the lines where they are', () => {
  const text = inFunction("if (a)\n  return refuse('x')")
  const [guard] = findGuards([{ path: 'a.ts', text }])
  assert.ok(guard)
  assert.equal(withoutGuard(text, guard), 'async function f(a) {\n{}\n\nreturn 1\n}')
})

test('guards: the nearest tests come first, those that cannot see the file not at all', () => {
  const texts = {
    'packages/server/src/a.ts': '',
    'packages/server/src/a.test.ts': "import './a.ts'",
    'packages/server/src/b.ts': "import './a.ts'",
    'packages/server/src/b.test.ts': "import './b.ts'",
    'packages/server/src/c.test.ts': "import './c.ts'",
    'packages/store/src/d.test.ts': "import '@ambit/server'",
    'test/journeys/code.test.ts': '',
  }
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  const graph = importGraph(files, name => (name === '@ambit/server' ? 'packages/server/src/b.ts' : undefined))
  assert.deepEqual(testBatches('packages/server/src/a.ts', graph), [
    ['packages/server/src/a.test.ts'],
    ['packages/server/src/b.test.ts'],
    ['test/journeys/code.test.ts'],
  ])
})

describe('guards: a deletion is tried', () => {
  const code =
    "export function f(a) {\n  if (a < 0) return refuse('negative')\n  if (a > 9) return refuse('large')\n  return a\n}\nfunction refuse(why) { return why }\n"
  const tests =
    "import assert from 'node:assert'\nimport { test } from 'node:test'\nimport { f } from './a.ts'\ntest('negative', () => assert.equal(f(-1), 'negative'))\n"
  const guards = findGuards([{ path: 'a.ts', text: code }])

  async function tried(index: number) {
    const folder = mkdtempSync(join(tmpdir(), 'ambit-house-'))
    try {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      writeFileSync(join(folder, 'a.ts'), code)
      writeFileSync(join(folder, 'a.test.ts'), tests)
      const guard = guards[index]
      assert.ok(guard)
      const trial = await tryGuard(folder, guard, [['a.test.ts']])
      assert.equal(readFileSync(join(folder, 'a.ts'), 'utf8'), code)
      return trial
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  test('a test that misses it turns red and is named', async () => {
    const { isRed, by } = await tried(0)
    assert.deepEqual({ isRed, by }, { isRed: true, by: 'negative' })
  })
  test('a guard that no test misses survives', async () => assert.equal((await tried(1)).isRed, false))
})
