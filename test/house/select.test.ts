import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectTests } from '../../scripts/test/select.ts'

const all = [
  'packages/scope/src/a.test.ts',
  'packages/server/src/b.test.ts',
  'test/attacks/c.test.ts',
  'test/house/d.test.ts',
]

test('tests: no wish selects every file', () => assert.deepEqual(selectTests(all, []).files, all))
test('tests: `unit` selects what lies beside the code', () => {
  assert.deepEqual(selectTests(all, ['unit']).files, all.slice(0, 2))
})
test('tests: the name of a part selects its folder', () => {
  assert.deepEqual(selectTests(all, ['attacks']).files, ['test/attacks/c.test.ts'])
})
test('tests: a path, a glob and a piece of a path select files once, in order', () => {
  const wishes = ['test/house/d.test.ts', './packages/*/src/b*.ts', 'server']
  assert.deepEqual(selectTests(all, wishes).files, ['packages/server/src/b.test.ts', 'test/house/d.test.ts'])
})
test('tests: a wish that selects nothing is named', () => {
  assert.deepEqual(selectTests(all, ['unit', 'nowhere']).unmatched, ['nowhere'])
})
