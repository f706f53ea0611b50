// OpenAPI 3.1 §4.7, §4.8.30
import { textFor } from '@ambit/scope'
import type { DemoCatalogue } from '../catalogue.ts'
import type { Places } from '../places.ts'
import type { Operation } from './operation.ts'

/** What the document tells beside the operations. */
type Surroundings = {
  readonly catalogue: DemoCatalogue
  readonly places: Places
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
}

/** The OpenAPI document of both APIs; what its `security` says is what the guards are given. */
export function openApiOf(operations: readonly Operation[], surroundings: Surroundings): object {
  const { places, authorizationEndpoint: authorizationUrl, tokenEndpoint: tokenUrl } = surroundings
  const scopes = scopesOf(operations, surroundings.catalogue)
  const paths: Record<string, Record<string, object>> = { '/': { get: index } }
  for (const operation of operations) {
    const { path, method } = operation
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'The demonstration’s pet store and inventory', version: '1' },
    servers: [{ url: places.api }],
    paths,
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes },
            clientCredentials: { tokenUrl, scopes },
          },
        },
      },
    },
  }
}

const index = {
  operationId: 'index',
  summary: 'what there is',
  security: [],
  responses: { 200: { description: 'every operation with the scope that it needs' } },
} as const

function describe({ name, needs, action, parameters, body, answer }: Operation): object {
  const { status, schema } = answer
  return {
    operationId: name.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase()),
    summary: name,
    ...(action !== undefined && { 'x-ambit-action': action }),
    security: [{ oauth: needs.allOf }],
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': body } } }),
    responses: {
      [status]: {
        description: status === 204 ? 'it is done' : 'what was asked for',
        ...(schema !== undefined && { content: { 'application/json': { schema } } }),
      },
      401: { description: 'no token, or none that is good here' },
      403: { description: 'a token that does not reach this' },
    },
  }
}

/** The scopes that the operations need, with their titles. */
function scopesOf(operations: readonly Operation[], catalogue: DemoCatalogue): Readonly<Record<string, string>> {
  const needed = new Set<string>(operations.flatMap(({ needs }) => needs.allOf))
  return Object.fromEntries([...needed].map(name => [name, textFor(catalogue.definition(name)?.title ?? name, ['en'])]))
}
