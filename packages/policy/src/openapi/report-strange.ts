// OpenAPI 3.2 §4.8, §4.10
import type { DocumentBeingRead } from './document.ts'
import type { OpenApiOperation, SecurityScheme } from './operation.ts'
import { shapeOf } from './path-template.ts'

/** Reports what only all operations together show: names and places that are taken twice, scopes that nobody needs. */
export function reportStrange(
  document: DocumentBeingRead,
  schemes: ReadonlyMap<string, SecurityScheme>,
  operations: readonly OpenApiOperation[],
): void {
  reportNames(document, operations)
  reportPlaces(document, operations)
  reportUnusedScopes(document, schemes, operations)
}

function reportNames(document: DocumentBeingRead, operations: readonly OpenApiOperation[]): void {
  const seen = new Map<string, string>()
  for (const { operationId, pointer } of operations) {
    if (operationId === undefined) continue
    const before = seen.get(operationId)
    if (before === undefined) seen.set(operationId, pointer)
    else document.report('warning', pointer, `\`${operationId}\` also names ${before}`)
  }
}

function reportPlaces(document: DocumentBeingRead, operations: readonly OpenApiOperation[]): void {
  const seen = new Map<string, string>()
  for (const { method, path, basePaths, pointer } of operations) {
    for (const basePath of basePaths) {
      const place = `${method} ${shapeOf(`${basePath}${path}`)}`
      const before = seen.get(place)
      if (before === undefined) seen.set(place, pointer)
      else document.report('error', pointer, `the same requests fit ${before}`)
    }
  }
}

function reportUnusedScopes(
  document: DocumentBeingRead,
  schemes: ReadonlyMap<string, SecurityScheme>,
  operations: readonly OpenApiOperation[],
): void {
  const alternatives = operations.flatMap(({ requirement }) => ('anyOf' in requirement ? requirement.anyOf : []))
  const used = new Set(alternatives.flatMap(({ scopes }) => scopes))
  for (const { name, scopes, pointer } of schemes.values()) {
    const unused = [...(scopes?.keys() ?? [])].filter(scope => !used.has(scope))
    for (const scope of unused)
      document.report('warning', pointer, `no operation needs the scope \`${scope}\` of \`${name}\``)
  }
}
