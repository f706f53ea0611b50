import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEqualText } from './text-equality.ts'

for (const [a, b, wanted] of [
  ['abc', 'abc', true],
  ['', '', true],
  ['abc', 'abd', false],
  ['xbc', 'abc', false],
  ['abc', 'ab', false],
  ['ab', 'abc', false],
  ['aa', 'a', false],
  ['', 'a', false],
  ['a', '', false],
  ['\0', '', false],
] as const)
  test(`text equality: ${JSON.stringify([a, b])}`, () => assert.equal(isEqualText(a, b), wanted))
