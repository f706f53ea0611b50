// OpenAPI 3.1 §4.7, §4.8
import { scopeTitles } from './catalogue.ts'
import type { Has } from './defects.ts'
import { plantedIssuer } from './names.ts'
import { needsOf, type PlantedOperation, plantedOperations } from './operations.ts'

/** The OpenAPI document of the planted API. */
export function plantedDocument(origin: string, has: Has): object {
  const paths: Record<string, Record<string, object>> = { '/': { get: indexOperation } }
  for (const operation of plantedOperations) {
    const { path, method } = operation
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, has) }
  }
  const scopes = scopesOf(has)
  const tokenUrl = `${plantedIssuer}/token`
  return {
    openapi: '3.1.0',
    info: { title: 'The demonstration’s pet store and inventory', version: '1' },
    servers: [{ url: origin }],
    paths,
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: `${plantedIssuer}/authorize`,
              tokenUrl,
              refreshUrl: tokenUrl,
              scopes,
            },
            clientCredentials: { tokenUrl, scopes },
          },
        },
      },
    },
  }
}

const indexOperation = {
  operationId: 'index',
  summary: 'what there is',
  security: [],
  responses: { 200: { description: 'every operation with the scope that it needs' } },
} as const

function describe(operation: PlantedOperation, has: Has): object {
  const { operationId, summary, action, parameters, body, answer } = operation
  const security = securityOf(operation, has)
  return {
    operationId,
    summary,
    ...(action !== undefined && { 'x-ambit-action': action }),
    ...(security !== undefined && { security }),
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: { 'application/json': body } } }),
    responses: {
      [answer.status]: {
        description: answer.status === 204 ? 'it is done' : 'what was asked for',
        ...(answer.schema !== undefined && { content: { 'application/json': { schema: answer.schema } } }),
      },
      401: { description: 'no token, or none that is good here' },
      403: { description: 'a token that does not reach this' },
    },
  }
}

function securityOf(operation: PlantedOperation, has: Has): readonly object[] | undefined {
  if (has('document-without-security') && operation.operationId === 'seeTheReport') return undefined
  return [{ oauth: needsOf(operation, has) }]
}

function scopesOf(has: Has): Readonly<Record<string, string>> {
  const needed = new Set(plantedOperations.flatMap(operation => needsOf(operation, has)))
  if (has('document-without-scope') || has('read-scope-writes')) needed.delete('write_pets')
  if (has('undeclared-scope')) needed.delete('order:items')
  if (has('unused-scope')) needed.add('sell_pets')
  return Object.fromEntries([...needed].map(name => [name, scopeTitles[name] ?? name]))
}
