import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchPath } from './path.ts'

for (const [path, values] of [
  ['/orders/7', ['7']],
  ['/orders/a%2Fb', ['a/b']],
  ['/orders', undefined],
  ['/orders/', undefined],
  ['/orders/7/8', undefined],
  ['/Orders/7', undefined],
  ['/orders/%zz', undefined],
] as const)
  test(`RFC 3986 §3.3: \`${path}\` ${values ? 'is' : 'is not'} an order’s path`, () => {
    const found = matchPath('/orders/{id}', path)
    assert.deepEqual(found && [...found.values()], values)
  })
