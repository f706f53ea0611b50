import type { ApiOperation } from '../../target/api-operation.ts'

/** The scopes of the sample's pet store. */
export const sampleScopes = [
  'read_pets',
  'write_pets',
  'store:order',
  'store:order:read',
  'store:order:refund',
  'store:inventory',
  'user:profile',
  'admin',
] as const

/** 08:00 UTC on a Tuesday. */
export const sampleStart = Date.UTC(2026, 2, 3, 8, 0, 0)

/** Where the sample's pet store is. */
export const sampleOrigin = 'https://api.pets.example'

type Line = readonly [method: string, path: string, tag: string, summary: string, needs: readonly string[] | 'public']

const lines: readonly Line[] = [
  ['GET', '/v1/pets', 'pets', 'List the pets', ['read_pets']],
  ['POST', '/v1/pets', 'pets', 'Add a pet', ['write_pets']],
  ['GET', '/v1/pets/{id}', 'pets', 'Look at a pet', ['read_pets']],
  ['PUT', '/v1/pets/{id}', 'pets', 'Change a pet', ['write_pets']],
  ['DELETE', '/v1/pets/{id}', 'pets', 'Remove a pet', ['write_pets', 'admin']],
  ['GET', '/v1/orders', 'store', 'List the orders', ['store:order:read']],
  ['POST', '/v1/orders', 'store', 'Order a pet', ['store:order']],
  ['POST', '/v1/orders/{id}/refund', 'store', 'Pay an order back', ['store:order:refund']],
  ['GET', '/v1/inventory', 'store', 'Count what is there', ['store:inventory']],
  ['GET', '/v1/users/me', 'users', 'See who one is', ['user:profile']],
  ['DELETE', '/v1/users/{id}', 'users', 'Remove a user', ['admin']],
  ['GET', '/v1/status', 'status', 'Ask whether it works', 'public'],
]

/** The operations of the sample's pet store. */
export const sampleOperations: readonly ApiOperation[] = lines.map(([method, path, tag, summary, needs], index) => ({
  key: `${method} ${path}`,
  method,
  path,
  summary,
  tags: [tag],
  requirement: { kind: 'public' },
  enforcement: needs === 'public' ? { kind: 'public' } : { kind: 'token', needs: { anyOf: [{ allOf: needs }] } },
  schemes: needs === 'public' ? [] : ['petstore_auth'],
  parameters: path.includes('{id}')
    ? [{ name: 'id', in: 'path', isRequired: true, schema: { type: 'string' }, example: 'p1' }]
    : [],
  responses: {
    200: {
      type: 'object',
      properties: {
        owner: { type: 'string', format: 'email' },
        shelter: { type: 'string', 'x-pii': true },
        name: { type: 'string' },
      },
    },
  },
  isWrite: method !== 'GET',
  place: {
    file: 'api/openapi.yaml',
    line: 20 + index * 14,
    column: 5,
    pointer: `/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`,
  },
  requirementPlace: { file: 'api/openapi.yaml', line: 27 + index * 14, column: 7 },
}))
