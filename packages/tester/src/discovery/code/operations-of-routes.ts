// OpenAPI 3.2 §4.10
import type { ApiOperation } from '../../target/api-operation.ts'
import type { CodeRoute } from '../../target/target.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'SEARCH'])

/**
 * Operations from code alone, where there is no document: what a guard asks for is the requirement. An operation whose guard
 * is not known is opened by nothing that is known. Routes for every method or any path are left out.
 */
export function operationsOfRoutes(routes: readonly CodeRoute[], basePath = ''): readonly ApiOperation[] {
  const named = routes.filter(({ method, path }) => method !== '*' && !path.includes('{*}'))
  const operations = named.map(route => operationOf(route, basePath))
  return [...new Map(operations.toReversed().map(operation => [operation.key, operation])).values()].toReversed()
}

function operationOf({ method, path, place, guard }: CodeRoute, basePath: string): ApiOperation {
  const whole = `${basePath}${path}`
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].flatMap(([, name]) => name ?? [])
  const common = {
    key: `${method} ${whole}`,
    method,
    path: whole,
    tags: [],
    parameters: [...new Set(names)].map(name => {
      return { name, in: 'path' as const, isRequired: true, schema: { type: 'string' } }
    }),
    responses: {},
    isWrite: !safeMethods.has(method),
    place,
  }
  if (guard.kind === 'none')
    return { ...common, requirement: { kind: 'public' }, enforcement: { kind: 'public' }, schemes: [] }
  if (guard.kind === 'unknown') {
    const reason = `\`${guard.name}\` guards it, and what that asks for is not known`
    const requirement = { kind: 'unenforceable', anyOf: [], reason } as const
    const unknown = { ...common, requirement, enforcement: { kind: 'refused', reason }, schemes: [] } as const
    return { ...unknown, requirementPlace: guard.place }
  }
  const [first = [], ...others] = guard.anyOf
  const alternative = (scopes: readonly string[]) => ({ scopes, schemes: [scheme], alsoNeeds: [] })
  return {
    ...common,
    requirement: { kind: 'needs', anyOf: [alternative(first), ...others.map(alternative)] },
    enforcement: { kind: 'token', needs: { anyOf: [{ allOf: first }, ...others.map(allOf => ({ allOf }))] } },
    schemes: [scheme],
    requirementPlace: guard.place,
  }
}

/** What the scheme is called that no document names. */
const scheme = 'token'
