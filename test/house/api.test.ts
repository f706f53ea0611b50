import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printSurface } from '../../scripts/api/surface.ts'

function surface(files: Readonly<Record<string, string>>): readonly string[] {
  const emitted = Object.entries(files).map(([name, text]) => ({ path: `p/${name}.d.ts`, text }))
  return printSurface('p/index.d.ts', emitted).split('\n')
}

test('api: exported names come sorted, from every file that index reaches', () => {
  const lines = surface({
    index: "export * from './b.ts'\nexport { a } from './a.ts'",
    a: 'export declare const a: 1\nexport declare const unreached: 1',
    b: "export * from './c.ts'\nexport type B = string",
    c: 'export declare function c(): void',
  })
  assert.deepEqual(lines, ['export type B = string', 'export declare const a: 1', 'export declare function c(): void'])
})

test('api: what an export needs is part of the surface, what it does not need is none', () => {
  const lines = surface({
    index: "import type { Kind } from './kind.ts'\nexport declare const a: Kind\nexport {}",
    kind: 'type Part = 1\ntype Stray = 2\nexport type Kind = Part\nexport type Other = Stray',
  })
  assert.deepEqual(lines, [
    'export declare const a: Kind',
    '// Not exported, needed above.',
    'type Kind = Part',
    'type Part = 1',
  ])
})

test('api: rewording a comment changes nothing', () => {
  const plain = surface({ index: 'export type A = {\n    readonly a: 1\n}' })
  assert.deepEqual(surface({ index: '/** A. */\nexport type A = {\n    /** a */\n    readonly a: 1 // one\n}' }), plain)
})

test('api: a changed parameter, also of a type that is not exported, changes the surface', () => {
  const [before, after] = ['string', 'number'].map(type =>
    surface({ index: `type Options = { readonly a: ${type} }\nexport declare function f(options: Options): void` }),
  )
  assert.notDeepEqual(before, after)
})

test('api: overloads, renamed exports and names of other packages', () => {
  const lines = surface({
    index: "export { a as b } from './a.ts'\nexport { jwtVerify } from 'jose'",
    a: 'export declare function a(x: 1): 1\nexport declare function a(x: 2): 2',
  })
  assert.deepEqual(lines, [
    '// a is exported as b',
    'export declare function a(x: 1): 1',
    'export declare function a(x: 2): 2',
    "export { jwtVerify as jwtVerify } from 'jose'",
  ])
})

test('api: files that export each other come to an end', () => {
  const lines = surface({ index: "export * from './a.ts'", a: "export * from './index.ts'\nexport type A = A[]" })
  assert.deepEqual(lines, ['export type A = A[]'])
})
