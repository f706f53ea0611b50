import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Framework } from './frameworks/router.ts'
import { gap } from './machine/value.ts'
import { routePaths } from './route-path.ts'

const cases: readonly (readonly [pattern: string, framework: Framework, paths: readonly string[]])[] = [
  ['', 'express', ['/']],
  ['/pets/', 'express', ['/pets']],
  ['//a///b', 'express', ['/a/b']],
  ['/pets/:id', 'express', ['/pets/{id}']],
  ['/pets/:id(\\d+)', 'express', ['/pets/{id}']],
  ['/pets/:id((?:a|b)+)/x', 'express', ['/pets/{id}/x']],
  ['/pets/:id?', 'express', ['/pets', '/pets/{id}']],
  ['/flights/:from-:to.:format?', 'express', ['/flights/{from}-{to}.', '/flights/{from}-{to}.{format}']],
  ['/files/*', 'express', ['/files/{*}']],
  ['/files/*path', 'express', ['/files/{*}']],
  ['/files/:path+', 'express', ['/files/{*}']],
  ['/pets{/:id}', 'express', ['/pets', '/pets/{id}']],
  ['/:a{.:b}', 'express', ['/{a}', '/{a}.{b}']],
  ['/pets/(list|all)', 'koa', ['/pets/list', '/pets/all']],
  ['/(.*)', 'koa', ['/{*}']],
  ['/a\\:b', 'koa', ['/a:b']],
  ['/:id(^\\d+)', 'fastify', ['/{id}']],
  ['/at/:hour(^\\d{2})h:minute(^\\d{2})m', 'fastify', ['/at/{hour}h{minute}m']],
  ['/name::verb', 'fastify', ['/name:verb']],
  ['/:id{[0-9]{1,3}}', 'hono', ['/{id}']],
  ['/a/:b{.+\\.png}', 'hono', ['/a/{b}']],
  ['pets', 'nestjs', ['/pets']],
  [`${gap}/pets`, 'express', ['/pets']],
  [`/v/${gap}/pets`, 'express', ['/v/{unknown}/pets']],
]
for (const [pattern, framework, paths] of cases)
  test(`OpenAPI 3.2 §4.8: \`${pattern.replaceAll(gap, '?')}\` of ${framework}`, () =>
    assert.deepEqual(routePaths(pattern, framework), paths))

test('OpenAPI 3.2 §4.8: many optional parts do not multiply without end', () => {
  assert.ok(routePaths('/:a?/:b?/:c?/:d?/:e?/:f?/:g?/:h?', 'express').length <= 32)
})
