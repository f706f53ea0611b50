import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CodeRoute } from '../../target/target.ts'
import { readApi } from '../openapi/read-api.ts'
import { documentOfRoutes } from './document-of-routes.ts'

const at = (line: number) => ({ file: 'app.ts', line })
const route = (
  method: string,
  path: string,
  line: number,
  guard: CodeRoute['guard'] = { kind: 'none' },
): CodeRoute => ({
  method,
  path,
  place: at(line),
  framework: 'express',
  guard,
})
const token = (line: number, ...anyOf: readonly (readonly string[])[]) => ({
  kind: 'token' as const,
  anyOf,
  place: at(line),
})

test('code without a document is an API with operations, requirements and places', () => {
  const { document, locate } = documentOfRoutes(
    [
      route('GET', '/pets/{id}', 3, token(1, ['read'], ['admin', 'all'])),
      route('POST', '/pets', 4, { kind: 'unknown', name: 'checkUser', place: at(2) }),
      route('PURGE', '/pets/{id}', 5, token(1, ['admin'])),
      route('GET', '/health', 6),
    ],
    'Pets',
  )
  const { api, problems } = readApi(document, { baseUrl: 'http://localhost:3000', locate })
  assert.deepEqual(problems, [])
  assert.equal(api.title, 'Pets')
  assert.deepEqual(
    api.operations.map(({ key, enforcement, place, requirementPlace }) => [
      key,
      enforcement.kind === 'token' ? enforcement.needs.anyOf.map(({ allOf }) => allOf) : enforcement.kind,
      place?.line,
      requirementPlace?.line,
    ]),
    [
      ['GET /pets/{id}', [['read'], ['admin', 'all']], 3, 1],
      ['PURGE /pets/{id}', [['admin']], 5, 1],
      ['POST /pets', 'refused', 4, 2],
      ['GET /health', 'public', 6, undefined],
    ],
  )
  assert.deepEqual([...api.declaredScopes.keys()], ['read', 'admin', 'all'])
  assert.deepEqual(
    api.operations[0]?.parameters.map(({ name, in: where }) => [name, where]),
    [['id', 'path']],
  )
})
