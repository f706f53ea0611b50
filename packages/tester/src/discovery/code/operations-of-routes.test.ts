import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternativesOf } from '../../target/api-operation.ts'
import { operationsOfRoutes } from './operations-of-routes.ts'
import { readProject } from './testing/project.ts'

test('OpenAPI 3.2 §4.10: routes are operations, with what their guards ask for', () => {
  const { routes } = readProject({
    'app.js': `
      const { requiredScopes } = require('express-oauth2-jwt-bearer')
      const app = require('express')()
      app.get('/health', h)
      app.get('/pets/:id', requiredScopes('read_pets'), h)
      app.delete('/pets/:id', isAdmin, h)
      app.all('/all', h)
      app.get('*', h)
    `,
  })
  const operations = operationsOfRoutes(routes, '/v1')
  assert.deepEqual(
    operations.map(operation => [
      operation.key,
      operation.enforcement.kind,
      alternativesOf(operation),
      operation.isWrite,
    ]),
    [
      ['GET /v1/health', 'public', [], false],
      ['GET /v1/pets/{id}', 'token', [['read_pets']], false],
      ['DELETE /v1/pets/{id}', 'refused', [], true],
    ],
  )
  assert.deepEqual(
    operations[1]?.parameters.map(({ name }) => name),
    ['id'],
  )
  assert.equal(operations[1]?.requirementPlace?.line, 5)
})
