import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findFloorProblems, type House } from '../../scripts/check/floors.ts'
import { readHouse } from '../../scripts/check/house.ts'

const packages: House['packages'] = [
  { name: '@ambit/scope', folder: 'packages/scope', dependencies: [], exports: ['.'] },
  { name: '@ambit/protocol', folder: 'packages/protocol', dependencies: ['@ambit/scope'], exports: ['.'] },
  {
    name: '@ambit/server',
    folder: 'packages/server',
    dependencies: ['@ambit/protocol', 'jose'],
    exports: ['.', './testing'],
  },
  { name: '@ambit/store', folder: 'packages/store', dependencies: ['@ambit/server'], exports: ['.'] },
  { name: '@ambit/resource', folder: 'packages/resource', dependencies: ['@ambit/protocol'], exports: ['.'] },
  { name: 'ambit', folder: 'packages/ambit', dependencies: ['@ambit/server', 'hono'], exports: ['.'] },
]

function judge(path: string, text: string): readonly string[] {
  return findFloorProblems({ packages, development: ['fast-check'], files: [{ path, text }] })
}

interface Planted {
  readonly name: string
  readonly path: string
  readonly text: string
  readonly wanted: RegExp
}

const planted: readonly Planted[] = [
  {
    name: 'an import of an upper floor',
    path: 'packages/scope/src/a.ts',
    text: "import { x } from '@ambit/server'",
    wanted: /a\.ts:1: .* never up/,
  },
  {
    name: 'an import of a type of an upper floor',
    path: 'packages/scope/src/a.ts',
    text: "\nimport type { X } from '@ambit/server'",
    wanted: /a\.ts:2: .* never up/,
  },
  {
    name: 'an import type of an upper floor',
    path: 'packages/protocol/src/a.ts',
    text: "export type X = import('@ambit/server').X",
    wanted: /never up/,
  },
  {
    name: 'a dynamic import of an upper floor',
    path: 'packages/protocol/src/a.ts',
    text: "export const x = await import('@ambit/server')",
    wanted: /never up/,
  },
  {
    name: 'a re-export from an upper floor',
    path: 'packages/protocol/src/a.ts',
    text: "export { x } from '@ambit/server'",
    wanted: /never up/,
  },
  {
    name: 'a re-export of all of an upper floor',
    path: 'packages/protocol/src/a.ts',
    text: "export * from '@ambit/server'",
    wanted: /never up/,
  },
  {
    name: 'an import of the same floor',
    path: 'packages/store/src/a.ts',
    text: "import { x } from '@ambit/resource'",
    wanted: /never sideways/,
  },
  {
    name: 'an upward import in a suite that is published',
    path: 'packages/server/src/testing/a.ts',
    text: "import { x } from '@ambit/store'",
    wanted: /never up/,
  },
  {
    name: 'a sideways import in a test',
    path: 'packages/store/src/a.test.ts',
    text: "import { x } from '@ambit/resource'",
    wanted: /never sideways/,
  },
  {
    name: 'a relative import that leaves the package',
    path: 'packages/server/src/a.ts',
    text: "import { x } from '../../scope/src/a.ts'",
    wanted: /leaves the package/,
  },
  {
    name: 'an import of the package itself by name',
    path: 'packages/server/src/a.ts',
    text: "import { x } from '@ambit/server'",
    wanted: /relative path/,
  },
  {
    name: 'a deep import',
    path: 'packages/store/src/a.ts',
    text: "import { x } from '@ambit/server/src/a.ts'",
    wanted: /does not export `\.\/src\/a\.ts`/,
  },
  {
    name: 'an undeclared floor',
    path: 'packages/server/src/a.ts',
    text: "import { x } from '@ambit/scope'",
    wanted: /not among the dependencies/,
  },
  {
    name: 'an undeclared package',
    path: 'packages/store/src/a.ts',
    text: "import { x } from 'jose'",
    wanted: /not among the dependencies/,
  },
  {
    name: 'a development dependency outside a test',
    path: 'packages/scope/src/a.ts',
    text: "import { x } from 'fast-check'",
    wanted: /not among the dependencies/,
  },
  {
    name: 'a Node module below the roof',
    path: 'packages/server/src/a.ts',
    text: "import { x } from 'node:fs'",
    wanted: /folder called `node`/,
  },
  {
    name: 'a Node module without its prefix',
    path: 'packages/ambit/src/a.ts',
    text: "import { x } from 'fs'",
    wanted: /write `node:fs`/,
  },
  { name: 'a folder called utils', path: 'packages/server/src/utils/a.ts', text: '', wanted: /called `utils`/ },
  { name: 'a folder called shared in the scripts', path: 'scripts/shared/a.ts', text: '', wanted: /called `shared`/ },
]

describe('floors: a planted problem is found', () => {
  for (const { name, path, text, wanted } of planted)
    test(name, () => {
      const problems = judge(path, text)
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', wanted)
    })

  test('a package without a floor', () => {
    const stray = { name: '@ambit/stray', folder: 'packages/stray', dependencies: [], exports: ['.'] }
    assert.match(findFloorProblems({ packages: [stray], development: [], files: [] })[0] ?? '', /has no floor/)
  })
})

const allowed: readonly (readonly [path: string, text: string])[] = [
  ['packages/protocol/src/a.ts', "import { x } from '@ambit/scope'"],
  ['packages/store/src/a.ts', "import { x } from '@ambit/server/testing'"],
  ['packages/server/src/a.ts', "import { x } from 'jose/jwt/verify'"],
  ['packages/store/src/node/a.ts', "import { x } from 'node:sqlite'"],
  ['packages/ambit/src/a.ts', "import { x } from 'node:http'"],
  ['packages/scope/src/a.test.ts', "import fc from 'fast-check'\nimport { test } from 'node:test'"],
  ['packages/server/src/testing/a.ts', "import { test } from 'node:test'"],
  ['packages/server/src/a.test.ts', "import { x } from '@ambit/store'"],
  ['packages/protocol/src/testing/a.ts', "import { x } from '@ambit/server'"],
  ['packages/server/examples/a.ts', "import { x } from '@ambit/server'"],
  ['packages/server/examples/a.ts', "import fc from 'fast-check'\nimport { x } from 'node:http'"],
  ['packages/server/src/a.ts', "// import { x } from '@ambit/store'\nconst x = \"import { x } from 'node:fs'\""],
]

describe('floors: what goes down is let through', () => {
  for (const [path, text] of allowed) test(`${path} with ${text}`, () => assert.deepEqual(judge(path, text), []))
})

test('floors: this repository keeps its own rules', () => {
  assert.deepEqual(findFloorProblems(readHouse()), [])
})
