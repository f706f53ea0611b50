import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCasts } from '../../scripts/check/casts.ts'

function judge(text: string, path = 'packages/server/src/a.ts'): readonly string[] {
  return findCasts([{ path, text }])
}

test('casts: an `as` that nothing vouches for is found with its line', () => {
  const [problem, ...more] = judge("import type { ClientId } from './ids.ts'\nexport const id = 'a' as ClientId")
  assert.match(problem ?? '', /a\.ts:2: .*'a' as ClientId/)
  assert.deepEqual(more, [])
})

test('casts: a double cast is found twice', () => {
  assert.equal(judge('export const id = 1 as unknown as Client').length, 2)
})

test('casts: a function that returns another type is no maker', () => {
  assert.equal(judge('export function make(text: string): string { return use(text as ClientId) }').length, 1)
})

const vouched: readonly string[] = [
  "export const verbs = ['read'] as const",
  'type ClientId = string\nexport const id = 1 as ClientId',
  'export function clientId(text: string): ClientId { return text as ClientId }',
  'export const clientId = (text: string): ClientId => text as ClientId',
  'export function parseClient(value: unknown) { return value as Client }',
  'export function isClient(value: unknown): value is Client { return (value as Client).id !== undefined }',
  'export const table = {} satisfies Table',
  "import { a as b } from './a.ts'",
]
for (const text of vouched) test(`casts: let through: ${text}`, () => assert.deepEqual(judge(text), []))

test('casts: tests may cast', () => {
  assert.deepEqual(judge('export const id = 1 as ClientId', 'packages/server/src/a.test.ts'), [])
})
