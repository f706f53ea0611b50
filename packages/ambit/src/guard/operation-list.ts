// OpenAPI 3.2 §4.30
import type { Enforcement, OpenApiOperation } from '@ambit/policy'
import { printScope } from '@ambit/scope'
import type { GuardConfig } from './guard-config.ts'
import { enforcementsOf, type OpenedDocument } from './open-gate.ts'

/** An operation, and what a guard does about it. */
export type ListedOperation = {
  readonly method: string
  readonly path: string
  readonly operationId?: string
  readonly kind: Enforcement['kind']
  /** The sets of scopes of which a token needs one. */
  readonly scopes: readonly (readonly string[])[]
  /** The schemes of alternatives that do not count, since no access token shows them. */
  readonly notCounted: readonly string[]
  /** Why no token opens it. */
  readonly reason?: string
  /** Where it stands in the document. */
  readonly pointer: string
}

/** Lists each operation as it is reached, with what is enforced. */
export function listOperations(config: GuardConfig, opened: OpenedDocument): readonly ListedOperation[] {
  return enforcementsOf(config, opened).flatMap(({ operation, enforcement }) => {
    const { method, path, operationId, pointer } = operation
    const basePaths = config.basePath === undefined ? operation.basePaths : [config.basePath]
    return basePaths.map(basePath => ({
      method,
      path: `${basePath}${path}`,
      ...(operationId !== undefined && { operationId }),
      kind: enforcement.kind,
      scopes: scopesOf(enforcement),
      notCounted: notCountedOf(operation, config),
      ...(enforcement.kind === 'refused' && { reason: enforcement.reason }),
      pointer,
    }))
  })
}

function notCountedOf({ requirement }: OpenApiOperation, { checkedByApi }: GuardConfig): readonly string[] {
  const others = 'anyOf' in requirement ? requirement.anyOf.flatMap(each => each.alsoNeeds) : []
  return [...new Set(others.map(({ scheme }) => scheme))].filter(scheme => !checkedByApi.has(scheme))
}

function scopesOf(enforcement: Enforcement): readonly (readonly string[])[] {
  return enforcement.kind === 'token' ? enforcement.needs.anyOf.map(({ allOf }) => allOf) : []
}

/** What is enforced, in words. */
export function wordsFor({ kind, scopes, notCounted, reason }: ListedOperation): string {
  switch (kind) {
    case 'public':
      return 'public'
    case 'optional':
      return 'no token needed; one that is sent must be good'
    case 'refused':
      return `refused: ${reason}`
    case 'token': {
      const named = scopes.filter(each => each.length > 0)
      const words = named.length < scopes.length ? 'any good token' : named.map(printScope).join(' | ')
      return notCounted.length === 0 ? words : `${words} (not by ${notCounted.map(each => `\`${each}\``).join(', ')})`
    }
  }
}
